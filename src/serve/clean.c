// SPDX-License-Identifier: MIT
#include "serve/clean.h"

#include "serve/clean_int.h"

// --- invisible characters ---

// Decodes one code point of valid UTF-8; returns its length.
static size_t decode(struct str s, uint32_t *ret)
{
    unsigned char c = (unsigned char)s.p[0];
    size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    uint32_t code = n == 1 ? c : c & (0x7fU >> n);
    for (size_t i = 1; i < n && i < s.n; i++)
        code = code << 6 | ((unsigned char)s.p[i] & 0x3fU);
    *ret = code;
    return n < s.n ? n : s.n;
}

static bool is_invisible(uint32_t code)
{
    size_t low = 0, high = clean_invisible_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (code > clean_invisible[mid].last)
            low = mid + 1;
        else
            high = mid;
    }
    return low < clean_invisible_count && code >= clean_invisible[low].first;
}

void clean_strip_invisible(struct str in, struct buf *out)
{
    while (in.n > 0) {
        uint32_t code;
        size_t n = decode(in, &code);
        if (code == 0xa0)
            buf_addc(out, ' ');
        else if (!is_invisible(code))
            buf_add(out, str_slice(in, 0, n));
        in = str_slice(in, n, in.n);
    }
}

// --- Markdown ---

struct link {
    struct str label, target;
    size_t length; // of the whole, from '['
};

// "[label](target)" at the start of s; neither part holds the bracket that ends it.
static bool take_link(struct str s, struct link *ret)
{
    ptrdiff_t close = str_index(s, ']');
    if (s.n == 0 || s.p[0] != '[' || close < 0 || (size_t)close + 1 >= s.n || s.p[close + 1] != '(')
        return false;
    struct str rest = str_slice(s, (size_t)close + 2, s.n);
    ptrdiff_t end = str_index(rest, ')');
    if (end < 0)
        return false;
    ret->label = str_trim(str_slice(s, 1, (size_t)close));
    ret->target = str_trim(str_slice(rest, 0, (size_t)end));
    ret->length = (size_t)close + 2 + (size_t)end + 1;
    return true;
}

static void add_link(struct buf *out, const struct link *link, bool image)
{
    if (image) {
        buf_add(out, link->label.n > 0 ? link->label : STR("[image]"));
        return;
    }
    buf_add(out, link->label);
    if (link->target.n > 0)
        buf_addf(out, " (" STR_FMT ")", STR_ARG(link->target));
}

void clean_markdown(struct str in, struct buf *out)
{
    while (in.n > 0) {
        struct link link;
        bool image = in.p[0] == '!' && take_link(str_slice(in, 1, in.n), &link);
        size_t used = 1;
        if (image || (take_link(in, &link) && link.label.n > 0)) {
            add_link(out, &link, image);
            used = link.length + image;
        } else {
            buf_addc(out, in.p[0]);
        }
        in = str_slice(in, used, in.n);
    }
}

// --- code fences ---

static bool is_suspicious(struct str info)
{
    static const char *const words[] = { "system",      "user",      "assistant", "tool",
                                         "function",    "developer", "ignore",    "override",
                                         "instruction", "prompt",    "role" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        for (size_t at = 0; at + strlen(words[i]) <= info.n; at++)
            if (str_eq_nocase(str_slice(info, at, at + strlen(words[i])), str_c(words[i])))
                return true;
    return false;
}

// How many bytes of the line are its fence, indentation included; 0 if it has none.
static size_t fence_length(struct str line)
{
    size_t from = 0;
    while (from < line.n && (line.p[from] == ' ' || line.p[from] == '\t'))
        from++;
    size_t to = from;
    while (to < line.n && line.p[to] == line.p[from] &&
           (line.p[from] == '`' || line.p[from] == '~'))
        to++;
    return to - from >= 3 ? to : 0;
}

void clean_fences(struct str in, struct buf *out)
{
    while (in.p) {
        struct str line = str_cut(&in, '\n');
        size_t fence = fence_length(line);
        struct str info = str_slice(line, fence, line.n);
        if (fence > 0 && str_index(info, '`') < 0 && is_suspicious(info)) {
            buf_add(out, str_slice(line, 0, fence));
            buf_adds(out, "text");
        } else {
            buf_add(out, line);
        }
        if (in.p)
            buf_addc(out, '\n');
    }
}

// --- the whole ---

bool clean_is_plain(struct str in)
{
    for (size_t i = 0; i < in.n; i++) {
        unsigned char c = (unsigned char)in.p[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c >= 0x7f || strchr("<[`~", c))
            return false;
    }
    return true;
}

void clean_text(struct str in, struct buf *out)
{
    if (clean_is_plain(in)) {
        buf_add(out, in);
        return;
    }
    size_t most = in.n * 2 + 64; // "[image]" replaces at least four
    struct buf CLEANUP(buf_release) visible = BUF_INIT(most);
    struct buf CLEANUP(buf_release) text = BUF_INIT(most);
    struct buf CLEANUP(buf_release) links = BUF_INIT(most);
    clean_strip_invisible(in, &visible);
    clean_strip_html(buf_str(&visible), &text);
    clean_markdown(buf_str(&text), &links);
    clean_fences(buf_str(&links), out);
}

static json_t *cleaned(const json_t *string)
{
    struct str in = dom_text(string);
    struct buf CLEANUP(buf_release) out = BUF_INIT(in.n * 2 + 64);
    clean_text(in, &out);
    return dom_string(buf_str(&out));
}

static bool needs_cleaning(const json_t *value)
{
    return json_is_string(value) && !clean_is_plain(dom_text(value));
}

static void clean_level(json_t *value, unsigned depth)
{
    const char *key;
    size_t index;
    json_t *item;
    if (depth >= CLEAN_DEPTH_MAX)
        return;
    json_object_foreach(value, key, item)
    {
        if (needs_cleaning(item))
            json_object_set_new_nocheck(value, key, cleaned(item));
        else
            clean_level(item, depth + 1);
    }
    json_array_foreach(value, index, item)
    {
        if (needs_cleaning(item))
            json_array_set_new(value, index, cleaned(item));
        else
            clean_level(item, depth + 1);
    }
}

void clean_tree(json_t **value)
{
    if (needs_cleaning(*value)) {
        json_t *clean = cleaned(*value);
        json_decref(*value);
        *value = clean;
    }
    clean_level(*value, 0);
}
