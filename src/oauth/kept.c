// SPDX-License-Identifier: MIT
// A sign-in that ends late finds nobody listening: mcp-remote gives it 30 seconds, a second factor
// takes longer. Its grant is kept for a while under the browser and the client that began it, so
// that the next start needs one click and no second sign-in. Whoever spends the code of the grant
// first has it, the client at the token endpoint or the next start here: never both.
#include "oauth/internal.h"

static struct str kept_key(const struct call *c, const struct flow *flow)
{
    CLEANUP(buf_release) struct buf hash = BUF_INIT(64);
    sha256_b64url(&hash,
                  arena_printf(c->arena, STR_FMT "\n" STR_FMT "\n" STR_FMT, STR_ARG(flow->browser),
                               STR_ARG(flow->client), STR_ARG(flow->resource)));
    return mark_key(c->arena, "kept", buf_str(&hash));
}

void kept_put(const struct call *c, const struct flow *flow, const struct grant *grant)
{
    // Only a listener on the person's own computer can be gone.
    if (!flow->browser.n || !redirect_uri_is_loopback(flow->redirect_uri))
        return;
    struct grant kept = *grant;
    kept.browser = flow->browser;
    kept.expires = c->now + c->o->config.flow_ttl_s;
    if (!spent_put(c->o->config.spent, kept_key(c, flow), grant_seal(c, KIND_KEPT, &kept),
                   c->o->config.flow_ttl_s))
        LOG(LOG_DEBUG, "a finished sign-in could not be kept", F("request", http_id(c->ex)));
}

bool kept_find(const struct call *c, const struct flow *flow, struct grant *ret)
{
    CLEANUP(buf_release) struct buf sealed = BUF_INIT(SPENT_VALUE_MAX);
    struct spent_store *spent = c->o->config.spent;
    struct grant grant;
    if (!flow->browser.n || !redirect_uri_is_loopback(flow->redirect_uri) ||
        spent_look(spent, kept_key(c, flow), &sealed) != SPENT_AGAIN ||
        !grant_open(c, KIND_KEPT, buf_str(&sealed), &grant, NULL))
        return false;
    if (!str_eq(grant.browser, flow->browser) || !str_eq(grant.client, flow->client) ||
        spent_look(spent, mark_key(c->arena, "code", grant.id), NULL) != SPENT_FIRST)
        return false;
    *ret = grant;
    return true;
}

bool kept_take(const struct call *c, const struct flow *flow, struct grant *ret)
{
    struct grant grant;
    if (!kept_find(c, flow, &grant) ||
        spent_claim(c->o->config.spent, mark_key(c->arena, "code", grant.id),
                    c->o->config.code_ttl_s + c->o->config.flow_ttl_s, NULL) != SPENT_FIRST)
        return false;
    grant.redirect_uri = flow->redirect_uri;
    grant.challenge = flow->challenge;
    *ret = grant;
    return true;
}
