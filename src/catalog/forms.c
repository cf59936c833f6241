// SPDX-License-Identifier: MIT
#include "catalog/forms.h"

#include <string.h>

#include "catalog/names.h"
#include "json/write.h"

#define FORM_TEXT_MAX (64 * 1024)
#define MEMBERS_DEPTH 32

// A text of digits as a number, a number as it is; NULL for anything else.
static json_t *number_of(const json_t *value)
{
    int64_t n = 0;
    if (json_is_integer(value))
        return json_integer(json_integer_value(value));
    if (json_is_string(value) && str_to_i64(str_trim(dom_text(value)), &n))
        return json_integer(n);
    return NULL;
}

json_t *as_ids(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg, (void)err;
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(value); i++)
        json_array_append_new(list, json_pack("{s:O}", "id", json_array_get(value, i)));
    return list;
}

json_t *as_ids_if_any(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    return json_array_size(value) ? as_ids(call, arg, value, err) : NULL;
}

json_t *as_items_if_any(struct tool_call *call, const struct arg *arg, json_t *value,
                        struct err *err)
{
    (void)call, (void)arg, (void)err;
    return json_array_size(value) ? json_incref(value) : NULL;
}

static json_t *as_number(json_t *id)
{
    json_t *n = number_of(id);
    return n ? n : json_incref(id);
}

// "1" or {"id": "1", ...}: a reference, its id a number where it reads as one.
static json_t *reference(json_t *item)
{
    json_t *id = json_object_get(item, "id");
    if (json_is_string(item) || json_is_integer(item))
        return json_pack("{s:o}", "id", as_number(item));
    if (!id)
        return json_incref(item);
    json_t *out = json_copy(item);
    json_object_set_new(out, "id", as_number(id));
    return out;
}

static json_t *referred(const json_t *list)
{
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(list); i++)
        json_array_append_new(out, reference(json_array_get(list, i)));
    return out;
}

json_t *as_number_ids(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg, (void)err;
    return referred(value);
}

json_t *as_state(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg, (void)err;
    return json_string(json_is_true(value) ? "ENABLED" : "DISABLED");
}

json_t *as_true_false(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg, (void)err;
    return json_string(json_is_true(value) ? "true" : "false");
}

static json_t *cased(const json_t *value, char from, char to)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(FORM_TEXT_MAX);
    struct str text = dom_text(value);
    for (size_t i = 0; i < text.n; i++)
        buf_addc(&out, text.p[i] >= from && text.p[i] <= to ? (char)(text.p[i] ^ 0x20) : text.p[i]);
    return dom_string(buf_str(&out));
}

json_t *as_position(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call;
    if (json_integer_value(value) >= 1)
        return json_incref(value);
    err_set(err, ERR_TOOL_ARGUMENTS, "%s counts from 1, so it cannot be %lld", arg->name,
            (long long)json_integer_value(value));
    return NULL;
}

json_t *as_upper(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg, (void)err;
    return cased(value, 'a', 'z');
}

json_t *as_lower(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg, (void)err;
    return cased(value, 'A', 'Z');
}

static json_t *refuse_word(const struct arg *arg, const json_t *value, struct err *err)
{
    CLEANUP(buf_release) struct buf words = BUF_INIT(FORM_TEXT_MAX);
    for (size_t i = 0; arg->map[i][0]; i++)
        buf_addf(&words, "%s%s", i ? ", " : "", arg->map[i][0]);
    err_set(err, ERR_TOOL_ARGUMENTS, "%s must be one of %s, not '" STR_FMT "'", arg->name,
            buf_cstr(&words), STR_ARG(dom_text(value)));
    return NULL;
}

