// SPDX-License-Identifier: MIT
// Machines (RFC 6749 4.4): a client of the operator's list shows the credential of its own
// application at the identity provider; we ask the provider for a token in its name, and give one
// of ours for what the provider says it is. Nothing is kept, and there is nothing to refresh.
#include "jose/assertion.h"
#include "oauth/machines_int.h"

// Refused credentials by address, so that nobody tries secrets out through us.
static const struct attempts refusals = { "machine credentials", .one = 60, .all = 600 };

bool machines_offered(const struct oauth *o)
{
    return o->config.machine_clients && *o->config.machine_clients;
}

/*= rfc6749 2.3 "The client MUST NOT use more than one authentication method in each request." */
static bool one_method(struct str header, const struct idp_machine *m, struct err *err)
{
    int methods = (header.n > 0) + (m->secret.n > 0) + (m->assertion.n > 0);
    if (methods == 1)
        return true;
    return methods ? err_set(err, ERR_INVALID_REQUEST,
                             "the client identifies itself in more than one way")
                   : err_set(err, ERR_INVALID_CLIENT,
                             "client_credentials needs a client secret or a client assertion");
}

// *ret_raw: the secret of a client that did not encode it, if that makes a difference.
static bool read_machine(const struct call *c, const struct form *form, struct idp_machine *ret,
                         struct str *ret_raw, struct err *err)
{
    struct str header = http_header(c->ex, "Authorization"), id = form_value(form, "client_id");
    struct credential basic = { .id = STR_NONE };
    struct idp_machine m = { .client_id = id,
                             .secret = form_value(form, "client_secret"),
                             .assertion = form_value(form, "client_assertion") };
    if (!one_method(header, &m, err) || (header.n && !read_basic(c, header, &basic, err)))
        return false;
    if (id.n && basic.id.n && !str_eq(id, basic.id))
        return err_set(err, ERR_INVALID_REQUEST,
                       "client_id in the body and in the Authorization header differ");
    if (m.assertion.n && !str_is(form_value(form, "client_assertion_type"), ASSERTION_TYPE))
        return err_set(err, ERR_INVALID_REQUEST, "client_assertion_type must be " ASSERTION_TYPE);
    if (header.n)
        m.client_id = basic.id, m.secret = basic.secret;
    if (!m.client_id.n)
        m.client_id = assertion_subject(c, m.assertion); // the provider judges whether that is true
    if (!m.client_id.n || (!m.secret.n && !m.assertion.n))
        return err_set(err, ERR_INVALID_CLIENT, "client_id is missing, or the secret is empty");
    *ret = m;
    *ret_raw = str_eq_secret(basic.raw, basic.secret) ? STR_NONE : basic.raw;
    return true;
}

static bool is_listed(const struct oauth *o, struct str id)
{
    for (const char *const *listed = o->config.machine_clients; *listed; listed++)
        if (idp_machine_same(str_c(*listed), id))
            return true;
    return false;
}

static void refuse(const struct call *c, const struct idp_machine *m, const struct err *why)
{
    struct err err = *why;
    if (err.code == ERR_CONNECT || err.code == ERR_TLS || err.code == ERR_TIMEOUT ||
        err.code == ERR_UPSTREAM)
        err.code = ERR_BUSY;
    else if (err_info(err.code)->http_status == 401 && err.code != ERR_INVALID_CLIENT)
        err.code = ERR_IDP_MISCONFIGURED; // its token is wrong, not the machine
    oauth_audit(c, "machine refused",
                &(struct grant){ .client = m->client_id, .client_name = m->client_id },
                err_info(err.code)->oauth_error);
    if (err.code == ERR_IDP_MISCONFIGURED || err.code == ERR_BUSY)
        LOG(LOG_WARNING, "a machine could not be identified", F("client", m->client_id),
            F("error", err_text(&err)), F("request", http_id(c->ex)));
    response_error(c->ex, &err);
}

static bool may_try(const struct call *c, const struct idp_machine *m, struct err *err)
{
    if (!is_listed(c->o, m->client_id))
        return err_set(err, ERR_UNAUTHORIZED_CLIENT,
                       "this application may not have tokens of its own here: its client id would "
                       "have to stand in OIDCPROXY_MACHINE_CLIENTS");
    if (attempt(c->o, &refusals, http_peer(c->ex), c->now))
        return true;
    err_set(err, ERR_TOO_MANY, "too many refused credentials from this address: wait ten minutes");
    err->retry_after = ATTEMPTS_WINDOW_S;
    return false;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void give(const struct call *c, const struct idp_machine *m, const struct idp_person *p)
{
    CLEANUP(buf_wipe) struct buf token = BUF_INIT(8192);
    struct str name = client_name_clean(c->arena, p->name.n ? p->name : m->client_id);
    // Not longer than the provider vouches for it: there is no refresh that would ask again.
    int64_t ours = c->now + c->o->config.access_ttl_s;
    struct answer answer = { .made = c->now,
                             .expires = earlier(ours, dom_int(p->claims, "exp", ours)) };
    const struct access_claims claims = { .issuer = c->base,
                                          .resource = c->resource,
                                          .subject = str_slice(p->subject, 0, 255),
                                          .tenant = str_slice(p->tenant, 0, 64),
                                          .name = name,
                                          .client_id = m->client_id,
                                          .client_name = name,
                                          .scope = STR(OAUTH_SCOPE),
                                          .id = random_id(c->arena, 16),
                                          .marks = oauth_marks(c, p->claims),
                                          .machine = true,
                                          .issued = c->now,
                                          .expires = answer.expires };
    access_token_mint(c->o->config.keys, &claims, &token);
    answer.access = arena_str(c->arena, buf_str(&token));
    oauth_audit(c, "machine token given",
                &(struct grant){ .subject = claims.subject,
                                 .tenant = claims.tenant,
                                 .client = claims.client_id,
                                 .client_name = claims.client_name },
                NULL);
    /*= rfc6749 4.4.3 "A refresh token SHOULD NOT be included." */
    token_answer(c, &answer);
}

static bool identify(const struct call *c, struct idp_machine *m, struct str raw,
                     struct idp_person *ret, struct err *err)
{
    struct idp *idp = c->o->config.idp;
    if (idp_machine_token(idp, c->arena, m, http_cancel(c->ex), ret, err))
        return true;
    if (err->code != ERR_INVALID_CLIENT || !raw.n)
        return false;
    m->secret = raw;
    return idp_machine_token(idp, c->arena, m, http_cancel(c->ex), ret, err);
}

void machine_grant(const struct call *c, const struct client *client, const struct form *form)
{
    const struct oauth_config *config = &c->o->config;
    struct idp_machine m = { .client_id = STR_NONE };
    struct str raw = STR_NONE;
    struct idp_person person;
    struct err err = { 0 };
    (void)client;
    if (!read_machine(c, form, &m, &raw, &err)) {
        response_error(c->ex, &err);
        return;
    }
    m.audience = str_c(config->machine_audience ? config->machine_audience
                                                : idp_config(config->idp)->client_id);
    if (!may_try(c, &m, &err)) {
        refuse(c, &m, &err);
        return;
    }
    bool good = identify(c, &m, raw, &person, &err);
    if (good || err.code != ERR_INVALID_CLIENT)
        attempt_forgive(c->o, &refusals, http_peer(c->ex));
    if (good)
        give(c, &m, &person);
    else
        refuse(c, &m, &err);
}
