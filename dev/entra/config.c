// SPDX-License-Identifier: MIT
#include "config.h"

#include <ctype.h>

#include "emu.h"

static const struct cloud clouds[] = {
    { "global", "https://login.microsoftonline.com", "https://sts.windows.net",
      "https://graph.microsoft.com", "https://login.microsoft.com/device", "microsoftonline.com",
      "graph.windows.net", "graph.microsoft.com", "https://pas.windows.net" },
    { "usGov", "https://login.microsoftonline.us", "https://sts.windows.net",
      "https://graph.microsoft.us", "https://microsoft.com/deviceloginus", "microsoftonline.us",
      "graph.windows.net", "graph.microsoft.us", "https://pasff.usgovcloudapi.net" },
    { "china", "https://login.partner.microsoftonline.cn", "https://sts.chinacloudapi.cn",
      "https://microsoftgraph.chinacloudapi.cn", "https://microsoft.com/deviceloginchina",
      "partner.microsoftonline.cn", "graph.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn",
      "https://pas.chinacloudapi.cn" },
};

const struct cloud *config_cloud(const struct emu *e)
{
    struct str name = dom_str(e->config, "cloud");
    for (size_t i = 0; i < ARRAY_LEN(clouds); i++) {
        if (str_is(name, clouds[i].name))
            return &clouds[i];
    }
    return &clouds[0];
}

bool is_guid(struct str s)
{
    if (s.n != GUID_SIZE - 1)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !isxdigit((unsigned char)s.p[i]))
            return false;
    }
    return true;
}

bool parse_iso_time(struct str s, int64_t *ret)
{
    char text[32];
    if (s.n == 0 || s.n >= sizeof(text))
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    struct tm tm = { 0 };
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (end && *end == '.')
        end += 1 + strspn(end + 1, "0123456789");
    if (!end || strcmp(end, "Z") != 0)
        return false;
    *ret = timegm(&tm);
    return true;
}

void json_merge_patch(json_t *target, const json_t *patch)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)patch, key, value)
    {
        if (json_is_null(value)) {
            json_object_del(target, key);
            continue;
        }
        json_t *old = json_object_get(target, key);
        if (json_is_object(value) && json_is_object(old)) {
            json_merge_patch(old, value);
            continue;
        }
        json_t *fresh = json_is_object(value) ? json_object() : json_deep_copy(value);
        if (json_is_object(value))
            json_merge_patch(fresh, value);
        dom_set(target, key, fresh);
    }
}

static json_t *value_of(struct str text)
{
    json_t *value;
    return dom_parse(text, &value, NULL) ? value : dom_string(text);
}

static bool put(json_t *into, const char *key, json_t *value)
{
    uint64_t index = UINT64_MAX;
    if (json_is_object(into))
        return json_object_set(into, key, value) == 0;
    return str_to_u64(str_c(key), &index) && json_array_set(into, (size_t)index, value) == 0;
}

// The member or item, made where an object lacks it; NULL: a list has no such item.
static json_t *descend(json_t *into, const char *key)
{
    uint64_t index;
    json_t *next = json_object_get(into, key);
    if (json_is_array(into))
        return str_to_u64(str_c(key), &index) ? json_array_get(into, (size_t)index) : NULL;
    if (json_is_object(into) && !json_is_object(next) && !json_is_array(next)) {
        dom_set(into, key, json_object());
        next = json_object_get(into, key);
    }
    return next;
}

bool config_set(json_t *config, struct str assignment, struct err *err)
{
    struct str value = assignment, path = str_cut(&value, '=');
    CLEANUP(arena_free) struct arena *arena = arena_new();
    JSON_AUTO *fresh = value_of(value);
    json_t *at = config;
    if (!value.p || !path.n)
        return err_set(err, ERR_CONFIG, "'" STR_FMT "' is not PATH=VALUE", STR_ARG(assignment));
    for (struct str rest = path; at;) {
        const char *key = arena_cstr(arena, str_cut(&rest, '.'));
        if (!rest.p && put(at, key, fresh))
            return true;
        at = rest.p ? descend(at, key) : NULL;
    }
    return err_set(err, ERR_CONFIG, "'" STR_FMT "' leads nowhere", STR_ARG(path));
}

bool config_parse(struct str text, json_t **ret, struct err *err)
{
    json_t *config;
    if (!dom_parse_object(text, &config, err)) {
        if (err)
            err->code = ERR_CONFIG;
        return false;
    }
    if (!config_judge(config, err)) {
        json_decref(config);
        return false;
    }
    *ret = config;
    return true;
}
