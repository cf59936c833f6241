// SPDX-License-Identifier: MIT
#include "http/internal.h"

#include "base/file.h"

#define PEM_MAX (1024 * 1024)

static bool load_pem(const char *path, const char *what, const char *marker, char **ret,
                     struct err *err)
{
    CLEANUP(buf_wipe) struct buf b = BUF_INIT(PEM_MAX);
    if (!file_read(path, &b, err))
        return err_prefix(err, "TLS %s", what);
    if (str_find(buf_str(&b), str_c(marker)) < 0)
        return err_set(err, ERR_CONFIG, "TLS %s '%s' has no %s block: give a PEM file", what, path,
                       marker);
    *ret = str_dup(buf_str(&b));
    return true;
}

bool tls_load(struct http_server *s, struct err *err)
{
    const struct http_config *c = &s->config;
    if (!c->tls_cert_file && !c->tls_key_file)
        return true;
    if (!c->tls_cert_file || !c->tls_key_file)
        return err_set(err, ERR_CONFIG,
                       "TLS needs both a certificate file and a key file; the %s is missing",
                       c->tls_cert_file ? "key" : "certificate");
    if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
        return err_set(err, ERR_CONFIG,
                       "this libmicrohttpd was built without TLS: end TLS at a reverse proxy");
    return load_pem(c->tls_cert_file, "certificate", "-----BEGIN CERTIFICATE-----", &s->tls_cert,
                    err) &&
           load_pem(c->tls_key_file, "key", "PRIVATE KEY-----", &s->tls_key, err);
}
