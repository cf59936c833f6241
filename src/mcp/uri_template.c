// SPDX-License-Identifier: MIT
// RFC 6570 templates read backwards: which values would have given this URI. Of its expressions
// those are taken that can be read back: {name}, {+name}, {/name} and {?a,b}.
#include "base/mem.h"
#include "mcp/internal.h"

#define PARTS_MAX 32
#define NAME_MAX  64
#define STEPS_MAX 20000 // tries of one match

enum part_kind { PART_LITERAL, PART_SEGMENT, PART_REST, PART_QUERY };

struct part {
    enum part_kind kind;
    struct str text; // literal bytes, or the names
};

struct uri_template {
    struct part parts[PARTS_MAX];
    size_t count;
};

struct match {
    const struct uri_template *t;
    json_t *values;
    size_t steps;
};

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '.')
            return false;
    }
    return s.n > 0 && s.n <= NAME_MAX;
}

static bool are_names(struct str list)
{
    while (list.p)
        if (!is_name(str_cut(&list, ',')))
            return false;
    return true;
}

static bool add(struct uri_template *t, enum part_kind kind, struct str text)
{
    bool names = kind == PART_LITERAL || (kind == PART_QUERY ? are_names(text) : is_name(text));
    if (!names || t->count == PARTS_MAX)
        return false;
    if (kind != PART_LITERAL || text.n)
        t->parts[t->count++] = (struct part){ kind, text };
    return true;
}

static bool add_expression(struct uri_template *t, struct str inside)
{
    char first = inside.n ? inside.p[0] : '\0';
    struct str rest = str_slice(inside, 1, inside.n);
    switch (first) {
    case '+':
        return add(t, PART_REST, rest);
    case '/':
        return add(t, PART_LITERAL, STR("/")) && add(t, PART_SEGMENT, rest);
    case '?':
        return add(t, PART_QUERY, rest);
    default:
        return add(t, PART_SEGMENT, inside);
    }
}

static bool parse(struct uri_template *t, struct str text)
{
    while (text.p) {
        struct str literal = str_cut(&text, '{');
        if (!add(t, PART_LITERAL, literal))
            return false;
        if (!text.p)
            return true;
        struct str inside = str_cut(&text, '}');
        if (!text.p || !add_expression(t, inside))
            return false;
    }
    return true;
}

bool mcp_uri_template_new(const char *text, struct uri_template **ret, struct err *err)
{
    struct uri_template *t = mem_zalloc(1, sizeof(*t));
    if (parse(t, str_c(text))) {
        *ret = t;
        return true;
    }
    free(t);
    return err_set(err, ERR_CONFIG,
                   "resource %s: a template may have {name}, {+name}, {/name} and {?a,b}, at most "
                   "%d parts",
                   text, PARTS_MAX);
}

void mcp_uri_template_free(struct uri_template *t)
{
    free(t);
}

static bool set(struct match *m, struct str name, struct str raw)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(raw.n + 1);
    CLEANUP(buf_release) struct buf key = BUF_INIT(NAME_MAX + 1);
    if (!buf_add_urldecoded(&text, raw, false) || !str_is_utf8(buf_str(&text)))
        return false;
    buf_add(&key, name);
    dom_set(m->values, buf_cstr(&key), dom_string(buf_str(&text)));
    return true;
}

static bool has_name(struct str names, struct str name)
{
    while (names.p)
        if (str_eq(str_cut(&names, ','), name))
            return true;
    return false;
}

// ?b=2&a=1 in any order; what the template does not name is no match.
static bool match_query(struct match *m, struct str names, struct str uri)
{
    if (!uri.n)
        return true;
    if (uri.p[0] != '?')
        return false;
    struct str rest = str_slice(uri, 1, uri.n);
    while (rest.p) {
        struct str value = str_cut(&rest, '&'), name = str_cut(&value, '=');
        if (!has_name(names, name) || !set(m, name, value))
            return false;
    }
    return true;
}

static bool match_from(struct match *m, size_t i, struct str uri);

// Longest first: {+path}/end takes all it can.
static bool match_variable(struct match *m, size_t i, struct str uri)
{
    const struct part *part = &m->t->parts[i];
    size_t most = uri.n;
    for (size_t n = 0; n < uri.n && part->kind == PART_SEGMENT; n++)
        if (strchr("/?#", uri.p[n])) {
            most = n;
            break;
        }
    for (size_t n = most; n > 0; n--)
        if (match_from(m, i + 1, str_slice(uri, n, uri.n)))
            return set(m, part->text, str_slice(uri, 0, n));
    return false;
}

static bool match_from(struct match *m, size_t i, struct str uri)
{
    if (++m->steps > STEPS_MAX)
        return false;
    if (i == m->t->count)
        return uri.n == 0;
    const struct part *part = &m->t->parts[i];
    if (part->kind == PART_QUERY)
        return i + 1 == m->t->count && match_query(m, part->text, uri);
    if (part->kind != PART_LITERAL)
        return match_variable(m, i, uri);
    return str_starts(uri, part->text) && match_from(m, i + 1, str_slice(uri, part->text.n, uri.n));
}

json_t *mcp_uri_template_match(const struct uri_template *t, struct str uri)
{
    struct match m = { .t = t, .values = json_object() };
    if (match_from(&m, 0, uri))
        return m.values;
    json_decref(m.values);
    return NULL;
}