json_t *as_one_of(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call;
    for (size_t i = 0; arg->map[i][0]; i++)
        if (str_eq_nocase(str_trim(dom_text(value)), str_c(arg->map[i][0])))
            return json_string(arg->map[i][1]);
    return refuse_word(arg, value, err);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

json_t *as_country(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    struct str code = str_trim(dom_text(value));
    if (code.n == 2 && is_letter(code.p[0]) && is_letter(code.p[1])) {
        JSON_AUTO *trimmed = dom_string(code);
        return as_upper(call, arg, trimmed, err);
    }
    err_set(err, ERR_TOOL_ARGUMENTS,
            "%s must be a code of two letters (ISO 3166-1, as CA or US), not '" STR_FMT "'",
            arg->name, STR_ARG(dom_text(value)));
    return NULL;
}

// "field+OP+value", the filter language of ZPA.
static bool has_operator(struct str text)
{
    static const char *const operators[] = { "+EQ+",       "+NE+",         "+LIKE+",    "+LT+",
                                             "+LE+",       "+GT+",         "+GE+",      "+IN+",
                                             "+CONTAINS+", "+STARTSWITH+", "+ENDSWITH+" };
    for (size_t at = 0; at < text.n; at++)
        for (size_t i = 0; i < ARRAY_LEN(operators); i++)
            if (str_eq_nocase(str_slice(text, at, at + strlen(operators[i])), str_c(operators[i])))
                return true;
    return false;
}

json_t *as_search(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg, (void)err;
    struct str text = str_trim(dom_text(value));
    if (!text.n)
        return json_incref(value);
    if (has_operator(text))
        return dom_string(text);
    bool quoted =
        text.n > 1 && (text.p[0] == '"' || text.p[0] == '\'') && text.p[0] == text.p[text.n - 1];
    if (quoted)
        text = str_slice(text, 1, text.n - 1);
    CLEANUP(buf_release) struct buf out = BUF_INIT(FORM_TEXT_MAX);
    buf_addf(&out, "name+EQ+" STR_FMT, STR_ARG(text));
    return dom_string(buf_str(&out));
}

json_t *as_hours_ago(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)arg, (void)err;
    return json_integer(call->now - json_integer_value(value) * 3600);
}

json_t *as_days_ago(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)arg, (void)err;
    return json_integer(call->now - json_integer_value(value) * 86400);
}

// --- objects ---

// Members of the rules of ZIA whose ids become references, and the name they go by: NULL for their
// own.
static const struct {
    const char *name, *wire;
} references[] = {
    { "appServiceGroups", NULL },
    { "appServices", NULL },
    { "auditor", NULL },
    { "cloudAppInstances", NULL },
    { "departments", NULL },
    { "destIpGroups", NULL },
    { "destIpv6Groups", NULL },
    { "deviceGroups", NULL },
    { "devices", NULL },
    { "dlpEngines", NULL },
    { "ecGroups", NULL },
    { "excludedDepartments", NULL },
    { "excludedGroups", NULL },
    { "excludedUsers", NULL },
    { "formSharingDomainProfiles", NULL },
    { "groups", NULL },
    { "labels", NULL },
    { "locationGroups", NULL },
    { "locations", NULL },
    { "notificationTemplate", NULL },
    { "nwApplicationGroups", NULL },
    { "nwServiceGroups", NULL },
    { "nwServices", NULL },
    { "overrideGroups", NULL },
    { "overrideUsers", NULL },
    { "proxyGateway", NULL },
    { "proxyGateways", NULL },
    { "sharingDomainProfiles", NULL },
    { "sourceIpGroups", NULL },
    { "srcIpGroups", NULL },
    { "srcIpv6Groups", NULL },
    { "tenancyProfileIds", NULL },
    { "timeWindows", NULL },
    { "urlCategories", NULL },
    { "users", NULL },
    { "workloadGroups", NULL },
    { "zpaAppSegments", NULL },
    { "zpaApplicationSegmentGroups", NULL },
    { "zpaApplicationSegments", NULL },
    { "applicationIds", "applications" },
    { "bandwidthClassIds", "bandwidthClasses" },
    { "bucketIds", "buckets" },
    { "cloudAppTenantIds", "cloudAppTenants" },
    { "connectorIds", "connectors" },
    { "criteriaDomainProfileIds", "criteriaDomainProfiles" },
    { "destWorkloadGroupsIds", "destWorkloadGroups" },
    { "emailRecipientProfileIds", "emailRecipientProfiles" },
    { "entityGroupIds", "entityGroups" },
    { "excludedDomainProfileIds", "excludedDomainProfiles" },
    { "httpHeaderActionProfileIds", "httpHeaderActionProfiles" },
    { "httpHeaderProfileIds", "httpHeaderProfiles" },
    { "includedDomainProfileIds", "includedDomainProfiles" },
    { "objectTypeIds", "objectTypes" },
    { "scopeEntityIds", "adminScopeScopeEntities" },
    { "serverGroupIds", "serverGroups" },
    { "serviceIds", "services" },
    { "smartIsolationGroupIds", "smartIsolationGroups" },
    { "smartIsolationUserIds", "smartIsolationUsers" },
    { "srcWorkloadGroupsIds", "srcWorkloadGroups" },
    { "supportedRegionIds", "supportedRegions" },
    { "userPortalIds", "userPortals" },
    { "virtualZenNodeIds", "virtualZenNodes" },
};

