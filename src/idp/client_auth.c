// SPDX-License-Identifier: MIT
// Who we are at the token endpoint: a public client, one with a secret, or one with an assertion,
// signed with a key of ours or by somebody the provider trusts (federated.c). Providers differ in
// how they want it; Entra in nearly everything.
#include <sys/stat.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "idp/internal.h"
#include "jose/assertion.h"
#include "jose/b64url.h"

#define ASSERTION_LIFE_S             240 // Auth0 takes 300 at most, and 10 of difference between clocks
#define AADSTS_SECRET_FOR_PUBLIC_URI 700025
#define DAY_S                        (24 * 3600)

// --- loading the key ---

// Others than its owner can read it. Mounted secrets of containers often are; hence only said.
static bool is_open(const char *path)
{
    struct stat st;
    struct str text = str_trim(str_c(path));
    CLEANUP(buf_release) struct buf name = BUF_INIT(4096);
    buf_add(&name, text);
    return stat(buf_cstr(&name), &st) == 0 && (st.st_mode & (S_IRWXO | S_IWGRP)) != 0;
}

static bool load_pem(const char *variable, const char *given, struct buf *out, bool *ret_file,
                     struct err *err)
{
    return pem_load(given, out, ret_file, err) || err_prefix(err, "%s", variable);
}

// The key that signs: RS256 where nothing else is wanted.
static bool load_key(struct idp *idp, const char *variable, struct str pem, struct err *err)
{
    struct str kid = str_c(idp->given.client_key_id);
    if (!jwk_from_pem(pem, &idp->client_key, err))
        return err_prefix(err, "%s", variable);
    if (idp->preset->assertion_ps256 && jwk_alg(idp->client_key) != JWS_RS256)
        return err_set(err, ERR_CONFIG, "%s: Entra ID takes RSA keys only", variable);
    jwk_set_kid(idp->client_key, kid); // no name is better than one the provider does not know
    return true;
}

bool client_auth_load(struct idp *idp, struct err *err)
{
    const struct idp_config *c = &idp->given;
    CLEANUP(buf_wipe) struct buf certificate = BUF_INIT(PEM_BYTES_MAX);
    CLEANUP(buf_wipe) struct buf key = BUF_INIT(PEM_BYTES_MAX);
    static const char *const names[] = { "OIDCPROXY_AUTH_CLIENT_CERTIFICATE",
                                         "OIDCPROXY_AUTH_CLIENT_KEY" };
    bool file = false;
    if (!c->client_certificate && !c->client_key)
        return true;
    if (c->client_secret)
        return err_set(err, ERR_CONFIG,
                       "a client secret and a client key are both set: one of them authenticates "
                       "this server at the identity provider, so unset the other");
    if (c->client_certificate &&
        !load_pem(names[0], c->client_certificate, &certificate, &file, err))
        return false;
    if (c->client_key && !load_pem(names[1], c->client_key, &key, &file, err))
        return false;
    const char *variable = names[c->client_key != NULL];
    if (!load_key(idp, variable, buf_str(c->client_key ? &key : &certificate), err))
        return false;
    idp->key_file_open = file && is_open(c->client_key ? c->client_key : c->client_certificate);
    if (c->client_certificate &&
        !certificate_read(buf_str(&certificate), idp->client_key, &idp->certificate, err))
        return err_prefix(err, "%s", names[0]);
    return true;
}

// RSA keys sign RS256 unless the provider wants PS256; all others know one algorithm.
void client_auth_complete(struct idp *idp)
{
    bool ps256 = idp->preset->assertion_ps256 || (idp->announced.ps256 && !idp->announced.rs256);
    bool set = idp->client_key && ps256 && jwk_set_alg(idp->client_key, JWS_PS256);
    (void)set; // false also for a key that is not RSA
}

void client_auth_warnings(const struct idp *idp, int64_t now, struct buf *out)
{
    federated_warnings(idp, now, out);
    const struct certificate *cert = &idp->certificate;
    char until[21];
    int64_t left = (cert->not_after - now) / DAY_S;
    if (idp->key_file_open)
        buf_adds(out, "the file with the client's private key can be read or changed by others on "
                      "this machine: chmod 600\n");
    if (!*cert->sha256 || (now >= cert->not_before && left > IDP_CERTIFICATE_WARN_DAYS))
        return;
    clock_iso(now < cert->not_before ? cert->not_before : cert->not_after, until);
    if (now < cert->not_before)
        buf_addf(out, "the client certificate (%s) is not valid before %s\n", cert->subject, until);
    else if (now >= cert->not_after)
        buf_addf(out,
                 "the client certificate (%s) expired at %s: nobody can sign in until a new one is "
                 "registered at the identity provider and configured here\n",
                 cert->subject, until);
    else
        buf_addf(out, "the client certificate (%s) expires at %s, in %lld days\n", cert->subject,
                 until, (long long)left);
}

