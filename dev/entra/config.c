// SPDX-License-Identifier: MIT
#include "config.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/url.h"
#include "emu.h"
#include "redirects.h"

enum kind { CHOICE, FLAG, NUMBER };

static const struct switch_info {
    const char *name;
    enum kind kind;
    const char *values; // CHOICE: separated by '|', the default first; FLAG: the default
} switches[] = {
    { "resourceParameter", CHOICE, "match|ignore|reject" },
    { "resourceErrorDelivery", CHOICE, "redirect|page" },
    { "redirectUriCheck", CHOICE, "afterSignIn|immediate" },
    { "deviceCodeClientCheck", CHOICE, "afterSignIn|onPoll|onRequest" },
    { "deviceBlockVisible", CHOICE, "pageOnly|poll" },
    { "loopbackPortIgnored", CHOICE, "both|localhostOnly|none" },
    { "descriptionStyle", CHOICE, "spaces|crlf" },
    { "v1AudienceForm", CHOICE, "identifierUri|guid|alternate" },
    { "graphAudienceForm", CHOICE, "guid|url" },
    { "errorPageStatus", NUMBER, "200" },
    { "wrongTenantError", CHOICE, "50020|70001" },
    { "issParameter", FLAG, "" },
    { "longArtifacts", FLAG, "true" },
    { "mtlsAliases", FLAG, "" },
    { "tokenJitter", NUMBER, "0" },
    { "pollLoopLimit", NUMBER, "0" },
    { "webSecretWithPublicFallback", CHOICE, "accept|700025" },
    { "clockSkewSeconds", NUMBER, "0" },
    { "allowWildcardRedirects", FLAG, "" },
};

static const struct switch_info *switch_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
        if (strcmp(switches[i].name, name) == 0)
            return &switches[i];
    }
    return NULL;
}

struct str behaviour(const struct emu *e, const char *name)
{
    struct str set = dom_str(dom_get(e->config, "behaviour"), name);
    if (set.p)
        return set;
    struct str values = str_c(switch_find(name)->values);
    return str_cut(&values, '|');
}

bool behaviour_is(const struct emu *e, const char *name, const char *value)
{
    return str_is(behaviour(e, name), value);
}

bool behaviour_on(const struct emu *e, const char *name)
{
    return dom_bool(dom_get(e->config, "behaviour"), name, switch_find(name)->values[0] != '\0');
}

int64_t behaviour_number(const struct emu *e, const char *name)
{
    int64_t fallback = 0;
    if (!str_to_i64(str_c(switch_find(name)->values), &fallback))
        return 0;
    return dom_int(dom_get(e->config, "behaviour"), name, fallback);
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
    if (!end || (strcmp(end, "Z") != 0 && strcmp(end, ".000Z") != 0))
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

// --- judging ---

struct judge {
    struct err *err;
    char path[200];
    bool wildcards;
    struct str tenant_id;
    const json_t *tenant;
};

static bool wrong(struct judge *j, const char *what)
{
    return err_set(j->err, ERR_CONFIG, "%s: %s", j->path[0] ? j->path : "(top level)", what);
}

// The path grows by one step; the old length is returned, to be given to step_back.
static size_t step(struct judge *j, const char *key, size_t index)
{
    size_t n = strlen(j->path);
    if (key)
        snprintf(j->path + n, sizeof(j->path) - n, "%s%s", n ? "." : "", key);
    else
        snprintf(j->path + n, sizeof(j->path) - n, "[%zu]", index);
    return n;
}

static bool step_back(struct judge *j, size_t n, bool ok)
{
    if (ok)
        j->path[n] = '\0';
    return ok;
}

static bool only_keys(struct judge *j, const json_t *object, const char *const *known)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        bool found = false;
        for (size_t i = 0; known[i]; i++)
            found |= strcmp(known[i], key) == 0;
        if (!found) {
            step(j, key, 0);
            return wrong(j, "is not a known member");
        }
    }
    return true;
}

static bool guid_member(struct judge *j, const json_t *object, const char *key)
{
    size_t n = step(j, key, 0);
    if (!is_guid(dom_str(object, key)))
        return wrong(j, "must be a GUID");
    return step_back(j, n, true);
}

static bool text_member(struct judge *j, const json_t *object, const char *key)
{
    size_t n = step(j, key, 0);
    if (dom_str(object, key).n == 0)
        return wrong(j, "must be a text that is not empty");
    return step_back(j, n, true);
}

typedef bool judge_fn(struct judge *j, const json_t *value);

