// SPDX-License-Identifier: MIT
// What the real service refuses when a registration is saved, as far as no table can say it.
#include "base/buf.h"
#include "base/url.h"
#include "jose/b64url.h"
#include "jose/jwk.h"
#include "jose/stand_in.h"
#include "judge.h"
#include "redirects.h"
#include "registry.h"

#define REDIRECTS_MAX          256
#define REDIRECTS_PERSONAL_MAX 100

static bool judge_redirect(struct judge *j, const json_t *app, enum platform platform,
                           struct str uri)
{
    bool wildcards = dom_bool(dom_get(j->config, "behaviour"), "allowWildcardRedirects", false) &&
                     !app_allows_personal(app);
    const char *why = redirect_unfit(uri, platform, wildcards);
    return why ? judge_wrong(j, why) : true;
}

// The same URI may stand in one platform only: its platform decides the client type.
static bool once(struct judge *j, json_t *seen, const char *uri, const char *platform)
{
    const char *before = json_string_value(json_object_get(seen, uri));
    if (before && strcmp(before, platform) != 0)
        return err_set(j->err, ERR_CONFIG, "%s: '%s' is registered under %s too", j->path, uri,
                       before);
    dom_set(seen, uri, json_string(platform));
    return true;
}

static bool judge_platform(struct judge *j, const json_t *app, const struct redirect_list *list,
                           json_t *seen)
{
    const json_t *uris = dom_get(dom_get(app, list->key), "redirectUris");
    size_t start = judge_step(j, list->key, 0);
    judge_step(j, "redirectUris", 0);
    for (size_t i = 0; i < json_array_size(uris); i++) {
        struct str uri = dom_text(json_array_get(uris, i));
        size_t n = judge_step(j, NULL, i);
        if (!judge_redirect(j, app, list->platform, uri) || !once(j, seen, uri.p, list->key))
            return false;
        judge_back(j, n);
    }
    judge_back(j, start);
    return true;
}

static bool judge_redirects(struct judge *j, const json_t *app)
{
    JSON_AUTO *seen = json_object();
    size_t max = app_allows_personal(app) ? REDIRECTS_PERSONAL_MAX : REDIRECTS_MAX;
    for (size_t p = 0; p < PLATFORM_LISTS; p++) {
        if (!judge_platform(j, app, &redirect_lists[p], seen))
            return false;
    }
    if (json_object_size(seen) <= max)
        return true;
    return err_set(j->err, ERR_CONFIG, "%s: more than %zu redirect URIs", j->path, max);
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
    if (app_mints_v2(app))
        return true;
    struct str rest = str_slice(uri, 6, uri.n), tenant_id = dom_str(j->tenant, "id");
    if (str_starts(uri, STR("api://")))
        return str_eq(rest, dom_str(app, "appId")) ||
               (str_starts(rest, tenant_id) && rest.n > tenant_id.n && rest.p[tenant_id.n] == '/');
    struct url url;
    return url_parse(uri, &url, NULL) && str_is(url.scheme, "https") &&
           domain_of_tenant(j, url.host);
}

static bool identifier_free(const struct judge *j, const json_t *app, struct str uri)
{
    const json_t *apps = dom_get(j->tenant, "applications");
    for (size_t i = 0; i < json_array_size(apps); i++) {
        const json_t *other = json_array_get(apps, i);
        if (other != app && app_has_identifier(other, uri))
            return false;
    }
    return true;
}

static const char *identifier_unfit(const struct judge *j, const json_t *app, struct str uri)
{
    if (uri.n == 0 || uri.n > 255 || str_index(uri, '*') >= 0)
        return "must have 1 to 255 characters and no '*'";
    if (uri.p[uri.n - 1] == '/')
        return "must not end with '/' (ValueCannotEndWithSlash)";
    if (!identifier_form_ok(j, app, uri))
        return "must be api://{appId}, api://{tenantId}/… or https://{verified domain}/… "
               "unless api.requestedAccessTokenVersion is 2";
    return identifier_free(j, app, uri) ? NULL : "is another application's in this tenant";
}

static bool judge_identifiers(struct judge *j, const json_t *app)
{
    const json_t *list = dom_get(app, "identifierUris");
    size_t start = judge_step(j, "identifierUris", 0);
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t n = judge_step(j, NULL, i);
        const char *why = identifier_unfit(j, app, dom_text(json_array_get(list, i)));
        if (why)
            return judge_wrong(j, why);
        judge_back(j, n);
    }
    judge_back(j, start);
    return true;
}

static bool judge_logout_url(struct judge *j, const json_t *app)
{
    struct str uri = dom_str(dom_get(app, "web"), "logoutUrl");
    if (!uri.n)
        return true;
    const char *why = redirect_unfit(uri, PLATFORM_WEB, false);
    if (!why)
        return true;
    judge_step(j, "web.logoutUrl", 0);
    return judge_wrong(j, why);
}

bool judge_app(struct judge *j, const json_t *app)
{
    return judge_redirects(j, app) && judge_identifiers(j, app) && judge_logout_url(j, app);
}

static bool certificate_ok(struct judge *j, struct str base64)
{
    CLEANUP(buf_release) struct buf der = BUF_INIT(JWKS_BYTES_MAX);
    CLEANUP(jwk_free) struct jwk *key = NULL;
    struct err err = { 0 };
    if (!b64_decode(&der, base64))
        return judge_wrong(j, "must be a certificate: DER in base64");
    return jwk_from_certificate(buf_str(&der), &key, &err) || judge_wrong(j, err.text);
}

static bool pem_ok(struct judge *j, struct str pem)
{
    CLEANUP(jwk_free) struct jwk *key = NULL;
    struct err err = { 0 };
    return jwk_from_pem(pem, &key, &err) || judge_wrong(j, err.text);
}

bool judge_key_credential(struct judge *j, const json_t *credential)
{
    struct str certificate = dom_str(credential, "key"), pem = dom_str(credential, "pem");
    size_t n = judge_step(j, certificate.n ? "key" : "pem", 0);
    if (certificate.n ? !certificate_ok(j, certificate) : pem.n && !pem_ok(j, pem))
        return false;
    judge_back(j, n);
    return true;
}