// --- which way ---

enum client_method client_auth_method(const struct idp *idp)
{
    int known = atomic_load(&idp->secret_method);
    if (idp->client_key || federated_is_used(&idp->given))
        return CLIENT_ASSERTION;
    if (!idp->config.client_secret)
        return CLIENT_PUBLIC;
    if (known != CLIENT_PUBLIC)
        return (enum client_method)known;
    /*= rfc8414 2 "If omitted, the default is "client_secret_basic"" */
    bool post =
        idp->preset->secret_in_body || (idp->announced.secret_post && !idp->announced.secret_basic);
    return post ? CLIENT_POST : CLIENT_BASIC;
}

enum client_method client_auth_device_method(const struct idp *idp)
{
    return idp->entra.head ? CLIENT_PUBLIC : client_auth_method(idp);
}

// Entra refuses a credential with a redirect URI of a public client, and providers accept a secret
// in the one way that an application was registered for: both before the code is consumed.
bool client_auth_next(const struct idp *idp, enum client_method used, int status, int aadsts,
                      enum client_method *ret)
{
    bool announced = idp->announced.secret_basic || idp->announced.secret_post;
    bool other = used == CLIENT_BASIC ? idp->announced.secret_post : idp->announced.secret_basic;
    if (used != CLIENT_PUBLIC && aadsts == AADSTS_SECRET_FOR_PUBLIC_URI)
        *ret = CLIENT_PUBLIC;
    else if ((used == CLIENT_BASIC || used == CLIENT_POST) && status == 401 && !aadsts &&
             (other || !announced))
        *ret = used == CLIENT_BASIC ? CLIENT_POST : CLIENT_BASIC;
    else
        return false;
    return true;
}

// --- saying it ---

/*= rfc6749 2.3 "The client MUST NOT use more than one authentication method in each request." Okta
 * counts a client_id in the body. */
static void add_without_client_id(struct buf *out, struct str fields)
{
    while (fields.p) {
        struct str pair = str_cut(&fields, '&');
        if (str_starts(pair, STR("client_id=")))
            continue;
        if (out->n)
            buf_addc(out, '&');
        buf_add(out, pair);
    }
}

static void add_basic(const struct idp *idp, struct buf *authorization)
{
    CLEANUP(buf_wipe) struct buf pair = BUF_INIT(8192);
    /*= rfc6749 2.3.1 "The client identifier is encoded using the
     * "application/x-www-form-urlencoded" encoding algorithm" */
    buf_add_urlencoded(&pair, str_c(idp->config.client_id), true);
    buf_addc(&pair, ':');
    buf_add_urlencoded(&pair, str_c(idp->config.client_secret), true);
    buf_adds(authorization, "Basic ");
    b64_encode(authorization, buf_str(&pair));
}

static void sign(const struct idp *idp, struct buf *out)
{
    const struct preset *p = idp->preset;
    char id[33];
    random_hex(id, 16);
    const struct assertion assertion = {
        .client_id = idp->config.client_id,
        .audience =
            str_c(p->assertion_for_endpoint ? idp->config.token_endpoint : idp->config.issuer),
        .typ = p->assertion_for_endpoint ? "JWT" : "client-authentication+jwt",
        .x5t_s256 = *idp->certificate.sha256 ? idp->certificate.sha256 : NULL,
        .id = str_c(id),
        .now = clock_now(),
        .life_s = ASSERTION_LIFE_S,
    };
    assertion_sign(idp->client_key, &assertion, out);
}

static bool add_assertion(struct idp *idp, struct buf *form, struct err *err)
{
    CLEANUP(buf_wipe) struct buf text = BUF_INIT(ASSERTION_BYTES_MAX);
    if (idp->client_key)
        sign(idp, &text);
    else if (!federated_assertion(idp, &text, err))
        return false;
    idp_add_field(form, "client_assertion_type", STR(ASSERTION_TYPE));
    idp_add_field(form, "client_assertion", buf_str(&text));
    return true;
}

bool client_auth_add(struct idp *idp, enum client_method method, struct str fields,
                     struct buf *form, struct buf *authorization, struct err *err)
{
    if (method == CLIENT_BASIC)
        add_without_client_id(form, fields);
    else
        buf_add(form, fields);
    switch (method) {
    case CLIENT_PUBLIC:
        break;
    case CLIENT_BASIC:
        add_basic(idp, authorization);
        break;
    case CLIENT_POST:
        idp_add_field(form, "client_secret", str_c(idp->config.client_secret));
        break;
    case CLIENT_ASSERTION:
        if (!add_assertion(idp, form, err))
            return false;
        break;
    }
    return (buf_ok(form) && buf_ok(authorization)) ||
           err_set(err, ERR_LIMIT, "the grant is larger than %zu bytes", form->max);
}
