// SPDX-License-Identifier: MIT
// Assertions that somebody else signs for us, so that nothing secret is kept here: a file that the
// platform renews (Kubernetes, SPIFFE), or the managed identity of an Azure machine. Both are
// registered at the provider as federated credentials.
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "base/url.h"
#include "idp/internal.h"
#include "platform/azure_identity.h"

#define URL_BYTES_MAX      4096
#define RENEW_S            300   // a token that ends sooner is fetched anew
#define USABLE_S           30    // … and one that ends sooner than this is not sent
#define COOL_DOWN_MS       10000 // after a failure, while the old token still serves
#define ASSERTION_VARIABLE "OIDCPROXY_AUTH_CLIENT_ASSERTION"

void federated_init(struct federated *f)
{
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->done, NULL);
    f->token = (struct buf)BUF_INIT(ASSERTION_BYTES_MAX);
}

void federated_release(struct federated *f)
{
    buf_wipe(&f->token);
    pthread_cond_destroy(&f->done);
    pthread_mutex_destroy(&f->lock);
}

bool federated_is_used(const struct idp_config *c)
{
    return c->client_assertion_file || c->managed_identity;
}

// A JWT that has not ended; its signature is the provider's to judge. *ret_until: INT64_MAX where
// it names no end.
static bool judge(struct str token, int64_t now, int64_t *ret_until, struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    struct err why = { 0 };
    char when[21];
    if (!jws_parse(token, &jws, &why))
        return err_set(err, ERR_IDP_MISCONFIGURED, "is not a signed JWT (%s)", why.text);
    *ret_until = dom_int(jws.payload, "exp", INT64_MAX);
    if (*ret_until > now)
        return true;
    clock_iso(*ret_until, when);
    return err_set(err, ERR_IDP_MISCONFIGURED, "ended at %s (exp)", when);
}

// --- a file ---

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode); // what is not there is told by the reading
}

static bool read_file(const char *path, int64_t now, struct buf *out, struct err *err)
{
    CLEANUP(buf_wipe) struct buf text = BUF_INIT(ASSERTION_BYTES_MAX);
    struct err why = { 0 };
    int64_t until;
    if (!is_file(path))
        return err_set(err, ERR_IDP_MISCONFIGURED, "%s is no file", path);
    if (!file_read(path, &text, &why))
        return err_set(err, ERR_IDP_MISCONFIGURED, "%s", why.text);
    struct str token = str_trim(buf_str(&text));
    if (!token.n)
        return err_set(err, ERR_IDP_MISCONFIGURED, "%s is empty", path);
    if (!judge(token, now, &until, &why))
        return err_set(err, ERR_IDP_MISCONFIGURED, "the token in %s %s", path, why.text);
    buf_add(out, token);
    return true;
}

static bool file_assertion(const char *path, int64_t now, struct buf *out, struct err *err)
{
    struct err why = { 0 };
    return read_file(path, now, out, &why) ||
           err_set(
               err, ERR_IDP_MISCONFIGURED,
               "This server has nothing to prove itself with at the identity provider: %.300s. See "
               "that the platform writes and renews the file of " ASSERTION_VARIABLE
               ", and that this server may read it.",
               why.text);
}

// --- a managed identity ---

// Each of Microsoft's clouds takes such tokens under its own name.
static const char *exchange_of(const struct idp *idp)
{
    struct url url;
    const struct cloud *cloud =
        url_parse(str_c(idp->config.token_endpoint), &url, NULL) ? cloud_of(url.host) : NULL;
    return cloud ? cloud->exchange : "api://AzureADTokenExchange";
}

