// SPDX-License-Identifier: MIT
#include "serve/view.h"

// Keys are compared without "_", in lower case: display_name and displayName are one.
#define KEY_MAX 32

static const char *const words[] = {
    "action",   "active", "category", "country",   "description", "disabled",      "email",
    "enabled",  "error",  "iccid",    "id",        "order",       "ostype",        "platform",
    "priority", "rank",   "region",   "ruleorder", "severity",    "supercategory", "timestamp",
    "total",    "type",   "udid",     "user",      "value",       "version",
};

static const char *const endings[] = { "name",  "status",  "state", "score",
                                       "email", "address", "ip",    "fqdn" };

static bool is_main(const char *key)
{
    char plain[KEY_MAX];
    size_t n = 0;
    for (; *key && n < sizeof(plain); key++)
        if (*key != '_')
            plain[n++] = *key >= 'A' && *key <= 'Z' ? (char)(*key | 0x20) : *key;
    if (*key)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(endings); i++)
        if (str_ends(str_of(plain, n), str_c(endings[i])))
            return true;
    return str_is_among(str_of(plain, n), words, ARRAY_LEN(words));
}

static bool is_empty(const json_t *value)
{
    return json_is_null(value) || (json_is_string(value) && !*json_string_value(value)) ||
           (json_is_array(value) && json_array_size(value) == 0) ||
           (json_is_object(value) && json_object_size(value) == 0);
}

static json_t *filled(json_t *value);

static json_t *filled_members(json_t *object)
{
    const char *key;
    json_t *member, *ret = json_object();
    json_object_foreach(object, key, member)
    {
        json_t *rest = filled(member);
        if (is_empty(rest))
            json_decref(rest);
        else
            json_object_set_new_nocheck(ret, key, rest);
    }
    return ret;
}

// Without members that say nothing; elements of lists keep their places. As deep as shape made it.
static json_t *filled(json_t *value)
{
    if (json_is_object(value))
        return filled_members(value);
    if (!json_is_array(value))
        return json_incref(value);
    json_t *ret = json_array();
    for (size_t i = 0; i < json_array_size(value); i++)
        json_array_append_new(ret, filled(json_array_get(value, i)));
    return ret;
}

// The main fields; a record that has only one of them is shown whole, for it would say nothing.
static json_t *summary(json_t *record, bool *less)
{
    const char *key;
    json_t *value;
    JSON_AUTO *ret = json_object();
    json_object_foreach(record, key, value)
    {
        bool flat = !json_is_object(value) && !json_is_array(value);
        if (flat && !is_empty(value) && is_main(key))
            json_object_set_nocheck(ret, key, value);
    }
    if (json_object_size(ret) < 2)
        return filled(record);
    *less |= json_object_size(ret) < json_object_size(record);
    return json_incref(ret);
}

json_t *view_of(enum result_view view, const struct tool *tool, json_t *value,
                const char **ret_note)
{
    bool less = false;
    *ret_note = NULL;
    if (view == VIEW_FULL || tool->output)
        return json_incref(value);
    if (view != VIEW_SUMMARY || !json_is_array(value))
        return filled(value);
    json_t *ret = json_array();
    for (size_t i = 0; i < json_array_size(value); i++)
        json_array_append_new(ret, summary(json_array_get(value, i), &less));
    if (less)
        *ret_note =
            "Only the main fields of the records are shown; query=\"[]\" shows all of them.";
    return ret;
}
