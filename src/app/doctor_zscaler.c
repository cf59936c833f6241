// SPDX-License-Identifier: MIT
// The Zscaler API: are its credentials good, and do the products they are for fit the tools that
// are offered?
#include "app/doctor_int.h"
#include "app/parts.h"
#include "tools/tools.h"

#define TOKEN_WAIT_MS 20000

static bool has(const char *const *list, const char *word)
{
    for (; list && *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

static bool is_offered(const struct options *o, const char *service)
{
    return (!o->services || has((const char *const *)o->services, service)) &&
           !has((const char *const *)o->disabled_services, service);
}

// Services that are offered and entitled (or not), "zia,zpa".
static struct str services(struct doctor *d, const struct oneapi_entitlements *e, bool entitled)
{
    struct str list = STR("");
    for (const struct service *s = tools_services; s->name; s++)
        if (is_offered(d->o, s->name) && oneapi_entitled(e, s->name) == entitled)
            list =
                arena_printf(d->arena, STR_FMT "%s%s", STR_ARG(list), list.n ? "," : "", s->name);
    return list;
}

static void judge_entitlements(struct doctor *d, const struct oneapi_entitlements *e)
{
    struct str good = services(d, e, true), lacking = services(d, e, false);
    if (!e->told) {
        doctor_add(d, GRADE_UNSEEN, NULL,
                   "the credentials are good; the token does not say for which products");
        return;
    }
    if (lacking.n == 0) {
        doctor_add(d, GRADE_OK, NULL,
                   "the credentials are good, and for all services offered: " STR_FMT,
                   STR_ARG(good));
        return;
    }
    struct finding *f = doctor_add(d, GRADE_WARNING, NULL,
                                   "the credentials are good, but not for " STR_FMT
                                   ": every call of these tools will be refused",
                                   STR_ARG(lacking));
    f->click = "ZIdentity > Integration > API Clients > (client) > Resources: add the products.";
    if (good.n)
        f->set = doctor_text(d, "ZSCALER_MCP_SERVICES=" STR_FMT, STR_ARG(good));
}

static const struct {
    const char *service, *variable;
    size_t offset;
} customers[] = {
    { "zpa", "ZSCALER_CUSTOMER_ID", offsetof(struct options, zscaler_customer_id) },
    { "zms", "ZSCALER_CUSTOMER_ID", offsetof(struct options, zscaler_customer_id) },
    { "zcell", "ZCELL_CUSTOMER_ID", offsetof(struct options, zcell_customer_id) },
};

static void judge_customers(struct doctor *d, const struct oneapi_entitlements *e)
{
    const char *told = "";
    for (size_t i = 0; i < ARRAY_LEN(customers); i++) {
        const char *service = customers[i].service, *variable = customers[i].variable;
        const char *value =
            *(const char *const *)(const void *)((const char *)d->o + customers[i].offset);
        if (value || strcmp(told, variable) == 0 || !is_offered(d->o, service) ||
            !oneapi_entitled(e, service))
            continue;
        struct finding *f = doctor_add(d, GRADE_WARNING, NULL,
                                       "the %s tools need %s, which is not set", service, variable);
        f->click = "ZPA admin portal > Company: Customer ID (Cellular: its own portal).";
        f->set = doctor_text(d, "%s=<customer ID>", variable);
        told = variable;
    }
}

void check_oneapi(struct doctor *d)
{
    struct oneapi *api = NULL;
    struct oneapi_entitlements entitlements = { 0 };
    struct err err = { 0 };
    char why[100];
    const struct oneapi_config config = parts_oneapi_config(d->o);
    if (!oneapi_new(&config, d->fetcher, &api, &err)) {
        doctor_add(d, GRADE_WRONG, NULL, "%s", err.text);
        return;
    }
    if (!doctor_may_ask(d, why, sizeof why))
        doctor_add(d, GRADE_UNSEEN, NULL, "%s", why)->inconclusive = true;
    else if (oneapi_entitlements(api, d->arena, NULL, TOKEN_WAIT_MS, &entitlements, &err)) {
        judge_entitlements(d, &entitlements);
        judge_customers(d, &entitlements);
    } else {
        bool ours = err.code != ERR_UPSTREAM && err.code != ERR_TIMEOUT; // else it passes
        doctor_add(d, ours ? GRADE_WRONG : GRADE_UNSEEN, NULL, "%s", err.text)->inconclusive =
            !ours;
    }
    oneapi_free(api);
}
