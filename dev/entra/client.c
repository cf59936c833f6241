// SPDX-License-Identifier: MIT
#include "token.h"

#include "base/url.h"
#include "config.h"
#include "jose/b64url.h"
#include "jose/jws.h"
#include "registry.h"

static bool read_basic(struct token_call *t, struct str header)
{
    struct arena *arena = t->c->arena;
    CLEANUP(buf_wipe)
    struct buf plain = BUF_INIT(4096), id = BUF_INIT(2048), secret = BUF_INIT(2048);
    if (!b64_decode(&plain, str_trim(str_slice(header, 6, header.n))))
        return false;
    struct str rest = buf_str(&plain);
    struct str name = str_cut(&rest, ':');
    /*= rfc6749 2.3.1 "The client identifier is encoded using the
     * "application/x-www-form-urlencoded" encoding algorithm" */
    if (!rest.p || !buf_add_urldecoded(&id, name, true) || !buf_add_urldecoded(&secret, rest, true))
        return false;
    if (!t->client_id.n)
        t->client_id = arena_str(arena, buf_str(&id));
    if (!t->secret.p)
        t->secret = arena_str(arena, buf_str(&secret));
    return true;
}

static struct str assertion_subject(struct token_call *t)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    if (!t->assertion.n || !jws_parse(t->assertion, &jws, NULL))
        return STR_NONE;
    return arena_str(t->c->arena, dom_str(jws.payload, "sub"));
}

bool client_read(struct token_call *t)
{
    struct call *c = t->c;
    struct str header = http_header(c->ex, "Authorization");
    t->client_id = call_param(c, "client_id");
    t->secret = call_param(c, "client_secret");
    t->assertion = call_param(c, "client_assertion");
    t->origin = http_header(c->ex, "Origin");
    if (str_eq_nocase(str_slice(header, 0, 6), STR("Basic ")) && !read_basic(t, header))
        return refuse(c, 900144, STR("client_id"), STR_NONE);
    if (!t->client_id.n)
        t->client_id = assertion_subject(t);
    t->credential = t->assertion.n ? CREDENTIAL_ASSERTION
                    : t->secret.n  ? CREDENTIAL_SECRET
                                   : CREDENTIAL_NONE;
    return t->client_id.n || refuse(c, 900144, STR("client_id"), STR_NONE);
}

bool client_judge_secret(struct token_call *t)
{
    struct call *c = t->c;
    if (t->credential == CREDENTIAL_ASSERTION)
        return client_judge_assertion(t);
    const json_t *list = dom_get(t->app, "passwordCredentials");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *secret = json_array_get(list, i);
        int64_t end;
        if (!str_eq_secret(dom_str(secret, "secretText"), t->secret))
            continue;
        if (parse_iso_time(dom_str(secret, "endDateTime"), &end) && end <= c->now)
            return refuse(c, 7000222, dom_str(t->app, "appId"), STR_NONE);
        return true;
    }
    return refuse(c, 7000215, dom_str(t->app, "appId"), STR_NONE);
}

static bool judge_confidential(struct token_call *t)
{
    if (t->credential == CREDENTIAL_NONE)
        return refuse_plain(t->c, 7000218);
    return client_judge_secret(t);
}

static bool judge_public(struct token_call *t)
{
    return t->credential == CREDENTIAL_NONE || refuse_plain(t->c, 700025);
}

static bool judge_web(struct token_call *t)
{
    bool odd = app_is_fallback_public(t->app) &&
               behaviour_is(t->c->emu, "webSecretWithPublicFallback", "700025");
    if (odd && t->credential != CREDENTIAL_NONE)
        return refuse_plain(t->c, 700025);
    return judge_confidential(t);
}

static bool judge_spa(struct token_call *t)
{
    if (!t->origin.p)
        return refuse_plain(t->c, 9002327);
    if (!t->grant->challenge.n)
        return refuse_plain(t->c, 9002325);
    return judge_public(t);
}

// The platform of the redirect URI decides; without one, "allow public client flows" does.
bool client_judge(struct token_call *t)
{
    enum platform platform = t->grant ? t->grant->platform : PLATFORM_NONE;
    if (platform == PLATFORM_SPA)
        return judge_spa(t);
    if (t->origin.p && platform != PLATFORM_NONE)
        return refuse(t->c, 9002326, t->origin, STR_NONE);
    if (platform == PLATFORM_WEB)
        return judge_web(t);
    if (platform == PLATFORM_PUBLIC || app_is_fallback_public(t->app))
        return judge_public(t);
    return judge_confidential(t);
}
