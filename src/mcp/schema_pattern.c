// SPDX-License-Identifier: MIT
// Patterns of schemas are ECMA-262 with the u flag; PCRE2 tries them, after the little that it
// writes differently was translated. The work of one try is bounded.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"
#include "mcp/schema_int.h"

#define MATCH_STEPS_MAX 100000
#define MATCH_HEAP_KB   1024

#define OPTIONS                                                                                    \
    (PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_DOLLAR_ENDONLY | PCRE2_ALLOW_EMPTY_CLASS |                 \
     PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C)

struct pattern {
    const char *text; // of the schema
    pcre2_code *code;
    struct pattern *next;
};

// ECMA-262's white space, which \s means there (PCRE2: ASCII's).
#define SPACES "\\t-\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"

// The long names of general categories (UAX #44), of which PCRE2 knows the short ones.
static const struct {
    const char *name, *code;
} categories[] = {
    { "Letter", "L" },
    { "Cased_Letter", "L&" },
    { "Uppercase_Letter", "Lu" },
    { "Lowercase_Letter", "Ll" },
    { "Titlecase_Letter", "Lt" },
    { "Modifier_Letter", "Lm" },
    { "Other_Letter", "Lo" },
    { "Mark", "M" },
    { "Combining_Mark", "M" },
    { "Nonspacing_Mark", "Mn" },
    { "Spacing_Mark", "Mc" },
    { "Enclosing_Mark", "Me" },
    { "Number", "N" },
    { "Decimal_Number", "Nd" },
    { "digit", "Nd" },
    { "Letter_Number", "Nl" },
    { "Other_Number", "No" },
    { "Punctuation", "P" },
    { "punct", "P" },
    { "Connector_Punctuation", "Pc" },
    { "Dash_Punctuation", "Pd" },
    { "Open_Punctuation", "Ps" },
    { "Close_Punctuation", "Pe" },
    { "Initial_Punctuation", "Pi" },
    { "Final_Punctuation", "Pf" },
    { "Other_Punctuation", "Po" },
    { "Symbol", "S" },
    { "Math_Symbol", "Sm" },
    { "Currency_Symbol", "Sc" },
    { "Modifier_Symbol", "Sk" },
    { "Other_Symbol", "So" },
    { "Separator", "Z" },
    { "Space_Separator", "Zs" },
    { "Line_Separator", "Zl" },
    { "Paragraph_Separator", "Zp" },
    { "Other", "C" },
    { "Control", "Cc" },
    { "cntrl", "Cc" },
    { "Format", "Cf" },
    { "Surrogate", "Cs" },
    { "Private_Use", "Co" },
    { "Unassigned", "Cn" },
};

static struct str category(struct str name)
{
    static const char *const prefixes[] = { "General_Category=", "gc=" };
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
        if (str_starts(name, str_c(prefixes[i])))
            name = str_slice(name, strlen(prefixes[i]), name.n);
    for (size_t i = 0; i < ARRAY_LEN(categories); i++)
        if (str_is(name, categories[i].name))
            return str_c(categories[i].code);
    return name;
}

// The escape at p.p[i]; returns its last index.
static size_t add_escape(struct str p, size_t i, bool inside, struct buf *out)
{
    char c = i + 1 < p.n ? p.p[i + 1] : '\0';
    struct str rest = str_slice(p, i + 3, p.n);
    bool property = (c == 'p' || c == 'P') && i + 2 < p.n && p.p[i + 2] == '{';
    if (property && str_index(rest, '}') >= 0) {
        struct str name = str_cut(&rest, '}'), code = category(name);
        buf_addf(out, "\\%c{" STR_FMT "}", c, STR_ARG(code));
        return i + 3 + name.n;
    }
    if (c == 's')
        buf_adds(out, inside ? SPACES : "[" SPACES "]");
    else if (c == 'S' && !inside)
        buf_adds(out, "[^" SPACES "]");
    else
        buf_add(out, str_slice(p, i, i + 2));
    return i + 1;
}

static void translate(struct str p, struct buf *out)
{
    bool inside = false;
    for (size_t i = 0; i < p.n; i++) {
        char c = p.p[i];
        if (c == '\\') {
            i = add_escape(p, i, inside, out);
            continue;
        }
        if (c == '[' && inside)
            buf_addc(out, '\\'); // no POSIX classes there
        inside = c == '[' || (inside && c != ']');
        buf_addc(out, c);
    }
}

static pcre2_code *compile(struct str text, int *ret_code, PCRE2_SIZE *ret_offset)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_compile_extra_options(context, PCRE2_EXTRA_ALT_BSUX);
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text.p, text.n, OPTIONS, ret_code, ret_offset, context);
    pcre2_compile_context_free(context);
    return code;
}

static const struct pattern *find(const struct schema *s, const char *text)
{
    const struct pattern *p = s->patterns;
    while (p && strcmp(p->text, text) != 0)
        p = p->next;
    return p;
}

bool mcp_pattern_add(struct schema *s, const char *text, struct err *err)
{
    CLEANUP(buf_release) struct buf translated = BUF_INIT(256 * 1024);
    int number = 0;
    PCRE2_SIZE offset = 0;
    PCRE2_UCHAR why[120] = "";
    if (find(s, text))
        return true;
    translate(str_c(text), &translated);
    pcre2_code *code = compile(buf_str(&translated), &number, &offset);
    if (!code) {
        pcre2_get_error_message(number, why, sizeof(why));
        return err_set(err, ERR_CONFIG, "the pattern \"%.200s\" cannot be used: %s", text,
                       (const char *)why);
    }
    struct pattern *p = mem_zalloc(1, sizeof(*p));
    *p = (struct pattern){ .text = text, .code = code, .next = s->patterns };
    s->patterns = p;
    return true;
}

void mcp_patterns_free(struct pattern *p)
{
    while (p) {
        struct pattern *next = p->next;
        pcre2_code_free(p->code);
        free(p);
        p = next;
    }
}

bool mcp_pattern_matches(const struct schema *s, const char *text, struct str value)
{
    const struct pattern *p = find(s, text);
    if (!p)
        return true;
    if (value.n > SCHEMA_PATTERN_MAX)
        return false;
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *bounds = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(bounds, MATCH_STEPS_MAX);
    pcre2_set_heap_limit(bounds, MATCH_HEAP_KB);
    int found =
        pcre2_match(p->code, (PCRE2_SPTR)(value.n ? value.p : ""), value.n, 0, 0, data, bounds);
    pcre2_match_context_free(bounds);
    pcre2_match_data_free(data);
    return found >= 0; // 0: it matches, groups did not all find room
}
