// SPDX-License-Identifier: MIT
#include "access.h"

#include "registry.h"

static bool names(const json_t *list, struct str value)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct str item = dom_text(json_array_get(list, i));
        if (str_eq_nocase(item, value) || str_is(item, "all") || str_is(item, "any"))
            return true;
    }
    return false;
}

static bool applies(const json_t *policy, const struct access_who *who, const char *flow)
{
    return dom_bool(policy, "enabled", true) &&
           names(dom_get(policy, "apps"), dom_str(who->app, "appId")) &&
           (names(dom_get(policy, "users"), dom_str(who->user, "id")) ||
            names(dom_get(policy, "users"), dom_str(who->user, "userPrincipalName"))) &&
           names(dom_get(policy, "flows"), str_c(flow));
}

// The strictest wins.
static bool stricter(const char *grant, const char *than)
{
    static const char *const order[] = { "mfa", "compliantDevice", "block" };
    int a = -1, b = -1;
    for (int i = 0; i < (int)ARRAY_LEN(order); i++) {
        a = grant && strcmp(grant, order[i]) == 0 ? i : a;
        b = than && strcmp(than, order[i]) == 0 ? i : b;
    }
    return a > b;
}

static void add(struct call *c, const json_t *policy, const struct access_who *who,
                struct demand *d)
{
    const char *grant = dom_str(policy, "grant").p;
    int64_t frequency = dom_int(policy, "signInFrequencyHours", 0) * 3600;
    if (grant && strcmp(grant, "mfa") == 0 && who->mfa)
        grant = NULL;
    if (stricter(grant, d->grant)) {
        d->grant = grant;
        d->policy_id = emu_derived_guid(c->arena, dom_str(who->tenant, "id"),
                                        dom_str(policy, "name").n ? dom_str(policy, "name").p : "");
    }
    if (frequency && (!d->frequency_s || frequency < d->frequency_s))
        d->frequency_s = frequency;
}

struct demand access_demand(struct call *c, const struct access_who *who, const char *flow)
{
    const json_t *policies = dom_get(who->tenant, "conditionalAccess");
    struct demand d = { 0 };
    for (size_t i = 0; i < json_array_size(policies); i++) {
        const json_t *policy = json_array_get(policies, i);
        if (!applies(policy, who, flow))
            continue;
        if (dom_bool(policy, "reportOnly", false))
            call_remark(c,
                        "Conditional Access, report only: '" STR_FMT "' would apply (" STR_FMT ")",
                        STR_ARG(dom_str(policy, "name")), STR_ARG(dom_str(policy, "grant")));
        else
            add(c, policy, who, &d);
    }
    return d;
}

bool access_refuse(struct call *c, const struct demand *d, bool device_flow)
{
    if (strcmp(d->grant, "mfa") == 0)
        return refuse(c, 50076, STR(GRAPH_APP_ID), STR_NONE);
    return refuse_plain(c, strcmp(d->grant, "block") == 0 ? 53003 : device_flow ? 530033 : 53000);
}

bool access_refuse_token(struct call *c, const struct demand *d, bool device_flow)
{
    bool mfa = strcmp(d->grant, "mfa") == 0;
    access_refuse(c, d, device_flow);
    c->refusal.error = mfa ? "invalid_grant" : "interaction_required";
    c->refusal.suberror = mfa ? "basic_action" : "message_only";
    c->refusal.claims = arena_printf(
        c->arena,
        "{\"access_token\":{\"capolids\":{\"essential\":true,\"values\":[\"" STR_FMT "\"]}}}",
        STR_ARG(d->policy_id));
    return false;
}
