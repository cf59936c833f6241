// SPDX-License-Identifier: MIT
// What a caller is told who may not call, and what the operator reads in the log.
#include "access/internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "json/write.h"

#define QUIET_MS         1000
#define RPC_UNAUTHORIZED (-32001) // as the Python server says it

static const struct mode {
    bool oauth;            // RFC 6750 bodies and challenges with metadata; else the Python server's
    const char *none_sent; // what is needed
    const char *challenge; // of a 401
} modes[] = {
    [ACCESS_NONE] = { false, "", "Bearer" },
    [ACCESS_OIDCPROXY] = { true, "a bearer token is needed: sign in", NULL },
    [ACCESS_OIDC] = { true, "a bearer token is needed: sign in", NULL },
    [ACCESS_API_KEY] = { false,
                         "an API key is needed: Authorization: Bearer <api-key>, or "
                         "X-Api-Key: <api-key>",
                         "Bearer" },
    [ACCESS_JWT] = { false, "a token is needed: Authorization: Bearer <jwt-token>", "Bearer" },
    [ACCESS_ZSCALER] = { false,
                         "the credentials of a Zscaler API client are needed: "
                         "X-Zscaler-Client-ID and X-Zscaler-Client-Secret, or "
                         "Authorization: Basic base64(client id:secret)",
                         "Basic realm=\"zscaler-mcp\", charset=\"UTF-8\"" },
};

// The hints of base/err speak of the OIDCProxy's variables.
static const struct {
    enum access_mode mode;
    enum err_code code;
    const char *fix;
} fixes[] = {
    { ACCESS_JWT, ERR_TOKEN_ISSUER,
      "ZSCALER_MCP_AUTH_ISSUER must equal the issuer of the tokens, byte for byte." },
    { ACCESS_JWT, ERR_TOKEN_AUDIENCE,
      "ZSCALER_MCP_AUTH_AUDIENCE must equal the audience for which the tokens are made." },
    { ACCESS_JWT, ERR_KEYS_UNAVAILABLE,
      "The signing keys at ZSCALER_MCP_AUTH_JWKS_URI cannot be loaded." },
    { ACCESS_JWT, ERR_ACCESS_DENIED,
      "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS lists the applications that may call." },
    { ACCESS_ZSCALER, ERR_ACCESS_DENIED,
      "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS lists the API clients that may call." },
    { ACCESS_ZSCALER, ERR_TOO_MANY,
      "Somebody tries credentials, or a client repeats wrong ones; name the proxies in front in "
      "ZSCALER_MCP_TRUSTED_PROXIES so that each client counts for itself." },
    { ACCESS_ZSCALER, ERR_INVALID_CLIENT,
      "The caller's client id and secret must be those of an API client of this tenant." },
    { ACCESS_ZSCALER, ERR_IDP_UNAVAILABLE, NULL }, // told already, with the reason
};

static const char *fix_of(enum access_mode mode, enum err_code code)
{
    for (size_t i = 0; i < ARRAY_LEN(fixes); i++)
        if (fixes[i].mode == mode && fixes[i].code == code)
            return fixes[i].fix;
    return err_info(code)->hint;
}

// What only the operator can mend (a wrong audience, another issuer, clocks, keys, the store) is
// said in the log too, with what to do; at most one line a second, whoever sends what.
static void tell_operator(struct access *a, struct exchange *ex, const struct err *err)
{
    const char *fix = err->code ? fix_of(a->config.mode, err->code) : NULL;
    int64_t now = clock_mono_ms();
    int64_t quiet = atomic_load(&a->quiet_until_ms);
    if (!fix || now < quiet ||
        !atomic_compare_exchange_strong(&a->quiet_until_ms, &quiet, now + QUIET_MS))
        return;
    LOG(LOG_WARNING,
        a->config.mode == ACCESS_ZSCALER ? "a credential was refused"
                                         : "a bearer token was refused",
        F("error", err_text(err)), F_C("fix", fix), F("from", http_peer(ex)),
        F("request", http_id(ex)));
}

static void oauth_body(struct json_writer *w, const struct err_info *info, bool none_sent,
                       struct str text)
{
    jw_kv_c(w, "error",
            none_sent           ? "unauthorized"
            : info->oauth_error ? info->oauth_error
                                : "server_error");
    jw_kv(w, "error_description", text);
}

static void rpc_body(struct json_writer *w, struct arena *arena, int status, struct str text)
{
    jw_kv_c(w, "jsonrpc", "2.0");
    jw_key(w, "error");
    jw_object(w);
    jw_kv_int(w, "code", RPC_UNAUTHORIZED);
    jw_kv(w, "message",
          arena_printf(arena, "%s" STR_FMT, status == 401 ? "Unauthorized: " : "", STR_ARG(text)));
    jw_object_end(w);
}

// Of mode jwt, where no metadata tell whom to ask for a token.
static struct str bearer_challenge(struct arena *arena, const struct err *err, struct str scope)
{
    struct str needed = STR("");
    if (scope.n)
        needed =
            arena_printf(arena, ", scope=\"" STR_FMT "\"", STR_ARG(error_text_clean(arena, scope)));
    return arena_printf(arena, "Bearer error=\"%s\", error_description=\"" STR_FMT "\"" STR_FMT,
                        err_info(err->code)->oauth_error,
                        STR_ARG(error_text_clean(arena, err_text(err))), STR_ARG(needed));
}

static struct str challenge(struct access *a, struct exchange *ex, const struct err *err,
                            struct str scope)
{
    bool none_sent = err->code == ERR_NONE;
    if (modes[a->config.mode].oauth)
        return oauth_challenge(a->config.oauth, ex, none_sent ? NULL : err, scope);
    if (a->config.mode == ACCESS_JWT && !none_sent)
        return bearer_challenge(http_arena(ex), err, scope);
    return str_c(modes[a->config.mode].challenge);
}

void access_refuse(struct access *a, struct exchange *ex, const struct err *err, struct str scope)
{
    const struct mode *mode = &modes[a->config.mode];
    bool none_sent = err->code == ERR_NONE;
    tell_operator(a, ex, err);
    const struct err_info *info = err_info(none_sent ? ERR_TOKEN_MALFORMED : err->code);
    struct str text = none_sent ? str_c(mode->none_sent) : err_text(err);
    CLEANUP(buf_release) struct buf body = BUF_INIT(8192);
    struct json_writer w;
    jw_init(&w, &body);
    jw_object(&w);
    if (mode->oauth)
        oauth_body(&w, info, none_sent, text);
    else
        rpc_body(&w, http_arena(ex), info->http_status, text);
    jw_object_end(&w);
    /*= rfc6750 3 "If the protected resource request does not include authentication credentials or
     * does not contain an access token that enables access to the protected resource, the resource
     * server MUST include the HTTP "WWW-Authenticate" response header field" */
    if (info->http_status == 401 || info->http_status == 403)
        http_add_header(ex, "WWW-Authenticate", challenge(a, ex, err, scope));
    if (info->http_status == 503 || info->http_status == 429)
        http_add_header(
            ex, "Retry-After",
            arena_printf(http_arena(ex), "%d", err->retry_after ? err->retry_after : 5));
    if (a->config.mode == ACCESS_OIDCPROXY &&
        oauth_refusal_page(a->config.oauth, ex, info->http_status, err))
        return;
    http_add_header(ex, "Cache-Control", STR("no-store"));
    http_reply(ex, info->http_status, "application/json", buf_str(&body));
}
