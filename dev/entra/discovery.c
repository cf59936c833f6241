// SPDX-License-Identifier: MIT
#include "discovery.h"

#include "answers.h"
#include "base/url.h"
#include "config.h"
#include "jose/b64url.h"
#include "json/write.h"
#include "keys.h"
#include "registry.h"

#define DOCUMENT_MAX 65536

static bool ready(struct call *c)
{
    if (http_method(c->ex) == HTTP_OPTIONS) {
        answer_document(c, 200, STR(""));
        return false;
    }
    if (call_tenant(c))
        return true;
    c->refusal.error = "invalid_tenant";
    answer_refusal_document(c);
    return false;
}

static struct str segment_id(const struct call *c)
{
    return c->tenant ? dom_str(c->tenant, "id") : c->segment;
}

// What stands for the tenant in an issuer: the GUID, or the template of an alias.
static struct str issuer_tenant(const struct call *c)
{
    if (c->alias == ALIAS_CONSUMERS)
        return STR(MSA_TENANT);
    return c->alias ? STR("{tenantid}") : dom_str(c->tenant, "id");
}

static void list(struct json_writer *w, const char *key, const char *words)
{
    struct str rest = str_c(words);
    jw_key(w, key);
    jw_array(w);
    while (rest.p)
        jw_str(w, str_cut(&rest, '|'));
    jw_array_end(w);
}

static void url(struct call *c, struct json_writer *w, const char *key, const char *path)
{
    jw_kv(w, key,
          arena_printf(c->arena, STR_FMT "/" STR_FMT "/%s",
                       STR_ARG(emu_login_host(c->emu, c->arena)), STR_ARG(segment_id(c)), path));
}

static void jwks_uri(struct call *c, struct json_writer *w, const char *path)
{
    struct str appid = call_param(c, "appid");
    struct str suffix =
        is_guid(appid) ? arena_printf(c->arena, "?appid=" STR_FMT, STR_ARG(appid)) : STR("");
    jw_kv(w, "jwks_uri",
          arena_printf(c->arena, STR_FMT "/%s" STR_FMT, STR_ARG(emu_login_host(c->emu, c->arena)),
                       path, STR_ARG(suffix)));
}

static void add_cloud(struct call *c, struct json_writer *w)
{
    struct str region = dom_str(c->tenant, "region");
    jw_key(w, "tenant_region_scope");
    if (region.n)
        jw_str(w, region);
    else
        jw_null(w);
    const struct cloud *cloud = config_cloud(c->emu);
    jw_kv_c(w, "cloud_instance_name", cloud->instance);
    jw_kv_c(w, "cloud_graph_host_name", cloud->graph_host);
    jw_kv_c(w, "msgraph_host", cloud->msgraph_host);
    jw_kv_c(w, "rbac_url", cloud->pas);
}

static struct str userinfo_url(struct call *c)
{
    const char *host = emu_plays_real(c->emu) ? config_cloud(c->emu)->graph : c->emu->base;
    return arena_printf(c->arena, "%s/oidc/userinfo", host);
}

static void mtls(struct call *c, struct json_writer *w)
{
    if (!behaviour_on(c->emu, "mtlsAliases"))
        return;
    jw_kv_bool(w, "tls_client_certificate_bound_access_tokens", true);
    jw_key(w, "mtls_endpoint_aliases");
    jw_object(w);
    jw_kv(w, "token_endpoint",
          arena_printf(c->arena, "https://mtlsauth.microsoft.com/" STR_FMT "/oauth2/v2.0/token",
                       STR_ARG(segment_id(c))));
    jw_object_end(w);
}

