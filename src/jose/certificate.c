// SPDX-License-Identifier: MIT
#include "jose/certificate.h"

#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/file.h"
#include "jose/b64url.h"
#include "jose/internal.h"

void pem_add(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool escaped = text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == 'n';
        buf_addc(out, escaped ? '\n' : text.p[i]);
        i += escaped;
    }
}

bool pem_load(const char *given, struct buf *out, bool *ret_file, struct err *err)
{
    struct str text = str_trim(str_c(given));
    bool file = str_find(text, STR("-----BEGIN")) < 0;
    CLEANUP(buf_release) struct buf path = BUF_INIT(4096);
    if (!file) {
        pem_add(out, text);
        *ret_file = false;
        return buf_ok(out) || err_set(err, ERR_CONFIG, "it is larger than %d bytes", PEM_BYTES_MAX);
    }
    buf_add(&path, text);
    if (!buf_ok(&path) || !path.n)
        return err_set(err, ERR_CONFIG, "it is neither PEM text nor the path of a file");
    if (!file_read(buf_cstr(&path), out, err))
        return false;
    if (str_find(buf_str(out), STR("-----BEGIN")) < 0)
        return err_set(err, ERR_CONFIG, "%s holds no PEM (no line begins with -----BEGIN)",
                       buf_cstr(&path));
    *ret_file = true;
    return true;
}

static int64_t seconds_of(const ASN1_TIME *when)
{
    struct tm tm = { 0 };
    crypto_must(ASN1_TIME_to_tm(when, &tm) == 1, "a certificate's date");
    return (int64_t)timegm(&tm);
}

static void describe(X509 *x509, struct certificate *ret)
{
    unsigned char digest[SHA256_SIZE];
    unsigned int n = sizeof digest;
    CLEANUP(buf_release) struct buf text = BUF_INIT(sizeof ret->sha256);
    crypto_must(X509_digest(x509, EVP_sha256(), digest, &n) == 1 && n == sizeof digest,
                "a certificate's digest");
    b64url_encode(&text, str_of(digest, n));
    memcpy(ret->sha256, buf_cstr(&text), text.n + 1);
    X509_NAME_oneline(X509_get_subject_name(x509), ret->subject, sizeof ret->subject);
    ret->not_before = seconds_of(X509_get0_notBefore(x509));
    ret->not_after = seconds_of(X509_get0_notAfter(x509));
}

// A date that OpenSSL cannot read stands in no honest certificate.
static bool dates_ok(X509 *x509)
{
    struct tm tm;
    return ASN1_TIME_to_tm(X509_get0_notBefore(x509), &tm) == 1 &&
           ASN1_TIME_to_tm(X509_get0_notAfter(x509), &tm) == 1;
}

bool certificate_read(struct str pem, const struct jwk *key, struct certificate *ret,
                      struct err *err)
{
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    crypto_must(bio, "a memory BIO");
    X509 *x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    bool fits = x509 && X509_check_private_key(x509, key->pkey) == 1;
    bool dated = x509 && dates_ok(x509);
    if (fits && dated)
        describe(x509, ret);
    X509_free(x509);
    ERR_clear_error();
    if (!x509)
        return err_set(err, ERR_CONFIG,
                       "no certificate in PEM form (\"-----BEGIN CERTIFICATE-----\" and its "
                       "lines) was found");
    if (!dated)
        return err_set(err, ERR_CONFIG, "the certificate's dates cannot be read");
    return fits || err_set(err, ERR_CONFIG, "the private key is not the certificate's");
}
