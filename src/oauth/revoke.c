// SPDX-License-Identifier: MIT
// Revocation (RFC 7009): a refresh token ends its whole family, an access token itself alone.
#include "oauth/internal.h"

static void done(const struct call *c)
{
    http_add_header(c->ex, "Cache-Control", STR("no-store"));
    http_reply(c->ex, 200, NULL, STR(""));
}

static void after(const struct call *c, bool stored)
{
    struct err err = { 0 };
    if (stored) {
        done(c);
        return;
    }
    err_set(&err, ERR_STORE_UNAVAILABLE, "the store of revocations does not answer");
    response_error(c->ex, &err);
}

/*= rfc7009 2.1 "If this validation fails, the request is refused and the client is informed of the
 * error by the authorization server as described below." */
static void foreign(const struct call *c, const struct grant *grant)
{
    struct err err = { 0 };
    oauth_audit(c, "revocation refused", grant, "given to another client");
    err_set(&err, ERR_INVALID_GRANT, "the token was given to another client");
    response_error(c->ex, &err);
}

// What the provider gave for it goes back too. Best effort: here it is worthless already.
static void give_back(const struct call *c, const struct grant *grant)
{
    struct err err = { 0 };
    if (grant->idp_refresh.n &&
        !idp_revoke(c->o->config.idp, grant->idp_refresh, http_cancel(c->ex), &err))
        LOG(LOG_WARNING, "a refresh token could not be given back to the identity provider",
            F("error", err_text(&err)), F_FP("family", grant->family),
            F("request", http_id(c->ex)));
}

static void revoke_refresh(const struct call *c, const struct client *client,
                           const struct grant *grant)
{
    /*= rfc7009 2.1 "The authorization server first validates the client credentials…and then
     * verifies whether the token was issued to the client making the revocation request." */
    if (!str_eq(grant->client, client->ref)) {
        foreign(c, grant);
        return;
    }
    oauth_audit(c, "family revoked", grant, "asked by the client");
    bool stored = family_revoke(c->o, grant->family);
    if (stored)
        give_back(c, grant);
    after(c, stored);
}

static void revoke_access(const struct call *c, const struct client *client,
                          const struct access_claims *claims)
{
    const struct grant grant = { .subject = claims->subject,
                                 .email = claims->email,
                                 .tenant = claims->tenant,
                                 .client = claims->client_id,
                                 .client_name = claims->client_name,
                                 .family = claims->family };
    if (!str_eq(claims->client_id, client->ref)) {
        foreign(c, &grant);
        return;
    }
    oauth_audit(c, "access token revoked", &grant, "asked by the client");
    after(c, token_revoke(c->o, claims->id, claims->expires - c->now + 120));
}

void endpoint_revoke(struct exchange *ex, void *ctx)
{
    struct call c;
    struct form *form = NULL;
    struct client client;
    struct grant grant;
    struct access_claims claims;
    struct err err = { 0 };
    if (!call_begin(&c, ex, ctx, false))
        return;
    if (!request_form(ex, &form, &err) || !request_client(&c, form, &client, &err)) {
        response_error(ex, &err);
        return;
    }
    struct str text = form_value(form, "token");
    if (!text.n) {
        err_set(&err, ERR_INVALID_REQUEST, "token is missing");
        response_error(ex, &err);
        return;
    }
    // token_type_hint is a hint: what a token is, it says itself.
    if (grant_open(&c, KIND_REFRESH, text, &grant, NULL))
        revoke_refresh(&c, &client, &grant);
    else if (access_token_verify(c.o->config.keys, text, c.base, c.resource, c.now, c.arena,
                                 &claims, NULL))
        revoke_access(&c, &client, &claims);
    else
        /*= rfc7009 2.2 "The authorization server responds with HTTP status code 200 if the token
         * has been revoked successfully or if the client submitted an invalid token." */
        done(&c);
}
