// SPDX-License-Identifier: MIT
// TLS to Redis, where hiredis was built with it. The TLS session is made here and not by hiredis'
// own helper, which before 1.5 takes any certificate of any known authority without looking at the
// name.
#include "store/redis_int.h"

#ifdef HAVE_HIREDIS_SSL

#include <arpa/inet.h>
#include <hiredis_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/mem.h"

struct redis_tls {
    SSL_CTX *context;
};

static const char *reason(void)
{
    const char *text = ERR_reason_error_string(ERR_get_error());
    return text ? text : "no reason given";
}

bool redis_tls_new(struct redis_tls **ret, struct err *err)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context || !SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) ||
        !SSL_CTX_set_default_verify_paths(context)) {
        SSL_CTX_free(context);
        return err_set(err, ERR_TLS, "TLS for Redis cannot be set up: %s", reason());
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    struct redis_tls *tls = mem_zalloc(1, sizeof(*tls));
    tls->context = context;
    *ret = tls;
    return true;
}

void redis_tls_free(struct redis_tls *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    free(tls);
}

static bool is_address(const char *host)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

static bool expect(SSL *ssl, const char *host)
{
    if (is_address(host))
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

bool redis_tls_start(struct redis_tls *tls, redisContext *c, const char *host, struct err *err)
{
    SSL *ssl = SSL_new(tls->context);
    if (!ssl || !expect(ssl, host)) {
        SSL_free(ssl);
        return err_set(err, ERR_TLS, "TLS for Redis cannot be set up: %s", reason());
    }
    if (redisInitiateSSL(c, ssl) == REDIS_OK)
        return true; // hiredis frees it with the connection
    long verdict = SSL_get_verify_result(ssl);
    SSL_free(ssl);
    if (verdict != X509_V_OK)
        return err_set(err, ERR_TLS,
                       "the certificate is not accepted: %s (SSL_CERT_FILE names further "
                       "authorities)",
                       X509_verify_cert_error_string(verdict));
    return err_set(err, ERR_TLS, "no TLS: %s", c->errstr);
}

#else

bool redis_tls_new(struct redis_tls **ret, struct err *err)
{
    (void)ret;
    return err_set(
        err, ERR_CONFIG,
        "rediss:// needs TLS in hiredis, and this build's hiredis %d.%d.%d has none: run a TLS "
        "tunnel beside the server (stunnel) and set redis://127.0.0.1:PORT, or build with hiredis "
        "1.0 or newer and its hiredis_ssl",
        HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
}

void redis_tls_free(struct redis_tls *tls)
{
    (void)tls;
}

bool redis_tls_start(struct redis_tls *tls, redisContext *c, const char *host, struct err *err)
{
    (void)tls;
    (void)c;
    (void)host;
    return err_set(err, ERR_TLS, "this build has no TLS for Redis");
}

#endif