static bool each(struct judge *j, const json_t *object, const char *key, judge_fn *fn)
{
    const json_t *list = dom_get(object, key);
    if (!list || json_is_null(list))
        return true;
    size_t n = step(j, key, 0);
    if (!json_is_array(list))
        return wrong(j, "must be a list");
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t m = step(j, NULL, i);
        if (!fn(j, json_array_get(list, i)))
            return false;
        step_back(j, m, true);
    }
    return step_back(j, n, true);
}

static bool choice_fits(const struct switch_info *info, const json_t *value)
{
    struct str rest = str_c(info->values);
    while (rest.p) {
        if (str_eq(str_cut(&rest, '|'), dom_text(value)))
            return true;
    }
    return false;
}

static bool judge_behaviour(struct judge *j, const json_t *object)
{
    size_t n = step(j, "behaviour", 0);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        size_t m = step(j, key, 0);
        const struct switch_info *info = switch_find(key);
        if (!info)
            return wrong(j, "is not a known switch");
        if (info->kind == CHOICE && !choice_fits(info, value))
            return err_set(j->err, ERR_CONFIG, "%s: must be one of %s", j->path, info->values);
        if (info->kind == FLAG && !json_is_boolean(value))
            return wrong(j, "must be true or false");
        if (info->kind == NUMBER && !json_is_integer(value))
            return wrong(j, "must be a whole number");
        step_back(j, m, true);
    }
    return step_back(j, n, true);
}

static bool judge_redirect(struct judge *j, const json_t *value)
{
    const char *why = redirect_unfit(dom_text(value), j->wildcards);
    return why ? wrong(j, why) : true;
}

// The same URI may stand in one platform only: its platform decides the client type.
static bool redirects_once(struct judge *j, const json_t *app)
{
    JSON_AUTO *seen = json_object();
    size_t count = 0;
    for (size_t p = 0; p < PLATFORM_LISTS; p++) {
        const json_t *list = dom_get(dom_get(app, redirect_lists[p].key), "redirectUris");
        for (size_t i = 0; i < json_array_size(list); i++, count++) {
            const char *uri = json_string_value(json_array_get(list, i));
            const char *before = json_string_value(json_object_get(seen, uri));
            if (before && strcmp(before, redirect_lists[p].key) != 0)
                return err_set(j->err, ERR_CONFIG,
                               "%s.%s.redirectUris[%zu]: '%s' is registered under %s too", j->path,
                               redirect_lists[p].key, i, uri, before);
            dom_set(seen, uri, json_string(redirect_lists[p].key));
        }
    }
    return count <= 256 ? true : wrong(j, "more than 256 redirect URIs");
}

static bool platform_lists(struct judge *j, const json_t *app)
{
    for (size_t p = 0; p < PLATFORM_LISTS; p++) {
        size_t n = step(j, redirect_lists[p].key, 0);
        if (!each(j, dom_get(app, redirect_lists[p].key), "redirectUris", judge_redirect))
            return false;
        step_back(j, n, true);
    }
    return redirects_once(j, app);
}

static bool domain_of_tenant(const struct judge *j, struct str host)
{
    const json_t *domains = dom_get(j->tenant, "domains");
    for (size_t i = 0; i < json_array_size(domains); i++) {
        struct str domain = dom_text(json_array_get(domains, i));
        bool below =
            host.n > domain.n && host.p[host.n - domain.n - 1] == '.' && str_ends(host, domain);
        if (str_eq_nocase(host, domain) || below)
            return true;
    }
    return false;
}

static bool identifier_form_ok(const struct judge *j, const json_t *app, struct str uri)
{
    if (dom_int(dom_get(app, "api"), "requestedAccessTokenVersion", 1) == 2)
        return true;
    struct str rest = str_slice(uri, 6, uri.n);
    if (str_starts(uri, STR("api://")))
        return str_eq(rest, dom_str(app, "appId")) ||
               (str_starts(rest, j->tenant_id) && rest.n > j->tenant_id.n &&
                rest.p[j->tenant_id.n] == '/');
    struct url url;
    return url_parse(uri, &url, NULL) && str_is(url.scheme, "https") &&
           domain_of_tenant(j, url.host);
}

static bool judge_identifiers(struct judge *j, const json_t *app)
{
    const json_t *list = dom_get(app, "identifierUris");
    size_t n = step(j, "identifierUris", 0);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct str uri = dom_text(json_array_get(list, i));
        size_t m = step(j, NULL, i);
        if (uri.n == 0 || uri.n > 255 || str_index(uri, '*') >= 0)
            return wrong(j, "must have 1 to 255 characters and no '*'");
        if (uri.p[uri.n - 1] == '/')
            return wrong(j, "must not end with '/' (ValueCannotEndWithSlash)");
        if (!identifier_form_ok(j, app, uri))
            return wrong(j,
                         "must be api://{appId}, api://{tenantId}/… or https://{verified domain}/… "
                         "unless api.requestedAccessTokenVersion is 2");
        step_back(j, m, true);
    }
    return step_back(j, n, true);
}

