// SPDX-License-Identifier: MIT
#include "app/auth_token.h"

#include "jose/b64url.h"
#include "json/write.h"

#define CREDENTIAL_MAX (64 * 1024)
#define DEFAULT_PORT   8000

static bool needed(const struct options *o, bool basic, struct err *err)
{
    if (!basic)
        return o->api_key || err_set(err, ERR_CONFIG,
                                     "ZSCALER_MCP_AUTH_API_KEY must be set: in mode api-key it is "
                                     "what clients send");
    return (o->zscaler_client_id && o->zscaler_client_secret) ||
           err_set(err, ERR_CONFIG,
                   "ZSCALER_CLIENT_ID and ZSCALER_CLIENT_SECRET must be set: in mode zscaler they "
                   "are what clients send. For mode api-key: --generate-auth-token bearer");
}

static struct str header_of(const struct options *o, bool basic, struct buf *encoded)
{
    if (!basic)
        return arena_printf(o->arena, "Bearer %s", o->api_key);
    b64_encode(encoded,
               arena_printf(o->arena, "%s:%s", o->zscaler_client_id, o->zscaler_client_secret));
    return arena_printf(o->arena, "Basic " STR_FMT, STR_ARG(buf_str(encoded)));
}

static struct str url_of(const struct options *o)
{
    struct str base = str_c(o->base_url);
    while (str_ends(base, STR("/")))
        base.n--;
    if (base.n)
        return arena_printf(o->arena, STR_FMT "%s", STR_ARG(base),
                            str_ends(base, STR("/mcp")) ? "" : "/mcp");
    return arena_printf(o->arena, "%s://localhost:%lld/mcp", o->tls_certfile ? "https" : "http",
                        (long long)(o->port > 0 ? o->port : DEFAULT_PORT));
}

struct pair {
    const char *name;
    struct str value;
};

static void add_client_config(struct buf *out, struct str url, const struct pair *headers)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key(&w, "mcpServers");
    jw_object(&w);
    jw_key(&w, "zscaler-mcp-server");
    jw_object(&w);
    jw_kv(&w, "url", url);
    jw_key(&w, "headers");
    jw_object(&w);
    for (; headers->name; headers++)
        jw_kv(&w, headers->name, headers->value);
    for (int depth = 0; depth < 4; depth++)
        jw_object_end(&w);
    buf_addc(out, '\n');
}

bool auth_token_text(const struct options *o, struct buf *out, struct err *err)
{
    bool basic = strcmp(o->auth_token, "basic") == 0;
    if (!needed(o, basic, err))
        return false;
    CLEANUP(buf_wipe) struct buf encoded = BUF_INIT(CREDENTIAL_MAX);
    struct str url = url_of(o), header = header_of(o, basic, &encoded);
    buf_addf(out,
             "Zscaler MCP Server: what clients send\n\nMode:   %s\nHeader: Authorization: " STR_FMT
             "\n",
             basic ? "zscaler (Basic Auth)" : "api-key (Bearer)", STR_ARG(header));
    buf_adds(out, "\nThis is a secret: whoever has it may call every tool.\n\nClients that send "
                  "headers:\n");
    add_client_config(out, url,
                      (const struct pair[]){ { "Authorization", header }, { NULL, STR_NONE } });
    if (basic) {
        buf_adds(out, "or\n");
        add_client_config(
            out, url,
            (const struct pair[]){ { "X-Zscaler-Client-ID", str_c(o->zscaler_client_id) },
                                   { "X-Zscaler-Client-Secret", str_c(o->zscaler_client_secret) },
                                   { NULL, STR_NONE } });
    }
    buf_addf(out,
             "\nOthers, through mcp-remote:\n  npx -y mcp-remote " STR_FMT
             " --header \"Authorization: " STR_FMT "\"\n",
             STR_ARG(url), STR_ARG(header));
    return true;
}