// A member that is null says nothing; further in, a null is a value.
static json_t *members(const json_t *value, unsigned depth);

static json_t *member_object(const json_t *value, unsigned depth)
{
    const char *key;
    json_t *inner, *object = json_object();
    json_object_foreach((json_t *)(uintptr_t)value, key, inner)
    {
        CLEANUP(buf_release) struct buf name = BUF_INIT(NAME_MAX_BYTES);
        name_camel(str_c(key), &name);
        if ((depth < MEMBERS_DEPTH || !json_is_null(inner)) && buf_ok(&name))
            json_object_set_new(object, buf_cstr(&name), members(inner, depth - 1));
    }
    return object;
}

static json_t *members(const json_t *value, unsigned depth)
{
    if (json_is_object(value) && depth)
        return member_object(value, depth);
    if (!json_is_array(value) || !depth)
        return json_incref((json_t *)(uintptr_t)value);
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(value); i++)
        json_array_append_new(list, members(json_array_get(value, i), depth - 1));
    return list;
}

json_t *as_members(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg, (void)err;
    return members(value, MEMBERS_DEPTH);
}

// A list that arrived as JSON text.
static json_t *opened(json_t *value)
{
    struct err ignored;
    json_t *tree = NULL;
    if (json_is_string(value) && str_starts(dom_text(value), STR("[")) &&
        dom_parse(dom_text(value), &tree, &ignored))
        return tree;
    return json_incref(value);
}

// The name by which a member with ids is sent, NULL for any other.
static const char *reference_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(references); i++)
        if (strcmp(references[i].name, name) == 0)
            return references[i].wire ? references[i].wire : name;
    return NULL;
}

json_t *as_rule_members(struct tool_call *call, const struct arg *arg, json_t *value,
                        struct err *err)
{
    JSON_AUTO *given = as_members(call, arg, value, err);
    json_t *object = json_object();
    const char *key;
    json_t *inner;
    json_object_foreach(given, key, inner)
    {
        JSON_AUTO *list = opened(inner);
        const char *name = reference_name(key);
        if (!name)
            json_object_set(object, key, list);
        else
            json_object_set_new(object, name,
                                json_is_array(list) ? referred(list) : reference(list));
    }
    return object;
}

json_t *as_url_rule_members(struct tool_call *call, const struct arg *arg, json_t *value,
                            struct err *err)
{
    JSON_AUTO *given = as_members(call, arg, value, err);
    json_t *object = as_rule_members(call, arg, value, err);
    json_t *words = json_object_get(given, "urlCategories");
    if (words)
        json_object_set_new(object, "urlCategories", opened(words));
    return object;
}

json_t *as_list(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg, (void)err;
    JSON_AUTO *tree = opened(value);
    if (!json_is_string(tree))
        return json_incref(tree);
    json_t *list = json_array();
    struct str rest = dom_text(tree);
    while (rest.p) {
        struct str item = str_trim(str_cut(&rest, ','));
        if (item.n)
            json_array_append_new(list, dom_string(item));
    }
    return list;
}