static bool judge_secret(struct judge *j, const json_t *secret)
{
    int64_t end;
    if (!text_member(j, secret, "secretText"))
        return false;
    size_t n = step(j, "endDateTime", 0);
    if (dom_get(secret, "endDateTime") && !parse_iso_time(dom_str(secret, "endDateTime"), &end))
        return wrong(j, "must be a time such as 2027-01-01T00:00:00Z");
    return step_back(j, n, true);
}

static bool judge_app(struct judge *j, const json_t *app)
{
    static const char *const audiences =
        "AzureADMyOrg|AzureADMultipleOrgs|AzureADandPersonalMicrosoftAccount|"
        "PersonalMicrosoftAccount";
    const struct switch_info audience = { .values = audiences };
    if (!guid_member(j, app, "appId") || !text_member(j, app, "displayName"))
        return false;
    const json_t *given = dom_get(app, "signInAudience");
    size_t n = step(j, "signInAudience", 0);
    if (given && !choice_fits(&audience, given))
        return err_set(j->err, ERR_CONFIG, "%s: must be one of %s", j->path, audiences);
    step_back(j, n, true);
    return platform_lists(j, app) && judge_identifiers(j, app) &&
           each(j, app, "passwordCredentials", judge_secret);
}

static bool judge_user(struct judge *j, const json_t *user)
{
    if (!guid_member(j, user, "id") || !text_member(j, user, "userPrincipalName") ||
        !text_member(j, user, "displayName"))
        return false;
    if (dom_str(user, "homeTenantId").p && !guid_member(j, user, "homeTenantId"))
        return false;
    return true;
}

static bool judge_tenant(struct judge *j, const json_t *tenant)
{
    static const char *const known[] = {
        "id",          "displayName",    "domains",           "region",
        "userConsent", "publishedSince", "conditionalAccess", "users",
        "groups",      "applications",   "servicePrincipals", NULL
    };
    static const struct switch_info consent = { .values = "allow|lowRiskOnly|adminOnly" };
    if (!json_is_object(tenant))
        return wrong(j, "must be an object");
    j->tenant = tenant;
    j->tenant_id = dom_str(tenant, "id");
    if (!only_keys(j, tenant, known) || !guid_member(j, tenant, "id"))
        return false;
    if (dom_get(tenant, "userConsent") && !choice_fits(&consent, dom_get(tenant, "userConsent"))) {
        step(j, "userConsent", 0);
        return wrong(j, "must be allow, lowRiskOnly or adminOnly");
    }
    return each(j, tenant, "applications", judge_app) && each(j, tenant, "users", judge_user);
}

static bool unique_ids(struct judge *j, const json_t *config)
{
    JSON_AUTO *seen = json_object();
    static const char *const lists[][2] = { { "applications", "appId" }, { "users", "id" } };
    size_t index;
    json_t *tenant;
    json_array_foreach(dom_get(config, "tenants"), index, tenant)
    {
        for (size_t k = 0; k < ARRAY_LEN(lists); k++) {
            const json_t *list = dom_get(tenant, lists[k][0]);
            for (size_t i = 0; i < json_array_size(list); i++) {
                struct str id = dom_str(json_array_get(list, i), lists[k][1]);
                if (json_object_get(seen, id.p))
                    return err_set(j->err, ERR_CONFIG,
                                   "tenants[%zu].%s[%zu].%s: '" STR_FMT "' is used twice", index,
                                   lists[k][0], i, lists[k][1], STR_ARG(id));
                dom_set(seen, id.p, json_true());
            }
        }
    }
    return true;
}

bool config_judge(const json_t *config, struct err *err)
{
    static const char *const known[] = { "listen", "baseUrl",   "issuerMode", "clock", "seed",
                                         "keys",   "behaviour", "tenants",    NULL };
    static const struct switch_info modes = { .values = "local|real" };
    struct judge j = { .err = err,
                       .wildcards = dom_bool(dom_get(config, "behaviour"), "allowWildcardRedirects",
                                             false) };
    if (!only_keys(&j, config, known))
        return false;
    if (dom_get(config, "issuerMode") && !choice_fits(&modes, dom_get(config, "issuerMode")))
        return err_set(err, ERR_CONFIG, "issuerMode: must be local or real");
    if (json_array_size(dom_get(config, "tenants")) == 0)
        return err_set(err, ERR_CONFIG, "tenants: at least one tenant is needed");
    return judge_behaviour(&j, dom_get(config, "behaviour")) &&
           each(&j, config, "tenants", judge_tenant) && unique_ids(&j, config);
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
