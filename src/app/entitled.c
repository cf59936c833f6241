// SPDX-License-Identifier: MIT
#include "app/entitled.h"

#include "base/log.h"
#include "tools/tools.h"

static const char *const *skipped(const char *reason)
{
    LOG(LOG_WARNING, "OneAPI entitlement filter skipped: all tools are offered",
        F_C("reason", reason));
    return NULL;
}

static bool chosen(const struct options *o, const char *service)
{
    for (const char **s = o->services; s && *s; s++)
        if (strcmp(*s, service) == 0)
            return true;
    return !o->services;
}

static void say(const struct options *o, const struct oneapi_entitlements *e)
{
    struct str kept = STR(""), removed = STR("");
    for (const struct service *s = tools_services; s->name; s++) {
        struct str *list = oneapi_entitled(e, s->name) ? &kept : &removed;
        if (chosen(o, s->name))
            *list =
                arena_printf(o->arena, STR_FMT "%s%s", STR_ARG(*list), list->n ? "," : "", s->name);
    }
    LOG(LOG_INFO, "OneAPI entitlement filter applied", F("kept", kept), F("removed", removed));
}

const char *const *entitled_services(const struct options *o, struct oneapi *api)
{
    struct oneapi_entitlements *e = arena_alloc(o->arena, sizeof(*e));
    struct err err = { 0 };
    if (o->no_entitlement_filter)
        return NULL;
    if (!oneapi_entitlements(api, o->arena, NULL, ENTITLED_WAIT_MS, e, &err))
        return skipped(err.text);
    if (!e->told)
        return skipped("the access token does not say for which products it is");
    if (e->unknown.n)
        return skipped(arena_printf(o->arena,
                                    "the access token names products that this version does not "
                                    "know, so which tools are theirs cannot be told: " STR_FMT,
                                    STR_ARG(e->unknown))
                           .p);
    say(o, e);
    return e->services;
}
