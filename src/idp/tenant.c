// SPDX-License-Identifier: MIT
// Which organisation a token belongs to, and how its issuer is written. Entra's issuer names the
// tenant; one registration may serve several ("organizations"), and tokens of version 1 write the
// same tenant in another form.
#include "base/url.h"
#include "idp/internal.h"

#define TENANT_MARK "{tenantid}"

static struct str first_segment(struct str path)
{
    struct str rest = str_slice(path, 1, path.n);
    return str_cut(&rest, '/');
}

bool tenant_is_any(const char *issuer)
{
    struct url url;
    if (!url_parse(str_c(issuer), &url, NULL))
        return false;
    struct str tenant = first_segment(url.path);
    bool alias = str_is(tenant, "organizations") || str_is(tenant, "common");
    return alias && str_starts(str_slice(url.path, 1 + tenant.n, url.path.n), STR("/v2.0"));
}

// https://HOST/<tenant id>/v2.0, or /v2.0/ (B2C), or …/organizations/v2.0.
void tenant_learn(const struct idp_config *config, struct arena *arena, struct entra *ret)
{
    struct url url;
    *ret = (struct entra){ .head = NULL };
    if (!url_parse(str_c(config->issuer), &url, NULL))
        return;
    struct str tenant = first_segment(url.path);
    struct str tail = str_slice(url.path, 1 + tenant.n, url.path.n);
    bool any = tenant_is_any(config->issuer);
    if ((!any && !is_guid(tenant)) || !(str_is(tail, "/v2.0") || str_is(tail, "/v2.0/")))
        return;
    const struct cloud *cloud = cloud_of(url.host);
    ret->head =
        arena_printf(arena, STR_FMT "://" STR_FMT "/", STR_ARG(url.scheme), STR_ARG(url.authority))
            .p;
    ret->tail = arena_cstr(arena, tail);
    ret->v1_head = arena_printf(arena, "https://%s/", cloud ? cloud->v1_host : "sts.windows.net").p;
    // B2C's policies write what they like.
    ret->names_proved = str_is(tail, "/v2.0") && !(cloud && cloud->self_service);
    ret->tenant = any ? NULL : arena_cstr(arena, tenant);
}

struct str tenant_of(const struct idp *idp, const json_t *claims)
{
    const char *claim = idp->preset->tenant_claim;
    return dom_str(claims, claim ? claim : "tid");
}

bool tenant_issuer(const struct idp *idp, const json_t *claims, struct arena *arena,
                   struct str *ret, struct err *err)
{
    const struct entra *e = &idp->entra;
    struct str tenant = e->tenant ? str_c(e->tenant) : dom_str(claims, "tid");
    if (!e->head) {
        *ret = str_c(idp->config.issuer);
        return true;
    }
    if (!is_guid(tenant))
        return err_set(err, ERR_TOKEN_ISSUER,
                       "the token names no tenant (tid), so its issuer cannot be judged");
    *ret = arena_printf(arena, "%s" STR_FMT "%s", e->head, STR_ARG(tenant), e->tail);
    return true;
}

static bool is_allowed(const char *const *allowed, struct str tenant)
{
    for (; *allowed; allowed++)
        if (str_eq_nocase(tenant, str_c(*allowed)))
            return true;
    return false;
}

bool tenant_check(const struct idp *idp, const json_t *claims, struct err *err)
{
    const struct entra *e = &idp->entra;
    const char *const *allowed = idp->config.allowed_tenants;
    struct str tenant = tenant_of(idp, claims);
    if (e->tenant && tenant.p && !str_eq_nocase(tenant, str_c(e->tenant)))
        return err_set(err, ERR_TOKEN_ISSUER,
                       "the token belongs to tenant " STR_FMT ", this server to %s",
                       STR_ARG(str_slice(tenant, 0, 80)), e->tenant);
    if (!allowed || is_allowed(allowed, tenant))
        return true;
    if (!tenant.n)
        return err_set(err, ERR_ACCESS_DENIED,
                       "the account belongs to no organisation (the token has no %s), and "
                       "OIDCPROXY_ALLOWED_TENANTS lets only some in",
                       idp->preset->tenant_claim);
    return err_set(err, ERR_ACCESS_DENIED,
                   "the account belongs to " STR_FMT
                   ", which is not among OIDCPROXY_ALLOWED_TENANTS",
                   STR_ARG(str_slice(tenant, 0, 80)));
}

bool tenant_pattern_fits(struct str pattern, struct str issuer)
{
    struct str mark = STR(TENANT_MARK);
    ptrdiff_t at = str_find(pattern, mark);
    if (at < 0)
        return str_eq(pattern, issuer);
    struct str head = str_slice(pattern, 0, (size_t)at);
    struct str tail = str_slice(pattern, head.n + mark.n, pattern.n);
    return str_starts(issuer, head) && str_ends(issuer, tail) && issuer.n == head.n + 36 + tail.n &&
           is_guid(str_slice(issuer, head.n, head.n + 36));
}
