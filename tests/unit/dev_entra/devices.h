// SPDX-License-Identifier: MIT
// The device code grant, step by step.
#ifndef TESTS_DEV_ENTRA_DEVICES_H
#define TESTS_DEV_ENTRA_DEVICES_H

#include "tokens.h"

#define SCOPE "openid+profile+offline_access"
#define POLL  "grant_type=urn:ietf:params:oauth:grant-type:device_code"

static inline struct reply dc(const char *tenant, const char *body)
{
    return ask("POST", arena_printf(rig.arena, "/%s/oauth2/v2.0/devicecode", tenant).p, FORM, body);
}

static inline json_t *begin(const char *app)
{
    struct reply r = dc(T1, arena_printf(rig.arena, "client_id=%s&scope=" SCOPE, app).p);
    if (r.status != 200)
        fail_msg("no device code: " STR_FMT, STR_ARG(r.body));
    return json_of(r.body);
}

static inline struct reply poll(const char *app, const json_t *begun, const char *more)
{
    return tk(T1, "", POLL "&client_id=%s&device_code=%s%s", app, dom_str(begun, "device_code").p,
              more);
}

static inline const char *op(const json_t *begun, const char *what)
{
    return arena_printf(rig.arena, "{\"user_code\":\"%s\",\"op\":\"%s\",\"user\":\"" ALICE "\"}",
                        dom_str(begun, "user_code").p, what)
        .p;
}

static inline void act(const json_t *begun, const char *what)
{
    order("POST", "/_emu/device", op(begun, what));
}

static inline void expect_pending(const char *app, const json_t *begun)
{
    struct reply r = poll(app, begun, "");
    expect_error(&r, 400, "authorization_pending", 70016);
}

#endif
