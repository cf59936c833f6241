// SPDX-License-Identifier: MIT
#include "tools/ztw/countries.h"

#define PREFIX    "COUNTRY_"
#define NAMED_MAX 5 // of those that a name could mean

static bool has_name(const struct country *c, struct str wanted)
{
    struct str names = str_c(c->names);
    while (names.p)
        if (str_eq_nocase(str_cut(&names, '|'), wanted))
            return true;
    return false;
}

static bool is_meant(const struct country *c, struct str wanted)
{
    return str_eq_nocase(str_c(c->alpha2), wanted) || str_eq_nocase(str_c(c->alpha3), wanted) ||
           has_name(c, wanted);
}

static const struct country *find(struct str wanted)
{
    for (const struct country *c = countries; c->alpha2; c++)
        if (is_meant(c, wanted))
            return c;
    return NULL;
}

static bool has_part(const struct country *c, struct str part)
{
    struct str names = str_c(c->names);
    for (size_t i = 0; i + part.n <= names.n; i++)
        if (str_eq_nocase(str_slice(names, i, i + part.n), part))
            return true;
    return false;
}

// The only country with this part in its name. NULL: none, or several, which hints names.
static const struct country *find_part(struct str part, struct buf *hints)
{
    const struct country *found = NULL;
    size_t n = 0;
    for (const struct country *c = countries; c->alpha2 && part.n > 3; c++) {
        if (!has_part(c, part))
            continue;
        struct str names = str_c(c->names), first = str_cut(&names, '|');
        if (n++ < NAMED_MAX)
            buf_addf(hints, "%s%s (" STR_FMT ")", n > 1 ? ", " : "", c->alpha2, STR_ARG(first));
        found = c;
    }
    return n == 1 ? found : NULL;
}

static json_t *code_of(const json_t *value, struct err *err)
{
    CLEANUP(buf_release) struct buf hints = BUF_INIT(1024);
    struct str text = str_trim(dom_text(value)), word = text;
    const struct country *c = NULL;
    if (word.n > strlen(PREFIX) && str_eq_nocase(str_slice(word, 0, strlen(PREFIX)), STR(PREFIX)))
        c = find(str_slice(word, strlen(PREFIX), word.n));
    else if (word.n)
        c = find(word);
    if (!c)
        c = find_part(word, &hints);
    if (c)
        return json_sprintf(PREFIX "%s", c->alpha2);
    err_set(err, ERR_TOOL_ARGUMENTS,
            hints.n ? "countries: '" STR_FMT "' could be %s: use the code."
                    : "countries: '" STR_FMT
                      "' is no country: use its English name or its code, as CA or CAN.%s",
            STR_ARG(text), hints.n ? buf_cstr(&hints) : "");
    return NULL;
}

json_t *as_countries(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    if (!json_array_size(value))
        return NULL; // left out
    (void)call, (void)arg;
    JSON_AUTO *list = json_array();
    for (size_t i = 0; i < json_array_size(value); i++) {
        json_t *code = code_of(json_array_get(value, i), err);
        if (!code)
            return NULL;
        json_array_append_new(list, code);
    }
    return json_incref(list);
}
