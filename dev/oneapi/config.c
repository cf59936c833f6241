// SPDX-License-Identifier: MIT
#include "base/buf.h"
#include "fake.h"

#define LIFETIME_MAX 86400

#define DEFAULTS                                                                                     \
    "{\"clients\":[],\"tokenLifetime\":3600,\"seed\":0,\"faults\":[],\"services\":[\"ZIA\",\"ZPA\"," \
    "\"ZDX\",\"ZCC\",\"ZTW\",\"ZIDENTITY\",\"ZEASM\",\"ZINS\",\"ZMS\",\"ZCELL\"]}"

static bool judge_clients(const json_t *clients, struct err *err)
{
    for (size_t i = 0; i < json_array_size(clients); i++) {
        const json_t *client = json_array_get(clients, i);
        if (!dom_str(client, "clientId").n)
            return err_set(err, ERR_CONFIG, "clients[%zu].clientId: must be a text", i);
        if (!dom_str(client, "clientSecret").n && !json_is_object(dom_get(client, "jwks")))
            return err_set(err, ERR_CONFIG,
                           "clients[%zu]: needs a clientSecret or a jwks with its public key", i);
    }
    return true;
}

static bool judge_faults(const json_t *list, struct err *err)
{
    struct faults *trial = faults_new();
    bool ok = true;
    for (size_t i = 0; ok && i < json_array_size(list); i++)
        ok = faults_order(trial, json_array_get(list, i), err);
    faults_free(trial);
    return ok;
}

static bool judge(const json_t *config, struct err *err)
{
    int64_t lifetime = dom_int(config, "tokenLifetime", -1);
    if (lifetime < 1 || lifetime > LIFETIME_MAX)
        return err_set(err, ERR_CONFIG, "tokenLifetime: must be 1 to %d seconds", LIFETIME_MAX);
    return judge_clients(dom_get(config, "clients"), err) &&
           judge_faults(dom_get(config, "faults"), err);
}

// Every member is one of the defaults, and of the same type.
static bool take(json_t *config, const json_t *given, struct err *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)given, key, value)
    {
        const json_t *before = dom_get(config, key);
        if (!before)
            return err_set(err, ERR_CONFIG, "%s: is not a known member", key);
        if (json_typeof(before) != json_typeof(value))
            return err_set(err, ERR_CONFIG, "%s: must be a %s", key,
                           json_is_array(before) ? "list" : "whole number");
        dom_set(config, key, json_incref(value));
    }
    return true;
}

bool config_parse(struct str text, json_t **ret, struct err *err)
{
    JSON_AUTO *config = NULL;
    JSON_AUTO *given = NULL;
    if (!dom_parse_object(STR(DEFAULTS), &config, err))
        return false;
    if (text.p && !dom_parse_object(text, &given, err))
        return err_prefix(err, "configuration");
    if (!take(config, given, err) || !judge(config, err))
        return false;
    *ret = json_incref(config);
    return true;
}
