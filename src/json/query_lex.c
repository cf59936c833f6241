// SPDX-License-Identifier: MIT
// The words of a JMESPath expression. Positions in error texts count characters, not bytes.
#include "base/mem.h"
#include "base/utf8.h"
#include "json/query_int.h"
#include "json/scan.h"

struct lexer {
    const struct query *q;
    struct str text;
    size_t at;
    struct token *tokens;
    size_t count;
    struct err *err;
};

static int peek(const struct lexer *l)
{
    return l->at < l->text.n ? (unsigned char)l->text.p[l->at] : -1;
}

static bool is_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool fail(struct lexer *l, size_t at, const char *message)
{
    int column = (int)utf8_count(str_slice(l->text, 0, at));
    return err_set(l->err, ERR_BAD_REQUEST,
                   QUERY_PREFIX "Bad jmespath expression: %s:\n" STR_FMT "\n%*s^", message,
                   STR_ARG(l->text), column, "");
}

static struct token *add(struct lexer *l, enum query_token type, size_t start)
{
    struct token *t = &l->tokens[l->count++];
    *t = (struct token){ .type = type, .start = start, .text = str_slice(l->text, start, l->at) };
    return t;
}

static void release_literal(void *v)
{
    json_decref(v);
}

static void add_literal(struct lexer *l, size_t start, json_t *v)
{
    add(l, TOKEN_LITERAL, start)->literal = v;
    arena_defer(l->q->arena, release_literal, v);
    CLEANUP(buf_release) struct buf shown = BUF_INIT(QUERY_LENGTH_MAX * 8);
    python_add_str(&shown, v);
    l->tokens[l->count - 1].text = arena_str(l->q->arena, buf_str(&shown));
}

// From an opening delimiter past the closing one; *ret lies between them. A backslash takes the
// next character with it.
static bool take_delimited(struct lexer *l, struct str *ret)
{
    size_t start = l->at++;
    char delimiter = l->text.p[start];
    for (; peek(l) != delimiter; l->at++) {
        if (peek(l) == '\\')
            l->at++;
        if (peek(l) < 0) {
            char message[32];
            snprintf(message, sizeof(message), "Unclosed %c delimiter", delimiter);
            return fail(l, start, message);
        }
    }
    *ret = str_slice(l->text, start + 1, l->at++);
    return true;
}

// Appends s with each backslash before the delimiter taken away.
static void add_undelimited(struct buf *out, struct str s, char delimiter)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\\' || i + 1 == s.n || s.p[i + 1] != delimiter)
            buf_addc(out, s.p[i]);
}

static bool take_raw_string(struct lexer *l)
{
    size_t start = l->at;
    struct str inner;
    if (!take_delimited(l, &inner))
        return false;
    CLEANUP(buf_release) struct buf text = BUF_INIT(QUERY_LENGTH_MAX);
    add_undelimited(&text, inner, '\'');
    add_literal(l, start, dom_string(buf_str(&text)));
    return true;
}

// JSON, or (deprecated, and in use) a string without its quotes.
static bool parse_literal(struct str json, json_t **ret)
{
    if (dom_parse(json, ret, NULL))
        return true;
    CLEANUP(buf_release) struct buf quoted = BUF_INIT(QUERY_LENGTH_MAX + 2);
    while (json.n > 0 && strchr(" \t\r\n", json.p[0]))
        json = str_slice(json, 1, json.n);
    buf_addc(&quoted, '"');
    buf_add(&quoted, json);
    buf_addc(&quoted, '"');
    return dom_parse(buf_str(&quoted), ret, NULL);
}

static bool take_literal(struct lexer *l)
{
    size_t start = l->at;
    struct str inner;
    if (!take_delimited(l, &inner))
        return false;
    CLEANUP(buf_release) struct buf json = BUF_INIT(QUERY_LENGTH_MAX);
    add_undelimited(&json, inner, '`');
    json_t *v;
    if (parse_literal(buf_str(&json), &v)) {
        add_literal(l, start, v);
        return true;
    }
    return fail(l, start, arena_printf(l->q->arena, "Bad token %s", buf_cstr(&json)).p);
}

// Why a JSON string is none, in the words of Python's json module.
static const char *why_no_string(const struct scan *s)
{
    if (str_is(str_c(s->error), "bad escape"))
        return "Invalid \\escape";
    return strstr(s->error, "control") ? "Invalid control character at" : "Invalid \\uXXXX escape";
}

