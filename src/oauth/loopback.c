// SPDX-License-Identifier: MIT
// The loopback way: the provider sends its code straight to the application's own address, because
// that address is what is registered. The application brings the code to our token endpoint, where
// it is redeemed with the application's own verifier. Nothing is kept meanwhile: the nonce of the
// ID token is a MAC over client, address and challenge, so that only a sign-in that passed our
// consent page for this very client is accepted.
#include "oauth/internal.h"

static struct str nonce_of(const struct call *c, struct str client, struct str redirect_uri,
                           struct str challenge)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(128);
    keyring_mac(c->o->config.keys, "loopback",
                arena_printf(c->arena, STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT,
                             STR_ARG(c->base), STR_ARG(client), STR_ARG(redirect_uri),
                             STR_ARG(challenge)),
                &out);
    return arena_str(c->arena, buf_str(&out));
}

void loopback_go(const struct call *c, struct flow *flow)
{
    struct str nonce = nonce_of(c, flow->client, flow->redirect_uri, flow->challenge);
    response_redirect(c->ex,
                      idp_authorize_url(c->o->config.idp, c->arena, flow->idp_uri, flow->state,
                                        nonce, flow->challenge, STR_NONE, flow->other_account));
}

bool loopback_redeem(const struct call *c, const struct client *client, const struct form *form,
                     struct grant *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf challenge = BUF_INIT(64);
    struct idp_grant idp = { .expires_in = 0 };
    struct str verifier = form_value(form, "code_verifier");
    struct str uri = form_value(form, "redirect_uri");
    /*= rfc7636 4.1 "…with a minimum length of 43 characters and a maximum length of 128
     * characters." */
    if (verifier.n < 43 || verifier.n > 128)
        return err_set(err, ERR_INVALID_GRANT, "code_verifier must have 43 to 128 characters");
    sha256_b64url(&challenge, verifier);
    const struct flow flow = { .id = random_id(c->arena, 16),
                               .base = c->base,
                               .resource = c->resource,
                               .client = client->ref,
                               .client_name = client->name,
                               .redirect_uri = uri };
    struct err why = { 0 };
    if (!idp_redeem_code(c->o->config.idp, c->arena, form_value(form, "code"), uri, verifier,
                         nonce_of(c, client->ref, uri, buf_str(&challenge)), c->cancel, &idp,
                         &why)) {
        if (why.code == ERR_ACCESS_DENIED)
            stranger_audit(c, &flow, &idp.person, why.text);
        *err = why;
        return false;
    }
    *ret = callback_grant(c, &flow, &idp);
    return true;
}
