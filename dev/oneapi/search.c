// SPDX-License-Identifier: MIT
#include "search.h"

#include "api.h"

static const char *const names[] = {
    "name",          "configuredName", "displayName", "fqdn", "loginName",
    "email",         "rule_name",      "userName",    "user", "comment",
    "software_name", "ipAddress",      "description",
};

static bool contains(struct str text, struct str part)
{
    for (size_t i = 0; i + part.n <= text.n; i++) {
        if (str_eq_nocase(str_slice(text, i, i + part.n), part))
            return true;
    }
    return false;
}

static void read_operator(struct search *s, struct str given)
{
    static const char *const operators[] = { "+EQ+", "+LIKE+", " EQ ", " LIKE " };
    for (size_t k = 0; k < ARRAY_LEN(operators); k++) {
        struct str op = str_c(operators[k]);
        for (size_t i = 1; i + op.n <= given.n; i++) {
            if (!str_eq_nocase(str_slice(given, i, i + op.n), op))
                continue;
            s->at[s->n].field = str_slice(given, 0, i);
            s->at[s->n].text = str_slice(given, i + op.n, given.n);
            s->at[s->n++].whole = k % 2 == 0;
            return;
        }
    }
    s->at[s->n].field = STR("name");
    s->at[s->n].text = given;
    s->at[s->n++].whole = false;
}

void search_read(struct call *c, struct search *ret)
{
    *ret = (struct search){ .n = 0 };
    for (const char *const *name = c->api->search; *name && ret->n < SEARCH_MAX; name++) {
        struct str given = http_query(c->ex, *name);
        if (!given.n)
            continue;
        if (c->api->envelope == ENVELOPE_ZPA) {
            read_operator(ret, given);
            continue;
        }
        struct str field = str_c(*name);
        ptrdiff_t bracket = str_index(field, '[');
        ret->at[ret->n].field = bracket < 0 ? STR_NONE : str_slice(field, 0, (size_t)bracket);
        ret->at[ret->n++].text = given;
    }
}

static bool text_fits(struct str value, struct str text, bool whole)
{
    return whole ? str_eq_nocase(value, text) : contains(value, text);
}

bool search_fits(const struct search *s, const json_t *record)
{
    for (size_t i = 0; i < s->n; i++) {
        bool fits = false;
        if (s->at[i].field.n) {
            CLEANUP(buf_release) struct buf key = BUF_INIT(256);
            buf_add(&key, s->at[i].field);
            fits = text_fits(dom_str(record, buf_cstr(&key)), s->at[i].text, s->at[i].whole);
        }
        for (size_t k = 0; !s->at[i].field.n && k < ARRAY_LEN(names); k++)
            fits |= text_fits(dom_str(record, names[k]), s->at[i].text, false);
        if (!fits)
            return false;
    }
    return true;
}