void discovery_v2_handle(struct call *c)
{
    if (!ready(c))
        return;
    CLEANUP(buf_release) struct buf out = BUF_INIT(DOCUMENT_MAX);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    url(c, &w, "token_endpoint", "oauth2/v2.0/token");
    list(&w, "token_endpoint_auth_methods_supported",
         "client_secret_post|private_key_jwt|client_secret_basic");
    jwks_uri(c, &w,
             arena_printf(c->arena, STR_FMT "/discovery/v2.0/keys", STR_ARG(segment_id(c))).p);
    list(&w, "response_modes_supported", "query|fragment|form_post");
    list(&w, "subject_types_supported", "pairwise");
    list(&w, "id_token_signing_alg_values_supported", "RS256");
    list(&w, "response_types_supported", "code|id_token|code id_token|id_token token");
    list(&w, "scopes_supported", "openid|profile|email|offline_access");
    jw_kv(&w, "issuer", emu_issuer_v2(c->emu, c->arena, issuer_tenant(c)));
    jw_kv_bool(&w, "request_uri_parameter_supported", false);
    jw_kv(&w, "userinfo_endpoint", userinfo_url(c));
    url(c, &w, "authorization_endpoint", "oauth2/v2.0/authorize");
    url(c, &w, "device_authorization_endpoint", "oauth2/v2.0/devicecode");
    jw_kv_bool(&w, "http_logout_supported", true);
    jw_kv_bool(&w, "frontchannel_logout_supported", true);
    url(c, &w, "end_session_endpoint", "oauth2/v2.0/logout");
    list(
        &w, "claims_supported",
        "sub|iss|cloud_instance_name|cloud_instance_host_name|cloud_graph_host_name|msgraph_host|aud|exp|iat|"
        "auth_time|acr|nonce|preferred_username|name|tid|ver|at_hash|c_hash|email");
    url(c, &w, "kerberos_endpoint", "kerberos");
    mtls(c, &w);
    add_cloud(c, &w);
    jw_object_end(&w);
    answer_document(c, 200, buf_str(&out));
}

void discovery_v1_handle(struct call *c)
{
    if (!ready(c))
        return;
    CLEANUP(buf_release) struct buf out = BUF_INIT(DOCUMENT_MAX);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    url(c, &w, "token_endpoint", "oauth2/token");
    list(&w, "token_endpoint_auth_methods_supported",
         "client_secret_post|private_key_jwt|client_secret_basic");
    jwks_uri(c, &w, "common/discovery/keys");
    list(&w, "response_modes_supported", "query|fragment|form_post");
    list(&w, "subject_types_supported", "pairwise");
    list(&w, "id_token_signing_alg_values_supported", "RS256");
    list(&w, "response_types_supported", "code|id_token|code id_token|token id_token|token");
    list(&w, "scopes_supported", "openid");
    jw_kv(&w, "issuer", emu_issuer_v1(c->emu, c->arena, issuer_tenant(c)));
    jw_kv_bool(&w, "microsoft_multi_refresh_token", true);
    url(c, &w, "authorization_endpoint", "oauth2/authorize");
    url(c, &w, "device_authorization_endpoint", "oauth2/devicecode");
    jw_kv_bool(&w, "http_logout_supported", true);
    jw_kv_bool(&w, "frontchannel_logout_supported", true);
    url(c, &w, "end_session_endpoint", "oauth2/logout");
    url(c, &w, "check_session_iframe", "oauth2/checksession");
    url(c, &w, "userinfo_endpoint", "openid/userinfo");
    list(
        &w, "claims_supported",
        "sub|iss|cloud_instance_name|cloud_instance_host_name|cloud_graph_host_name|msgraph_host|aud|exp|iat|"
        "auth_time|acr|amr|nonce|email|given_name|family_name|nickname");
    url(c, &w, "kerberos_endpoint", "kerberos");
    add_cloud(c, &w);
    jw_object_end(&w);
    answer_document(c, 200, buf_str(&out));
}

