// SPDX-License-Identifier: MIT
#include "app/card.h"

#include "app/identity.h"
#include "json/write.h"

#define CARD_MAX 16384
#define CARD_NAME                                                                                  \
    "io.github.zscaler/zscaler-mcp-server" // as the Python server's registry entry has it

// Where the client reached this server, for modes in which nobody signs in: the guard has judged
// the Host header.
static struct str own_url(const struct parts *p, struct exchange *ex)
{
    const struct options *o = p->options;
    bool https =
        o->tls_certfile || (o->allow_http && str_is(http_header(ex, "X-Forwarded-Proto"), "https"));
    return arena_printf(http_arena(ex), "%s://" STR_FMT "/mcp", https ? "https" : "http",
                        STR_ARG(http_header(ex, "Host")));
}

static struct str url_of(const struct parts *p, struct exchange *ex)
{
    struct str base, resource;
    struct err err;
    return p->oauth && oauth_resource(p->oauth, ex, &base, &resource, &err) ? resource
                                                                            : own_url(p, ex);
}

void card_endpoint(struct exchange *ex, void *parts)
{
    static const char *const versions[] = { "2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26",
                                            "2024-11-05" };
    CLEANUP(buf_release) struct buf out = BUF_INIT(CARD_MAX);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv_c(&w, "name", CARD_NAME);
    jw_kv_c(&w, "title", identity.title);
    jw_kv_c(&w, "description", identity.description);
    jw_kv_c(&w, "version", identity.version);
    jw_kv_c(&w, "websiteUrl", identity.website_url);
    jw_kv_raw(&w, "icons", str_c(identity.icons_json));
    jw_key(&w, "remotes");
    jw_array(&w);
    jw_object(&w);
    jw_kv_c(&w, "type", "streamable-http");
    jw_kv(&w, "url", url_of(parts, ex));
    jw_key(&w, "supportedProtocolVersions");
    jw_array(&w);
    for (size_t i = 0; i < ARRAY_LEN(versions); i++)
        jw_c(&w, versions[i]);
    jw_array_end(&w);
    jw_object_end(&w);
    jw_array_end(&w);
    jw_object_end(&w);
    http_add_header(ex, "Cache-Control", STR("public, max-age=3600"));
    http_add_header(ex, "Vary", STR("Host"));
    http_reply(ex, 200, "application/json", buf_str(&out));
}
