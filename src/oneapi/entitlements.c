// SPDX-License-Identifier: MIT
// The products named in the access token's service-info. The token came straight from the token
// endpoint, so its signature is not looked at; nothing is allowed or refused by what it says.
#include "base/clock.h"
#include "jose/jws.h"
#include "oneapi/internal.h"

static const struct {
    const char *product, *service;
} products[] = {
    { "ZIA", "zia" },        { "ZPA", "zpa" },       { "ZDX", "zdx" },
    { "ZCC", "zcc" },        { "ZTW", "ztw" },       { "CLOUD_CONNECTOR", "ztw" },
    { "ZIDENTITY", "zid" },  { "ZID", "zid" },       { "IDENTITY", "zid" },
    { "ZIAM", "zid" },       { "ZEASM", "zeasm" },   { "EASM", "zeasm" },
    { "ZINS", "zins" },      { "INSIGHTS", "zins" }, { "ZINSIGHTS", "zins" },
    { "ZMS", "zms" },        { "ZCELL", "zcell" },   { "ZCELLULAR", "zcell" },
    { "CELLULAR", "zcell" },
};

static const char *service_of(struct str product)
{
    for (size_t i = 0; i < ARRAY_LEN(products); i++)
        if (str_eq_nocase(product, str_c(products[i].product)))
            return products[i].service;
    return NULL;
}

bool oneapi_entitled(const struct oneapi_entitlements *e, const char *service)
{
    for (size_t i = 0; e->services[i]; i++)
        if (strcmp(e->services[i], service) == 0)
            return true;
    return false;
}

static void add_product(struct str product, struct arena *arena, struct oneapi_entitlements *ret)
{
    const char *service = service_of(product);
    size_t n = 0;
    while (ret->services[n])
        n++;
    if (!service)
        ret->unknown = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(ret->unknown),
                                    ret->unknown.n ? ", " : "", STR_ARG(product));
    else if (n < ONEAPI_SERVICES_MAX && !oneapi_entitled(ret, service))
        ret->services[n] = service;
}

void entitlements_read(const json_t *claims, struct arena *arena, struct oneapi_entitlements *ret)
{
    *ret = (struct oneapi_entitlements){ .told = false };
    const json_t *list = dom_get(claims, "service-info");
    if (!list)
        list = dom_get(claims, "serviceInfo");
    for (size_t i = 0; i < json_array_size(list) && i < ENTITLEMENTS_MAX; i++) {
        struct str product = dom_str(json_array_get(list, i), "prd");
        if (product.n > 0 && product.n <= PRODUCT_NAME_MAX)
            add_product(product, arena, ret);
    }
    ret->told = ret->services[0] || ret->unknown.n;
}

bool oneapi_entitlements(struct oneapi *api, struct arena *arena, struct cancel *cancel,
                         int wait_ms, struct oneapi_entitlements *ret, struct err *err)
{
    CLEANUP(secret_release) struct secret token = { 0 };
    CLEANUP(jws_release) struct jws jws = { 0 };
    uint64_t generation;
    *ret = (struct oneapi_entitlements){ .told = false };
    if (!token_get(api, 0, cancel, clock_mono_ms() + wait_ms, &token, &generation, err))
        return false;
    if (jws_parse(secret_reveal(&token), &jws, NULL))
        entitlements_read(jws.payload, arena, ret);
    return true;
}