static void add_key(struct call *c, const struct jwk *key, struct str issuer_of, struct buf *out)
{
    CLEANUP(buf_release) struct buf extra = BUF_INIT(8192), der = BUF_INIT(4096);
    buf_adds(&extra, ",\"x5t\":");
    json_add_string(&extra, jwk_kid(key));
    key_certificate(key, &der);
    buf_adds(&extra, ",\"x5c\":[\"");
    b64_encode(&extra, buf_str(&der));
    buf_adds(&extra, "\"]");
    if (issuer_of.p) {
        buf_addf(&extra,
                 ",\"cloud_instance_name\":\"%s\",\"issuer\":", config_cloud(c->emu)->instance);
        json_add_string(&extra, emu_issuer_v2(c->emu, c->arena, issuer_of));
    }
    if (out->p && out->p[out->n - 1] == '}')
        buf_addc(out, ',');
    jwk_public_json(key, buf_str(&extra), out);
}

// A key of an application's own is in no other set than this.
static void add_app_key(struct call *c, bool with_issuer, struct buf *out)
{
    json_t *app = app_anywhere(c->emu, call_param(c, "appid"));
    const struct jwk *key = app ? keystore_of_app(c->emu->keys, app) : NULL;
    if (key)
        add_key(c, key, with_issuer ? issuer_tenant(c) : STR_NONE, out);
}

static void send_keys(struct call *c, bool with_issuer)
{
    if (!ready(c))
        return;
    CLEANUP(buf_release) struct buf out = BUF_INIT(DOCUMENT_MAX);
    uint8_t dice;
    emu_bytes(c->emu, &dice, 1);
    buf_adds(&out, "{\"keys\":[");
    // Their order means nothing: another one each time, so that nobody relies on it.
    for (size_t i = 0; i < KEY_ROLES; i++) {
        enum key_role role = (enum key_role)((i + dice) % KEY_ROLES);
        const struct jwk *key = keystore_get(c->emu->keys, role);
        struct str issuer_of = role == KEY_MSA ? STR(MSA_TENANT) : issuer_tenant(c);
        if (key)
            add_key(c, key, with_issuer ? issuer_of : STR_NONE, &out);
    }
    add_app_key(c, with_issuer, &out);
    buf_adds(&out, "]}");
    answer_document(c, 200, buf_str(&out));
}

void keys_v2_handle(struct call *c)
{
    send_keys(c, true);
}

void keys_v1_handle(struct call *c)
{
    send_keys(c, false);
}

static bool known_host(struct call *c, struct str authorization_endpoint)
{
    static const char *const hosts[] = {
        "login.microsoftonline.com", "login.windows.net",
        "login.microsoft.com",       "sts.windows.net",
        "login.microsoftonline.us",  "login.usgovcloudapi.net",
        "login.chinacloudapi.cn",    "login.partner.microsoftonline.cn",
    };
    struct url parts;
    if (!url_parse(authorization_endpoint, &parts, NULL))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        if (str_is(parts.host, hosts[i]))
            return true;
    }
    struct str base = str_c(c->emu->base);
    return base.n > parts.authority.n && str_ends(base, parts.authority);
}

void instance_handle(struct call *c)
{
    if (!ready(c))
        return;
    struct str endpoint = call_param(c, "authorization_endpoint");
    if (!known_host(c, endpoint)) {
        refuse(c, 50049, endpoint, STR_NONE);
        answer_refusal_document(c);
        return;
    }
    CLEANUP(buf_release) struct buf out = BUF_INIT(DOCUMENT_MAX);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    url(c, &w, "tenant_discovery_endpoint", "v2.0/.well-known/openid-configuration");
    jw_kv_c(&w, "api-version", "1.1");
    jw_key(&w, "metadata");
    jw_array(&w);
    jw_object(&w);
    jw_kv_c(&w, "preferred_network", "login.microsoftonline.com");
    jw_kv_c(&w, "preferred_cache", "login.windows.net");
    list(&w, "aliases",
         "login.microsoftonline.com|login.windows.net|login.microsoft.com|sts.windows.net");
    jw_object_end(&w);
    jw_array_end(&w);
    jw_object_end(&w);
    answer_document(c, 200, buf_str(&out));
}
