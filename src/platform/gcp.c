// SPDX-License-Identifier: MIT
// GCP Secret Manager, projects.secrets.versions.access.
// https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
#include "base/clock.h"
#include "base/file.h"
#include "jose/b64url.h"
#include "jose/jws.h"
#include "json/write.h"
#include "platform/internal.h"

#define KEY_FILE_BYTES_MAX (64 * 1024)
#define CLAIMS_BYTES_MAX   4096
#define ASSERTION_LIFE_S   300
#define METADATA_HOST      "metadata.google.internal"
#define METADATA_MS        2000
#define SCOPE              "https://www.googleapis.com/auth/cloud-platform"
#define ENDPOINT           "https://secretmanager.googleapis.com/"
#define JWT_BEARER         "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"

static bool read_token(struct reading *r, const struct fetch_response *response, struct str *ret,
                       struct err *err)
{
    JSON_AUTO *answer = NULL;
    if (!platform_object(response, &answer, err))
        return false;
    *ret = arena_str(r->arena, dom_str(answer, "access_token"));
    return ret->n > 0 || err_set(err, ERR_CONFIG, "its answer has no access_token");
}

// --- the service account of this machine ---

static bool of_machine(struct reading *r, struct str *ret, struct err *err)
{
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    const char *host = platform_variable(r, "GCE_METADATA_HOST");
    const struct fetch_header headers[] = { { "Metadata-Flavor", STR("Google") }, { NULL } };
    const struct fetch_request request = {
        .url = arena_printf(r->arena,
                            "http://%s/computeMetadata/v1/instance/service-accounts/default/token",
                            host ? host : METADATA_HOST)
                   .p,
        .headers = headers,
        .timeout_ms = METADATA_MS,
        .direct = true,
    };
    if (!platform_ask(r, &request, &response, err))
        return err_prefix(err, "nothing says who this machine is: there is no metadata service, "
                               "and no GOOGLE_APPLICATION_CREDENTIALS");
    return read_token(r, &response, ret, err) || err_prefix(err, "the metadata service");
}

// --- a service account's key in a file ---

static bool sign(const json_t *account, struct buf *out, struct err *err)
{
    CLEANUP(jwk_free) struct jwk *key = NULL;
    CLEANUP(buf_release) struct buf claims = BUF_INIT(CLAIMS_BYTES_MAX);
    struct json_writer w;
    int64_t now = clock_now();
    if (!jwk_from_pem(dom_str(account, "private_key"), &key, err))
        return err_prefix(err, "private_key");
    jwk_set_kid(key, dom_str(account, "private_key_id"));
    jw_init(&w, &claims);
    jw_object(&w);
    jw_kv(&w, "iss", dom_str(account, "client_email"));
    jw_kv_c(&w, "scope", SCOPE);
    jw_kv(&w, "aud", dom_str(account, "token_uri"));
    jw_kv_int(&w, "iat", now);
    jw_kv_int(&w, "exp", now + ASSERTION_LIFE_S);
    jw_object_end(&w);
    jws_sign(key, STR("\"typ\":\"JWT\""), buf_str(&claims), out);
    return true;
}

static bool exchange(struct reading *r, const json_t *account, struct str *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(JWS_BYTES_MAX);
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    buf_adds(&form, "grant_type=" JWT_BEARER "&assertion=");
    if (!sign(account, &form, err))
        return false;
    const char *url = arena_cstr(r->arena, dom_str(account, "token_uri"));
    return platform_post_form(r, url, buf_str(&form), &response, err) &&
           read_token(r, &response, ret, err);
}

static bool of_account(struct reading *r, const char *path, struct str *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf text = BUF_INIT(KEY_FILE_BYTES_MAX);
    JSON_AUTO *account = NULL;
    if (!file_read(path, &text, err))
        return false;
    if (!dom_parse_object(buf_str(&text), &account, err))
        return err_prefix(err, "%s", path);
    if (!str_is(dom_str(account, "type"), "service_account"))
        return err_set(err, ERR_CONFIG,
                       "%s is no key of a service account (its type is not service_account); on "
                       "Cloud Run, GKE and Compute Engine leave it unset",
                       path);
    return exchange(r, account, ret, err);
}

static bool find_token(struct reading *r, struct str *ret, struct err *err)
{
    const char *path = platform_variable(r, "GOOGLE_APPLICATION_CREDENTIALS");
    return path ? of_account(r, path, ret, err) || err_prefix(err, "GOOGLE_APPLICATION_CREDENTIALS")
                : of_machine(r, ret, err);
}

// --- the secrets ---

static bool take_payload(struct reading *r, const char *variable, const json_t *answer,
                         struct err *err)
{
    CLEANUP(buf_wipe) struct buf value = BUF_INIT(SECRETS_BYTES_MAX);
    if (!b64_decode(&value, dom_str(dom_get(answer, "payload"), "data")))
        return err_set(err, ERR_CONFIG, "its answer has no payload");
    r->take(r->ctx, variable, str_trim(buf_str(&value)));
    return true;
}

bool gcp_read(struct reading *r, struct err *err)
{
    const char *own = platform_variable(r, "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER");
    struct separate_secrets secrets = {
        .before =
            arena_printf(r->arena, "%sv1/projects/%s/secrets/", own ? own : ENDPOINT, r->from->name)
                .p,
        .after = "/versions/latest:access",
        .take = take_payload,
    };
    struct err why = { 0 };
    if (find_token(r, &secrets.token, &why) && platform_read_each(r, &secrets, &why))
        return true;
    return err_set(err, ERR_CONFIG,
                   "ZSCALER_MCP_GCP_SECRET_MANAGER: the secrets of project %.100s cannot be read: "
                   "%.600s. The service account needs the role roles/secretmanager.secretAccessor",
                   r->from->name, why.text);
}
