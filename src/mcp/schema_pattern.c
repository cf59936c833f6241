// SPDX-License-Identifier: MIT
// Patterns of schemas are ECMA-262; they are tried with POSIX extended expressions, after what is
// written differently was translated. A pattern that cannot be said so is not checked.
#include "base/mem.h"
#include "mcp/schema_int.h"

static const struct {
    char letter;
    const char *outside, *inside; // of brackets; NULL: cannot be said
} classes[] = {
    { 'd', "[0-9]", "0-9" },
    { 'D', "[^0-9]", NULL },
    { 'w', "[A-Za-z0-9_]", "A-Za-z0-9_" },
    { 'W', "[^A-Za-z0-9_]", NULL },
    { 's', "[[:space:]]", "[:space:]" },
    { 'S', "[^[:space:]]", NULL },
    { 'n', "\n", "\n" },
    { 't', "\t", "\t" },
    { 'r', "\r", "\r" },
};

static bool add_escape(struct buf *out, char c, bool inside)
{
    for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
        const char *text = inside ? classes[i].inside : classes[i].outside;
        if (classes[i].letter != c)
            continue;
        if (text)
            buf_adds(out, text);
        return text != NULL;
    }
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
        return false; // \b, \p{…}, \1, \u…
    if (!inside)
        buf_addc(out, '\\');
    buf_addc(out, c);
    return !inside || (c != ']' && c != '\\' && c != '-' && c != '^');
}

static bool translate(struct str p, struct buf *out)
{
    bool inside = false;
    for (size_t i = 0; i < p.n; i++) {
        char c = p.p[i], next = i + 1 < p.n ? p.p[i + 1] : '\0';
        if (c == '\\') {
            if (!next || !add_escape(out, next, inside))
                return false;
            i++;
            continue;
        }
        if (!inside && c == '(' && next == '?') {
            if (i + 2 >= p.n || p.p[i + 2] != ':')
                return false; // look-around, names
            buf_addc(out, '(');
            i += 2;
            continue;
        }
        if (!inside && next == '?' && strchr("*+?}", c))
            return false; // lazy
        if (c == '[' && !inside)
            inside = true;
        else if (c == ']')
            inside = false;
        buf_addc(out, c);
    }
    return !inside && buf_ok(out);
}

void mcp_pattern_add(struct schema *s, const char *text)
{
    CLEANUP(buf_release) struct buf posix = BUF_INIT(64 * 1024);
    struct pattern *p = mem_zalloc(1, sizeof(*p));
    p->text = text;
    p->usable = translate(str_c(text), &posix) &&
                regcomp(&p->regex, buf_cstr(&posix), REG_EXTENDED | REG_NOSUB) == 0;
    p->next = s->patterns;
    s->patterns = p;
}

void mcp_patterns_free(struct pattern *p)
{
    while (p) {
        struct pattern *next = p->next;
        if (p->usable)
            regfree(&p->regex);
        free(p);
        p = next;
    }
}

bool mcp_pattern_matches(const struct schema *s, const char *text, struct str value)
{
    const struct pattern *p = s->patterns;
    while (p && strcmp(p->text, text) != 0)
        p = p->next;
    if (!p || !p->usable)
        return true;
    if (value.n > SCHEMA_PATTERN_MAX || memchr(value.p, 0, value.n))
        return false;
    char copy[SCHEMA_PATTERN_MAX + 1];
    snprintf(copy, sizeof(copy), STR_FMT, STR_ARG(value));
    return regexec(&p->regex, copy, 0, NULL, 0) == 0;
}
