// SPDX-License-Identifier: MIT
// Before an endpoint runs: has this address any budget left? Judged on the loop thread, so that a
// flood does not fill the queue of the workers. The token endpoint tells tokens of ours from
// guesses: who shows one that we sealed is counted by its sign-in, not by the address, so that
// neither a neighbour behind the same address nor a flood of guesses keeps anybody from refreshing.
#include "oauth/internal.h"

#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"

static struct str family_of(const struct call *c, const struct form *form)
{
    struct grant grant;
    if (grant_open(c, KIND_REFRESH, form_value(form, "refresh_token"), &grant, NULL) ||
        grant_open(c, KIND_CODE, form_value(form, "code"), &grant, NULL))
        return grant.family;
    return STR_NONE;
}

// What a token request is counted as; *ret_who is left alone where that is the address.
static enum limit kind_of_token(struct gate *g, struct exchange *ex, struct str *ret_who)
{
    struct call c = { .o = g->o, .ex = ex, .arena = http_arena(ex), .now = clock_now() };
    struct form *form;
    if (!oauth_base_url(g->o, ex, &c.base, NULL) ||
        !form_parse(c.arena, http_body(ex), &form, NULL))
        return LIMIT_TOKEN;
    if (str_is(form_value(form, "grant_type"), DEVICE_GRANT))
        return LIMIT_POLL;
    struct str family = family_of(&c, form);
    if (!family.n)
        return LIMIT_TOKEN;
    *ret_who = family;
    return LIMIT_FAMILY;
}

static void refuse(struct gate *g, struct exchange *ex, int wait_s)
{
    struct call c;
    struct err err = { 0 };
    err_set(&err, ERR_TOO_MANY, "too many requests: try again in %d seconds", wait_s);
    err.retry_after = wait_s;
    if (g->limit != LIMIT_AUTHORIZE) {
        response_error(ex, &err);
        return;
    }
    if (!call_begin(&c, ex, g->o, true))
        return;
    http_add_header(ex, "Retry-After", arena_printf(c.arena, "%d", wait_s));
    page_note(&c,
              &(struct note){ .status = 429,
                              .title = "Too many sign-ins from your network at once",
                              .text = STR("Wait a moment, then start again from your application."),
                              .more = err_text(&err) });
}

static bool within_budget(struct gate *g, struct exchange *ex)
{
    struct limit_key address = limit_key_of(http_peer(ex));
    struct str who = str_of(address.bytes, address.n);
    enum limit kind = g->limit == LIMIT_TOKEN ? kind_of_token(g, ex, &who) : g->limit;
    int64_t suppressed;
    int wait_s = 0;
    if (limits_take(g->o->limits, kind, who, clock_mono_ms(), &wait_s, &suppressed))
        return true;
    if (suppressed >= 0)
        LOG(LOG_WARNING, "rate limit reached", F_C("endpoint", limit_name(kind)),
            F("address", http_peer(ex)), F_INT("since_last_line", suppressed),
            F_C("fix", err_info(ERR_TOO_MANY)->hint), F("request", http_id(ex)));
    refuse(g, ex, wait_s);
    return false;
}

void gate_enter(struct exchange *ex, void *ctx)
{
    struct gate *g = ctx;
    if (g->limit && g->o->limits && !within_budget(g, ex))
        return;
    if (g->worker)
        http_defer(ex, g->handler, g->o);
    else
        g->handler(ex, g->o);
}
