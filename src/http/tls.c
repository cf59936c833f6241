// SPDX-License-Identifier: MIT
// TLS by GnuTLS under libmicrohttpd: the certificate is handed out at each handshake, so that a new
// one counts without a restart; client certificates, where they are wanted, are judged before the
// first handler.
//
// libmicrohttpd asks for the certificate without saying for which server: a process has one that
// serves TLS.
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/internal.h"

#define PEM_MAX    (1024 * 1024)
#define CHAIN_MAX  16
#define CHECK_S    60 // how often a handshake looks whether the files have changed
#define PUBLIC_MAX 4096

// A certificate with its key. Old ones are kept: a handshake may still use them.
struct pair {
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned chain_size;
    gnutls_privkey_t key;
    struct pair *older;
};

struct tls {
    const char *cert_file, *key_file, *password;
    char *trust; // PEM of those whose client certificates count; NULL: none are asked for
    pthread_mutex_t lock;
    // under lock
    struct pair *now;
    struct timespec cert_time, key_time;
    int64_t checked_ms; // clock_mono_ms()
};

static _Atomic(struct tls *) serving;

// --- reading ---

static bool load_pem(const char *path, const char *what, const char *marker, struct buf *out,
                     struct err *err)
{
    if (!file_read(path, out, err))
        return err_prefix(err, "TLS %s", what);
    return str_find(buf_str(out), str_c(marker)) >= 0 ||
           err_set(err, ERR_CONFIG, "TLS %s '%s' has no %s block: give a PEM file", what, path,
                   marker);
}

static gnutls_datum_t datum_of(struct buf *b)
{
    return (gnutls_datum_t){ (unsigned char *)b->p, (unsigned)b->n };
}

static void pair_free(struct pair *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->chain_size; i++)
        gnutls_pcert_deinit(&p->chain[i]);
    gnutls_privkey_deinit(p->key);
    free(p);
}

static bool fits(struct pair *p)
{
    unsigned char a[PUBLIC_MAX], b[PUBLIC_MAX];
    size_t a_size = sizeof(a), b_size = sizeof(b);
    gnutls_pubkey_t public;
    if (gnutls_pubkey_init(&public) != 0)
        return false;
    bool ok = gnutls_pubkey_import_privkey(public, p->key, 0, 0) == 0 &&
              gnutls_pubkey_export(public, GNUTLS_X509_FMT_DER, a, &a_size) == 0 &&
              gnutls_pubkey_export(p->chain[0].pubkey, GNUTLS_X509_FMT_DER, b, &b_size) == 0 &&
              a_size == b_size && memcmp(a, b, a_size) == 0;
    gnutls_pubkey_deinit(public);
    return ok;
}

static bool pair_import(const struct tls *t, struct pair *p, struct buf *cert, struct buf *key,
                        struct err *err)
{
    gnutls_datum_t cert_datum = datum_of(cert), key_datum = datum_of(key);
    unsigned n = CHAIN_MAX;
    int code = gnutls_pcert_list_import_x509_raw(p->chain, &n, &cert_datum, GNUTLS_X509_FMT_PEM, 0);
    if (code != 0 || n == 0)
        return err_set(err, ERR_CONFIG, "TLS certificate '%s' cannot be read: %s", t->cert_file,
                       gnutls_strerror(code));
    p->chain_size = n;
    code = gnutls_privkey_import_x509_raw(p->key, &key_datum, GNUTLS_X509_FMT_PEM, t->password, 0);
    if (code != 0)
        return err_set(err, ERR_CONFIG,
                       "TLS key '%s' cannot be read: %s. Is its password "
                       "(ZSCALER_MCP_TLS_KEYFILE_PASSWORD) right?",
                       t->key_file, gnutls_strerror(code));
    return fits(p) || err_set(err, ERR_CONFIG, "TLS key '%s' does not belong to certificate '%s'",
                              t->key_file, t->cert_file);
}

static bool pair_load(const struct tls *t, struct pair **ret, struct err *err)
{
    CLEANUP(buf_release) struct buf cert = BUF_INIT(PEM_MAX);
    CLEANUP(buf_wipe) struct buf key = BUF_INIT(PEM_MAX);
    if (!load_pem(t->cert_file, "certificate", "-----BEGIN CERTIFICATE-----", &cert, err) ||
        !load_pem(t->key_file, "key", "PRIVATE KEY-----", &key, err))
        return false;
    struct pair *p = mem_zalloc(1, sizeof(*p));
    if (gnutls_privkey_init(&p->key) != 0 || !pair_import(t, p, &cert, &key, err)) {
        pair_free(p);
        return false;
    }
    *ret = p;
    return true;
}

static struct timespec changed(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? st.st_mtim : (struct timespec){ 0, 0 };
}

