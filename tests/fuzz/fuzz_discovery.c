// links: idp
// SPDX-License-Identifier: MIT
// What a discovery document may say: the first byte chooses which provider is asked. Whatever is
// accepted names an issuer and endpoints that are URLs of https or of this machine.
#include <stdlib.h>

#include "base/url.h"
#include "idp/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const urls[] = {
    "https://idp.example.com/.well-known/openid-configuration",
    "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
    "https://login.microsoftonline.com/contoso.com/v2.0/.well-known/openid-configuration",
    "https://accounts.google.com/.well-known/openid-configuration",
    "http://127.0.0.1:9000/realms/a/.well-known/openid-configuration",
    "https://idp.example.com/.well-known/oauth-authorization-server/tenant",
};

static void check_refusal(const struct err *err)
{
    if (err->code == ERR_NONE || !*err->text || !str_is_utf8(err_text(err)) ||
        strpbrk(err->text, "\r\n"))
        abort();
}

static void check_url(const char *text)
{
    struct url url;
    if (!text || !url_parse(str_c(text), &url, NULL) ||
        (!str_is(url.scheme, "https") && !url_host_is_loopback(url.host)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const tenants[] = { "11111111-2222-3333-4444-555555555555", NULL };
    struct announced announced;
    struct idp *idp;
    struct err err = { 0 };
    if (size == 0)
        return 0;
    struct idp_config config = { .discovery_url = urls[data[0] % ARRAY_LEN(urls)],
                                 .client_id = "c" };
    if (data[0] % ARRAY_LEN(urls) == 1 || data[0] % ARRAY_LEN(urls) == 3)
        config.allowed_tenants = tenants;
    if (!idp_new(&config, NULL, &idp, &err))
        abort();
    struct arena *arena = arena_new();
    config = idp->given;
    if (discovery_judge(idp, str_of(data + 1, size - 1), arena, &config, &announced, &err)) {
        check_url(config.issuer);
        check_url(config.authorization_endpoint);
        check_url(config.token_endpoint);
        check_url(config.jwks_uri);
        if (config.device_authorization_endpoint)
            check_url(config.device_authorization_endpoint);
    } else {
        check_refusal(&err);
    }
    arena_free(arena);
    idp_free(idp);
    return 0;
}
