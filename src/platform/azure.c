// SPDX-License-Identifier: MIT
// Azure Key Vault, Get Secret.
// https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret
#include "base/file.h"
#include "base/url.h"
#include "platform/azure_identity.h"
#include "platform/internal.h"

#define TOKEN_BYTES_MAX (32 * 1024)
#define FORM_BYTES_MAX  (64 * 1024)
#define AUTHORITY       "https://login.microsoftonline.com/"
#define ASSERTION_TYPE  "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"

// "https://vault.azure.net" of a vault "https://x.vault.azure.net", and as the other clouds call
// it.
static const char *resource_of(struct reading *r, struct str host)
{
    static const char *const clouds[] = { "vault.azure.net", "vault.azure.cn",
                                          "vault.usgovcloudapi.net" };
    for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
        if (str_ends(host, str_c(clouds[i])))
            return arena_printf(r->arena, "https://%s", clouds[i]).p;
    return "https://vault.azure.net";
}

// --- a pod's federated token (workload identity), or a client secret ---

static bool add_proof(struct reading *r, struct buf *form, struct err *err)
{
    const char *path = platform_variable(r, "AZURE_FEDERATED_TOKEN_FILE");
    const char *secret = platform_variable(r, "AZURE_CLIENT_SECRET");
    CLEANUP(buf_wipe) struct buf token = BUF_INIT(TOKEN_BYTES_MAX);
    if (!path) {
        buf_adds(form, "&client_secret=");
        buf_add_urlencoded(form, str_c(secret), true);
        return true;
    }
    if (!file_read(path, &token, err))
        return err_prefix(err, "AZURE_FEDERATED_TOKEN_FILE");
    buf_adds(form, "&client_assertion_type=" ASSERTION_TYPE "&client_assertion=");
    buf_add_urlencoded(form, str_trim(buf_str(&token)), true);
    return true;
}

static bool of_application(struct reading *r, const char *resource, struct buf *ret,
                           struct err *err)
{
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    JSON_AUTO *answer = NULL;
    const char *authority = platform_variable(r, "AZURE_AUTHORITY_HOST");
    buf_addf(&form, "grant_type=client_credentials&client_id=%s&scope=",
             platform_variable(r, "AZURE_CLIENT_ID"));
    buf_add_urlencoded(&form, arena_printf(r->arena, "%s/.default", resource), true);
    if (!add_proof(r, &form, err))
        return false;
    const char *url =
        arena_printf(r->arena, "%s%s/oauth2/v2.0/token", authority ? authority : AUTHORITY,
                     platform_variable(r, "AZURE_TENANT_ID"))
            .p;
    if (!platform_post_form(r, url, buf_str(&form), &response, err))
        return false;
    if (!platform_object(&response, &answer, err))
        return err_prefix(err, "Entra ID");
    buf_add(ret, dom_str(answer, "access_token"));
    return true;
}

static bool find_token(struct reading *r, const char *resource, struct buf *ret, struct err *err)
{
    const struct azure_identity who = {
        .endpoint = platform_variable(r, "IDENTITY_ENDPOINT"),
        .header = platform_variable(r, "IDENTITY_HEADER"),
        .metadata_host = platform_variable(r, "AZURE_POD_IDENTITY_AUTHORITY_HOST"),
        .client_id = platform_variable(r, "AZURE_CLIENT_ID"),
    };
    bool application = platform_variable(r, "AZURE_TENANT_ID") && who.client_id &&
                       (platform_variable(r, "AZURE_FEDERATED_TOKEN_FILE") ||
                        platform_variable(r, "AZURE_CLIENT_SECRET"));
    if (application)
        return of_application(r, resource, ret, err);
    return azure_identity_token(r->fetcher, &who, resource, ret, err) ||
           err_prefix(err, "the managed identity");
}

// --- the secrets ---

static bool take_value(struct reading *r, const char *variable, const json_t *answer,
                       struct err *err)
{
    (void)err;
    r->take(r->ctx, variable, dom_str(answer, "value"));
    return true;
}

bool azure_read(struct reading *r, struct err *err)
{
    CLEANUP(buf_wipe) struct buf token = BUF_INIT(TOKEN_BYTES_MAX);
    struct str vault = str_c(r->from->name);
    struct url url;
    struct err why = { 0 };
    if (str_ends(vault, STR("/")))
        vault.n--;
    if (url_parse(vault, &url, &why) && find_token(r, resource_of(r, url.host), &token, &why)) {
        const struct separate_secrets secrets = {
            .before = arena_printf(r->arena, STR_FMT "/secrets/", STR_ARG(vault)).p,
            .after = "?api-version=7.4",
            .token = buf_str(&token),
            .take = take_value,
        };
        if (platform_read_each(r, &secrets, &why))
            return true;
    }
    return err_set(err, ERR_CONFIG,
                   "ZSCALER_MCP_AZURE_KEY_VAULT: the secrets of %.200s cannot be read: %.600s. The "
                   "identity needs the role Key Vault Secrets User on the vault",
                   r->from->name, why.text);
}