static bool fetch_identity(struct idp *idp, struct buf *out, int64_t *ret_until, struct err *err)
{
    const struct idp_config *c = &idp->given;
    const struct azure_identity who = { c->identity_endpoint, c->identity_header, c->metadata_host,
                                        c->managed_identity_id };
    CLEANUP(buf_release) struct buf address = BUF_INIT(URL_BYTES_MAX);
    struct err why = { 0 };
    azure_identity_address(&who, &address);
    bool answered = azure_identity_token(idp->fetcher, &who, exchange_of(idp), out, &why);
    if (answered && judge(buf_str(out), clock_now() + USABLE_S, ret_until, &why))
        return true;
    if (answered)
        return err_set(err, ERR_IDP_MISCONFIGURED,
                       "The managed identity cannot be had from %.120s: its access_token %s",
                       buf_cstr(&address), why.text);
    if (why.code != ERR_CONNECT)
        return err_set(err, why.code,
                       "The managed identity cannot be had from %.120s: %s. Assign the identity "
                       "to this app or machine (Identity > User assigned) and write its client "
                       "ID: " ASSERTION_VARIABLE "=managed-identity:<client ID>",
                       buf_cstr(&address), why.text);
    return err_set(err, ERR_IDP_MISCONFIGURED,
                   "The managed identity cannot be had, nobody answers at %.120s. Azure's VMs "
                   "answer there; App Service and Container Apps set IDENTITY_ENDPOINT and "
                   "IDENTITY_HEADER. Elsewhere name a token file: " ASSERTION_VARIABLE
                   "=/path (%.120s)",
                   buf_cstr(&address), why.text);
}

static bool is_good_for(const struct federated *f, int64_t seconds)
{
    return clock_now() < f->until - seconds;
}

// Shall the one who came then ask? Not after a failure that it waited for, and not at once again
// while the old token serves.
static bool must_ask(const struct federated *f, int64_t came)
{
    int64_t not_before = f->failed_at + (is_good_for(f, USABLE_S) ? COOL_DOWN_MS : 0);
    return !f->asking && !is_good_for(f, RENEW_S) && (!f->failed_at || came > not_before);
}

// With the lock held, which it gives up while it asks.
static void renew(struct idp *idp, struct federated *f)
{
    CLEANUP(buf_wipe) struct buf token = BUF_INIT(ASSERTION_BYTES_MAX);
    struct err why = { 0 };
    int64_t until = 0;
    f->asking = true;
    pthread_mutex_unlock(&f->lock);
    bool ok = fetch_identity(idp, &token, &until, &why);
    pthread_mutex_lock(&f->lock);
    f->asking = false;
    f->failed_at = ok ? 0 : clock_mono_ms();
    f->failure = why;
    if (ok) {
        buf_wipe(&f->token);
        f->token = (struct buf)BUF_INIT(ASSERTION_BYTES_MAX);
        buf_add(&f->token, buf_str(&token));
        f->until = until;
    }
    pthread_cond_broadcast(&f->done);
}

static bool identity_assertion(struct idp *idp, struct buf *out, struct err *err)
{
    struct federated *f = &idp->federated;
    int64_t came = clock_mono_ms();
    pthread_mutex_lock(&f->lock);
    while (f->asking && !is_good_for(f, USABLE_S))
        pthread_cond_wait(&f->done, &f->lock);
    if (must_ask(f, came))
        renew(idp, f);
    bool ok = is_good_for(f, USABLE_S);
    if (ok)
        buf_add(out, buf_str(&f->token));
    else if (err)
        *err = f->failure;
    pthread_mutex_unlock(&f->lock);
    return ok;
}

// --- both ---

bool federated_assertion(struct idp *idp, struct buf *out, struct err *err)
{
    const char *path = idp->given.client_assertion_file;
    return path ? file_assertion(path, clock_now(), out, err) : identity_assertion(idp, out, err);
}

// A managed identity is not asked before it is needed: the server starts faster than it.
void federated_warnings(const struct idp *idp, int64_t now, struct buf *out)
{
    CLEANUP(buf_wipe) struct buf token = BUF_INIT(ASSERTION_BYTES_MAX);
    const char *path = idp->given.client_assertion_file;
    struct err why = { 0 };
    if (path && !read_file(path, now, &token, &why))
        buf_addf(out, "%s: nobody can sign in until " ASSERTION_VARIABLE " has a good token\n",
                 why.text);
}