static bool take_quoted(struct lexer *l)
{
    size_t start = l->at;
    struct str inner;
    if (!take_delimited(l, &inner))
        return false;
    struct scan s;
    scan_init(&s, str_of(inner.p - 1, inner.n + 2), 0);
    if (scan_next(&s) != SCAN_STRING)
        return fail(l, start, why_no_string(&s));
    CLEANUP(buf_release) struct buf name = BUF_INIT(QUERY_LENGTH_MAX);
    scan_text(&s, &name);
    add(l, TOKEN_QUOTED, start)->text = arena_str(l->q->arena, buf_str(&name));
    return true;
}

// A number beyond 64 bits points beyond every array anyway.
static int64_t index_of(struct str digits)
{
    int64_t n;
    if (str_to_i64(digits, &n))
        return n;
    return digits.p[0] == '-' ? INT64_MIN : INT64_MAX;
}

static bool take_number(struct lexer *l)
{
    size_t start = l->at++;
    while (is_digit(peek(l)))
        l->at++;
    struct str digits = str_slice(l->text, start, l->at);
    if (str_is(digits, "-"))
        return fail(l, start, "Unknown token '-'");
    struct token *t = add(l, TOKEN_NUMBER, start);
    t->number = index_of(digits);
    if (t->number > INT64_MIN && t->number < INT64_MAX) // shown without leading zeros
        t->text = arena_printf(l->q->arena, "%lld", (long long)t->number);
    return true;
}

static bool take_name(struct lexer *l)
{
    size_t start = l->at;
    while (is_letter(peek(l)) || is_digit(peek(l)))
        l->at++;
    add(l, TOKEN_UNQUOTED, start);
    return true;
}

static const struct sign {
    char text[3];
    enum query_token type;
} signs[] = {
    // longer ones first
    { "[]", TOKEN_FLATTEN }, { "[?", TOKEN_FILTER }, { "||", TOKEN_OR },    { "&&", TOKEN_AND },
    { "<=", TOKEN_LTE },     { ">=", TOKEN_GTE },    { "!=", TOKEN_NE },    { "==", TOKEN_EQ },
    { "[", TOKEN_LBRACKET }, { "|", TOKEN_PIPE },    { "&", TOKEN_EXPREF }, { "<", TOKEN_LT },
    { ">", TOKEN_GT },       { "!", TOKEN_NOT },     { ".", TOKEN_DOT },    { "*", TOKEN_STAR },
    { "]", TOKEN_RBRACKET }, { ",", TOKEN_COMMA },   { ":", TOKEN_COLON },  { "@", TOKEN_CURRENT },
    { "(", TOKEN_LPAREN },   { ")", TOKEN_RPAREN },  { "{", TOKEN_LBRACE }, { "}", TOKEN_RBRACE },
};

static bool take_sign(struct lexer *l)
{
    size_t start = l->at, n;
    struct str rest = str_slice(l->text, start, l->text.n);
    for (const struct sign *s = signs; s < signs + ARRAY_LEN(signs); s++) {
        if (!str_starts(rest, str_c(s->text)))
            continue;
        l->at += strlen(s->text);
        add(l, s->type, start);
        return true;
    }
    utf8_decode(rest, &n);
    const char *quote = rest.p[0] == '=' ? "'" : "";
    char message[32];
    snprintf(message, sizeof(message), "Unknown token %s" STR_FMT "%s", quote,
             STR_ARG(str_slice(rest, 0, n)), quote);
    return fail(l, start, message);
}

static bool take_token(struct lexer *l)
{
    int c = peek(l);
    if (is_letter(c))
        return take_name(l);
    if (is_digit(c) || c == '-')
        return take_number(l);
    switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case '\r':
        l->at++;
        return true;
    case '\'':
        return take_raw_string(l);
    case '`':
        return take_literal(l);
    case '"':
        return take_quoted(l);
    default:
        return take_sign(l);
    }
}

bool query_lex(const struct query *q, struct token **ret, struct err *err)
{
    struct lexer l = { .q = q, .text = q->expression, .err = err };
    l.tokens = mem_zalloc(l.text.n + 1, sizeof(struct token));
    while (peek(&l) >= 0) {
        if (!take_token(&l)) {
            free(l.tokens);
            return false;
        }
    }
    add(&l, TOKEN_EOF, l.text.n);
    *ret = l.tokens;
    return true;
}
