// SPDX-License-Identifier: MIT
#include "json/scan.h"

#include "base/utf8.h"
#include "json/plain_int.h"

/*= rfc8259 7 "the characters that MUST be escaped: quotation mark, reverse solidus, and the control
 * characters" */
const unsigned char json_special[256] = {
    [0x00 ... 0x1F] = 1, ['"'] = 1, ['\\'] = 1, [0x80 ... 0xFF] = 1
};

enum state {
    AT_VALUE,
    AT_FIRST_ITEM, // a value or ']'
    AT_FIRST_KEY,  // a key or '}'
    AFTER_VALUE,   // ',' or the end of what is open
    AT_FAILURE,
};

void scan_init(struct scan *s, struct str text, unsigned max_depth)
{
    *s = (struct scan){ .text = text, .max_depth = SCAN_DEPTH_MAX };
    if (max_depth > 0 && max_depth < SCAN_DEPTH_MAX)
        s->max_depth = max_depth;
}

static enum scan_token fail(struct scan *s, const char *error)
{
    s->error = error;
    s->state = AT_FAILURE;
    s->raw = STR_NONE;
    return SCAN_ERROR;
}

static bool is_open_object(const struct scan *s)
{
    unsigned top = s->depth - 1;
    return s->nest[top / 64] >> (top % 64) & 1;
}

static void skip_blanks(struct scan *s)
{
    const char *p = s->text.p;
    size_t at = s->at, n = s->text.n;
    while (at < n && (p[at] == ' ' || p[at] == '\n' || p[at] == '\r' || p[at] == '\t'))
        at++;
    s->at = at;
}

// The next byte, -1 at the end.
static int peek(const struct scan *s)
{
    return s->at < s->text.n ? (unsigned char)s->text.p[s->at] : -1;
}

static enum scan_token open_nest(struct scan *s, bool object)
{
    if (s->depth == s->max_depth)
        return fail(s, "nested too deeply");
    uint64_t bit = (uint64_t)1 << (s->depth % 64), *word = &s->nest[s->depth / 64];
    *word = object ? *word | bit : *word & ~bit;
    s->depth++;
    s->raw = str_of(s->text.p + s->at++, 1);
    s->state = object ? AT_FIRST_KEY : AT_FIRST_ITEM;
    return object ? SCAN_OBJECT : SCAN_ARRAY;
}

static enum scan_token close_nest(struct scan *s, bool object)
{
    s->depth--;
    s->raw = str_of(s->text.p + s->at++, 1);
    s->state = AFTER_VALUE;
    return object ? SCAN_OBJECT_END : SCAN_ARRAY_END;
}

static bool take_hex4(struct scan *s, uint32_t *ret)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        int c = peek(s), low = c | 0x20;
        if (c >= '0' && c <= '9')
            value = value << 4 | (uint32_t)(c - '0');
        else if (c >= 0 && low >= 'a' && low <= 'f')
            value = value << 4 | (uint32_t)(low - 'a' + 10);
        else
            return false;
    }
    *ret = value;
    return true;
}

// Behind the backslash. NULL, or what is wrong.
static const char *take_escape(struct scan *s)
{
    int c = peek(s);
    if (c > 0 && strchr("\"\\/bfnrt", c)) {
        s->at++;
        return NULL;
    }
    if (c != 'u')
        return "bad escape";
    s->at++;
    uint32_t high, low;
    if (!take_hex4(s, &high))
        return "bad \\u escape";
    if (high >= 0xDC00 && high <= 0xDFFF)
        return "lone low surrogate";
    if (high < 0xD800 || high > 0xDBFF)
        return NULL;
    if (!str_starts(str_slice(s->text, s->at, s->text.n), STR("\\u")))
        return "lone high surrogate";
    s->at += 2;
    if (!take_hex4(s, &low))
        return "bad \\u escape";
    return low >= 0xDC00 && low <= 0xDFFF ? NULL : "lone high surrogate";
}

// One character that is not plain. NULL, or what is wrong.
static const char *take_special(struct scan *s, int c)
{
    if (c < 0)
        return "unfinished string";
    if (c == '\\') {
        s->escaped = true;
        s->at++;
        return take_escape(s);
    }
    if (c < 0x20)
        return "unescaped control character in a string";
    size_t n;
    if (utf8_decode(str_slice(s->text, s->at, s->text.n), &n) < 0)
        return "invalid UTF-8";
    s->at += n;
    return NULL;
}

static bool take_string(struct scan *s)
{
    size_t start = ++s->at;
    s->escaped = false;
    for (;;) {
        s->at += json_plain_run(s->text.p + s->at, s->text.n - s->at);
        int c = peek(s);
        if (c == '"')
            break;
        const char *error = take_special(s, c);
        if (error)
            return fail(s, error);
    }
    s->raw = str_slice(s->text, start, s->at++);
    return true;
}

static size_t digits_at(const struct scan *s, size_t at)
{
    size_t n = 0;
    while (at + n < s->text.n && s->text.p[at + n] >= '0' && s->text.p[at + n] <= '9')
        n++;
    return n;
}

static bool take_digits(struct scan *s)
{
    size_t n = digits_at(s, s->at);
    s->at += n;
    return n > 0;
}

/*= rfc8259 6 "number = [ minus ] int [ frac ] [ exp ]" */
static enum scan_token take_number(struct scan *s)
{
    size_t start = s->at;
    s->at += peek(s) == '-';
    if (peek(s) == '0')
        s->at++;
    else if (!take_digits(s))
        return fail(s, "bad number");
    if (peek(s) == '.') {
        s->at++;
        if (!take_digits(s))
            return fail(s, "bad number");
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        s->at += peek(s) == '+' || peek(s) == '-';
        if (!take_digits(s))
            return fail(s, "bad number");
    }
    s->raw = str_slice(s->text, start, s->at);
    s->state = AFTER_VALUE;
    return SCAN_NUMBER;
}

