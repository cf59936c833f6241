// SPDX-License-Identifier: MIT
#include "app/routes.h"

#include "app/card.h"
#include "base/clock.h"
#include "base/log.h"
#include "oauth/limits.h"

// --- MCP ---

#define MESSAGES_PATH "/messages"
#define RPC_TOO_MANY  (-32000)

// With transport sse a GET opens the one stream of 2024-11-05, at the path that the Python server
// has for it and at the one that most others have; all else is streamable HTTP there too.
static bool opens_sse(const struct parts *p, const struct exchange *ex)
{
    return p->settings->sse && http_method(ex) == HTTP_GET && !http_header(ex, "Mcp-Session-Id").p;
}

// What a client sends; the streams that it opens to listen are not counted.
static bool within_limit(struct parts *p, struct exchange *ex, const struct principal *who)
{
    int wait_s = 0;
    int64_t suppressed = -1;
    if (!p->limits || http_method(ex) != HTTP_POST ||
        limits_take(p->limits, LIMIT_CALL, who->key, clock_mono_ms(), &wait_s, &suppressed))
        return true;
    if (suppressed >= 0)
        LOG(LOG_WARNING, "a caller sends more than ZSCALER_MCP_RATE_LIMIT",
            F("principal", who->key), F("from", http_peer(ex)),
            F_INT("not_logged_before", suppressed));
    struct arena *arena = http_arena(ex);
    http_add_header(ex, "Retry-After", arena_printf(arena, "%d", wait_s));
    http_reply(ex, 429, "application/json",
               arena_printf(arena,
                            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":%d,\"message\":"
                            "\"Too many requests: wait %d seconds (ZSCALER_MCP_RATE_LIMIT is %lld "
                            "a minute)\"}}",
                            RPC_TOO_MANY, wait_s, (long long)p->options->call_limit));
    return false;
}

static void mcp_with_person(struct parts *p, struct exchange *ex, bool *would_block)
{
    const struct principal *who = NULL;
    if (!access_check(p->access, ex, would_block, &who) || !within_limit(p, ex, who))
        return;
    if (str_starts(http_path(ex), STR(MESSAGES_PATH)))
        mcp_sse_message(p->mcp, ex, who, who->key);
    else if (opens_sse(p, ex))
        mcp_sse_serve(p->mcp, ex, MESSAGES_PATH, who->key);
    else
        mcp_http_serve(p->mcp, ex, who, who->key);
}

static void mcp_on_worker(struct exchange *ex, void *ctx)
{
    mcp_with_person(ctx, ex, NULL);
}

static void mcp_endpoint(struct exchange *ex, void *ctx)
{
    bool would_block = false;
    mcp_with_person(ctx, ex, &would_block);
    if (would_block)
        http_defer(ex, mcp_on_worker, ctx);
}

// --- for who watches the server ---

static void health(struct exchange *ex, void *ctx)
{
    (void)ctx;
    http_add_header(ex, "Cache-Control", STR("no-store"));
    http_reply(ex, 200, "application/json", STR("{\"status\":\"ok\"}"));
}

// Whether calls should be sent here. What restarting would not mend is no matter of /health.
static void ready(struct exchange *ex, void *ctx)
{
    struct parts *p = ctx;
    http_add_header(ex, "Cache-Control", STR("no-store"));
    if (atomic_load(&p->stopping))
        http_reply(ex, 503, "application/json",
                   STR("{\"status\":\"not ready\",\"reason\":\"the server is stopping\"}"));
    else if (spent_look(p->spent, STR("ready"), NULL) == SPENT_UNAVAILABLE)
        http_reply(ex, 503, "application/json",
                   STR("{\"status\":\"not ready\",\"reason\":\"the store does not answer\"}"));
    else
        http_reply(ex, 200, "application/json", STR("{\"status\":\"ready\"}"));
}

// --- all of them ---

struct routes {
    struct http_route *at;
    size_t n;
};

static void add(struct routes *r, const struct http_route *more, size_t count)
{
    if (count > 0)
        memcpy(r->at + r->n, more, count * sizeof(*more));
    r->n += count;
}

const struct http_route *routes_of(struct parts *p)
{
    const unsigned any = HTTP_GET | HTTP_POST | HTTP_DELETE;
    const struct http_route own[] = {
        { any, "/mcp", mcp_endpoint, p, MCP_BODY_MAX, .cors = true },
        { HTTP_GET, CARD_PATH, card_endpoint, p, .cors = true, .any_origin = true },
        { HTTP_GET, "/health", health, .any_host = true },
        { HTTP_GET, "/healthz", health, .any_host = true },
        { HTTP_GET, "/ready", ready, p, .any_host = true, .worker = true },
    };
    // Not where tokens are for one resource, which is its URL byte for byte.
    const struct http_route slash = { any, "/mcp/", mcp_endpoint, p, MCP_BODY_MAX, .cors = true };
    const struct http_route sse[] = {
        { HTTP_GET, "/sse", mcp_endpoint, p, .cors = true },
        { HTTP_POST, MESSAGES_PATH, mcp_endpoint, p, MCP_BODY_MAX, .cors = true },
        { HTTP_POST, MESSAGES_PATH "/", mcp_endpoint, p, MCP_BODY_MAX, .cors = true },
    };
    size_t more = 0;
    const struct http_route *sign_in = p->oauth ? oauth_routes(p->oauth, &more) : NULL;
    size_t most = ARRAY_LEN(own) + 1 + ARRAY_LEN(sse) + more;
    struct routes r = { .at = arena_alloc(p->options->arena, (most + 1) * sizeof(*r.at)) };
    add(&r, own, ARRAY_LEN(own));
    add(&r, &slash, p->oauth ? 0 : 1);
    add(&r, sse, p->settings->sse ? ARRAY_LEN(sse) : 0);
    add(&r, sign_in, more);
    return r.at;
}
