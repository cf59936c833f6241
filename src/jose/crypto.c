// SPDX-License-Identifier: MIT
#include <pthread.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "base/mem.h"
#include "jose/internal.h"

static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static struct crypto algorithms;
static pthread_key_t thread_key; // only for its destructor
static _Thread_local struct crypto_thread *mine;

void crypto_must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "zscaler-mcp: OpenSSL failed: %s (error %lx)\n", what, ERR_peek_last_error());
    abort();
}

static void thread_release(void *p)
{
    struct crypto_thread *t = p;
    EVP_MD_CTX_free(t->digest);
    EVP_MD_CTX_free(t->signature);
    EVP_MAC_CTX_free(t->hmac);
    EVP_CIPHER_CTX_free(t->cipher);
    free(t);
}

static void fetch_all(void)
{
    algorithms.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    algorithms.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    algorithms.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    algorithms.aes256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    crypto_must(algorithms.sha1 && algorithms.sha256 && algorithms.hmac && algorithms.aes256_gcm,
                "fetching SHA-1, SHA-256, HMAC and AES-256-GCM");
    crypto_must(pthread_key_create(&thread_key, thread_release) == 0, "a key for thread data");
}

const struct crypto *crypto(void)
{
    pthread_once(&fetched, fetch_all);
    return &algorithms;
}

static struct crypto_thread *thread_new(void)
{
    const struct crypto *c = crypto();
    struct crypto_thread *t = mem_zalloc(1, sizeof *t);
    t->digest = EVP_MD_CTX_new();
    t->signature = EVP_MD_CTX_new();
    t->hmac = EVP_MAC_CTX_new(c->hmac);
    t->cipher = EVP_CIPHER_CTX_new();
    crypto_must(t->digest && t->signature && t->hmac && t->cipher, "contexts of a thread");
    // Set once here, so that each use sets only key and nonce.
    char name[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
        OSSL_PARAM_construct_end(),
    };
    crypto_must(EVP_MAC_CTX_set_params(t->hmac, params) == 1, "HMAC-SHA256");
    crypto_must(EVP_CipherInit_ex2(t->cipher, c->aes256_gcm, NULL, NULL, 1, NULL) == 1,
                "AES-256-GCM");
    pthread_setspecific(thread_key, t);
    return t;
}

struct crypto_thread *crypto_thread(void)
{
    if (!mine)
        mine = thread_new();
    return mine;
}