static enum scan_token take_word(struct scan *s, struct str word, enum scan_token token)
{
    struct str rest = str_slice(s->text, s->at, s->text.n);
    if (!str_starts(rest, word))
        return fail(s, "expected a value");
    s->raw = str_slice(rest, 0, word.n);
    s->at += word.n;
    s->state = AFTER_VALUE;
    return token;
}

static enum scan_token take_value(struct scan *s)
{
    int c = peek(s);
    switch (c) {
    case '"':
        if (!take_string(s))
            return SCAN_ERROR;
        s->state = AFTER_VALUE;
        return SCAN_STRING;
    case '{':
        return open_nest(s, true);
    case '[':
        return open_nest(s, false);
    case 't':
        return take_word(s, STR("true"), SCAN_TRUE);
    case 'f':
        return take_word(s, STR("false"), SCAN_FALSE);
    case 'n':
        return take_word(s, STR("null"), SCAN_NULL);
    default:
        return c == '-' || (c >= '0' && c <= '9') ? take_number(s) : fail(s, "expected a value");
    }
}

static enum scan_token take_key(struct scan *s)
{
    if (peek(s) != '"')
        return fail(s, "expected a key");
    if (!take_string(s))
        return SCAN_ERROR;
    skip_blanks(s);
    if (peek(s) != ':')
        return fail(s, "expected ':'");
    s->at++;
    s->state = AT_VALUE;
    return SCAN_KEY;
}

static enum scan_token after_value(struct scan *s)
{
    int c = peek(s);
    if (s->depth == 0)
        return c < 0 ? SCAN_END : fail(s, "expected nothing more");
    bool object = is_open_object(s);
    if (c == (object ? '}' : ']'))
        return close_nest(s, object);
    if (c != ',')
        return fail(s, object ? "expected ',' or '}'" : "expected ',' or ']'");
    s->at++;
    skip_blanks(s);
    return object ? take_key(s) : take_value(s);
}

static enum scan_token take_token(struct scan *s)
{
    if (s->state == AT_FAILURE)
        return SCAN_ERROR;
    skip_blanks(s);
    switch (s->state) {
    case AFTER_VALUE:
        return after_value(s);
    case AT_FIRST_KEY:
        return peek(s) == '}' ? close_nest(s, true) : take_key(s);
    case AT_FIRST_ITEM:
        return peek(s) == ']' ? close_nest(s, false) : take_value(s);
    default:
        return take_value(s);
    }
}

enum scan_token scan_next(struct scan *s)
{
    return s->token = take_token(s);
}

bool scan_skip(struct scan *s, struct str *ret_raw)
{
    if (s->token == SCAN_KEY)
        scan_next(s);
    if (s->token == SCAN_ERROR || s->token == SCAN_END)
        return false;
    size_t start = (size_t)(s->raw.p - s->text.p) - (s->token == SCAN_STRING);
    if (s->token == SCAN_OBJECT || s->token == SCAN_ARRAY)
        for (unsigned outside = s->depth - 1; s->depth > outside;)
            if (scan_next(s) == SCAN_ERROR)
                return false;
    if (ret_raw)
        *ret_raw = str_slice(s->text, start, s->at);
    return true;
}

static uint32_t hex4(const char *p)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 4 | (uint32_t)(p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
    return value;
}

// p stands behind the backslash of an escape that scan_next has judged; returns its length.
static size_t add_unescaped(struct buf *out, const char *p)
{
    static const char plain[128] = { ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r',
                                     ['t'] = '\t', ['"'] = '"',  ['/'] = '/',  ['\\'] = '\\' };
    if (*p != 'u') {
        buf_addc(out, plain[*p & 127]);
        return 1;
    }
    uint32_t c = hex4(p + 1);
    size_t n = 5;
    if (c >= 0xD800 && c <= 0xDBFF) {
        c = 0x10000 + ((c - 0xD800) << 10) + (hex4(p + 7) - 0xDC00);
        n = 11;
    }
    char bytes[4];
    buf_add(out, str_of(bytes, utf8_encode(c, bytes)));
    return n;
}

void scan_text(const struct scan *s, struct buf *out)
{
    struct str rest = s->raw;
    while (s->escaped) {
        ptrdiff_t at = str_index(rest, '\\');
        if (at < 0)
            break;
        buf_add(out, str_slice(rest, 0, (size_t)at));
        size_t n = add_unescaped(out, rest.p + at + 1);
        rest = str_slice(rest, (size_t)at + 1 + n, rest.n);
    }
    buf_add(out, rest);
}

bool scan_is(const struct scan *s, const char *text)
{
    if (s->token != SCAN_KEY && s->token != SCAN_STRING)
        return false;
    if (!s->escaped)
        return str_is(s->raw, text);
    CLEANUP(buf_release) struct buf plain = BUF_INIT(s->raw.n);
    scan_text(s, &plain);
    return str_is(buf_str(&plain), text);
}

bool scan_fail(const struct scan *s, struct err *err)
{
    const char *error = s->error ? s->error : "unexpected value";
    int c = peek(s);
    if (c < 0)
        return err_set(err, ERR_JSON, "invalid JSON: %s at byte %zu, where the text ends", error,
                       s->at);
    if (c > 0x20 && c < 0x7F)
        return err_set(err, ERR_JSON, "invalid JSON: %s at byte %zu, found '%c'", error, s->at, c);
    return err_set(err, ERR_JSON, "invalid JSON: %s at byte %zu", error, s->at);
}