// Under the lock.
static bool take(struct tls *t, struct err *err)
{
    struct pair *fresh;
    t->cert_time = changed(t->cert_file);
    t->key_time = changed(t->key_file);
    t->checked_ms = clock_mono_ms();
    if (!pair_load(t, &fresh, err))
        return false;
    fresh->older = t->now;
    t->now = fresh;
    return true;
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// Certificates are renewed under their names, often without a signal. What cannot be used is said
// once, when the files have changed.
static void look_again(struct tls *t)
{
    struct err err;
    if (clock_mono_ms() - t->checked_ms < CHECK_S * 1000)
        return;
    t->checked_ms = clock_mono_ms();
    if (same_time(t->cert_time, changed(t->cert_file)) &&
        same_time(t->key_time, changed(t->key_file)))
        return;
    if (take(t, &err))
        LOG(LOG_INFO, "the TLS certificate was renewed", F_C("file", t->cert_file));
    else
        LOG(LOG_ERROR, "the renewed TLS certificate cannot be used: the old one stays",
            F("reason", err_text(&err)));
}

bool http_server_reload_tls(struct http_server *s, struct err *err)
{
    if (!s->tls)
        return true;
    pthread_mutex_lock(&s->tls->lock);
    bool ok = take(s->tls, err);
    pthread_mutex_unlock(&s->tls->lock);
    return ok;
}

// --- at the handshake ---

static int give(gnutls_session_t session, const gnutls_datum_t *wanted_cas, int count,
                const gnutls_pk_algorithm_t *algorithms, int algorithm_count,
                gnutls_pcert_st **ret_chain, unsigned *ret_size, gnutls_privkey_t *ret_key)
{
    (void)session;
    (void)wanted_cas;
    (void)count;
    (void)algorithms;
    (void)algorithm_count;
    struct tls *t = atomic_load(&serving);
    if (!t)
        return -1;
    pthread_mutex_lock(&t->lock);
    look_again(t);
    *ret_chain = t->now->chain;
    *ret_size = t->now->chain_size;
    *ret_key = t->now->key;
    pthread_mutex_unlock(&t->lock);
    return 0;
}

size_t tls_options(const struct http_server *s, struct MHD_OptionItem ret[TLS_OPTIONS_MAX])
{
    static char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    size_t n = 0;
    if (!s->tls)
        return 0;
    ret[n++] =
        (struct MHD_OptionItem){ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)give };
    ret[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, priorities };
    if (s->tls->trust)
        ret[n++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_TRUST, 0, s->tls->trust };
    return n;
}

// --- who the client is ---

// Why its certificate does not do; NULL: it does.
static const char *client_fault(struct MHD_Connection *mhd)
{
    gnutls_typed_vdata_st purpose = { GNUTLS_DT_KEY_PURPOSE_OID,
                                      (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT, 0 };
    unsigned status = 0;
    gnutls_session_t session =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session;
    int code = gnutls_certificate_verify_peers(session, &purpose, 1, &status);
    if (code == GNUTLS_E_NO_CERTIFICATE_FOUND)
        return "a client certificate is needed";
    if (code != 0)
        return "the client certificate cannot be checked";
    if (status & GNUTLS_CERT_EXPIRED)
        return "the client certificate has expired";
    return status ? "the client certificate is of none of the authorities that count here" : NULL;
}

bool tls_admit(struct exchange *ex)
{
    const struct tls *t = ex->server->tls;
    if (!t || !t->trust || ex->route->any_host) // probes have none
        return true;
    const char *fault = client_fault(ex->mhd);
    if (!fault)
        return true;
    ex->close = true;
    reply_error(ex, 403, "client_certificate", "%s", fault);
    LOG(LOG_WARNING, "refused", F_C("reason", fault), F("peer", ex->peer), F_C("id", ex->id));
    return false;
}

// --- living and ending ---

static bool load_trust(const char *path, struct tls *t, struct err *err)
{
    CLEANUP(buf_release) struct buf pem = BUF_INIT(PEM_MAX);
    if (!path)
        return true;
    if (!load_pem(path, "client authorities", "-----BEGIN CERTIFICATE-----", &pem, err))
        return false;
    t->trust = str_dup(buf_str(&pem));
    return true;
}

static void tls_release(struct tls *t)
{
    for (struct pair *p = t->now, *older; p; p = older) {
        older = p->older;
        pair_free(p);
    }
    pthread_mutex_destroy(&t->lock);
    free(t->trust);
    free(t);
}

bool tls_load(struct http_server *s, struct err *err)
{
    const struct http_config *c = &s->config;
    if (!c->tls_cert_file && !c->tls_key_file)
        return !c->tls_client_ca_file ||
               err_set(err, ERR_CONFIG,
                       "client certificates are wanted, but TLS has no certificate of its own");
    if (!c->tls_cert_file || !c->tls_key_file)
        return err_set(err, ERR_CONFIG,
                       "TLS needs both a certificate file and a key file; the %s is missing",
                       c->tls_cert_file ? "key" : "certificate");
    if (MHD_is_feature_supported(MHD_FEATURE_HTTPS_CERT_CALLBACK) != MHD_YES)
        return err_set(err, ERR_CONFIG,
                       "this libmicrohttpd was built without TLS: end TLS at a reverse proxy");
    struct tls *t = mem_zalloc(1, sizeof(*t)), *none = NULL;
    *t = (struct tls){ .cert_file = c->tls_cert_file,
                       .key_file = c->tls_key_file,
                       .password = c->tls_key_password };
    pthread_mutex_init(&t->lock, NULL);
    if (!load_trust(c->tls_client_ca_file, t, err) || !take(t, err)) {
        tls_release(t);
        return false;
    }
    if (!atomic_compare_exchange_strong(&serving, &none, t)) {
        tls_release(t);
        return err_set(err, ERR_CONFIG, "another server of this process serves TLS already");
    }
    s->tls = t;
    return true;
}

void tls_free(struct http_server *s)
{
    if (!s->tls)
        return;
    atomic_store(&serving, NULL);
    tls_release(s->tls);
}
