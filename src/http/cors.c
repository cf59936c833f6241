// SPDX-License-Identifier: MIT
// Cross-origin sharing for browser clients (WHATWG Fetch section 3.3): always "*", never with
// credentials, so that a page can read only what it could have fetched itself with the token it
// already holds.
#include "http/internal.h"

static const char request_headers[] =
    "Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Session-Id, "
    "Mcp-Method, Mcp-Name, Last-Event-ID, *";
static const char exposed_headers[] =
    "Mcp-Session-Id, WWW-Authenticate, MCP-Protocol-Version, Retry-After, X-Request-Id";

void cors_headers(const struct exchange *ex, struct MHD_Response *response)
{
    if (!ex->route || !ex->route->cors)
        return;
    MHD_add_response_header(response, "Access-Control-Allow-Origin", "*");
    MHD_add_response_header(response, "Access-Control-Expose-Headers", exposed_headers);
}

static unsigned methods_at(const struct exchange *ex)
{
    unsigned methods = 0;
    for (const struct http_route *r = ex->server->config.routes; r->path; r++) {
        if (strcmp(r->path, ex->route->path) == 0)
            methods |= r->methods;
    }
    return methods;
}

void cors_preflight(struct exchange *ex)
{
    struct str methods = method_list(ex->arena, methods_at(ex) | HTTP_OPTIONS);
    http_add_header(ex, "Allow", methods);
    http_add_header(ex, "Access-Control-Allow-Methods", methods);
    http_add_header(ex, "Access-Control-Allow-Headers", str_c(request_headers));
    http_add_header(ex, "Access-Control-Max-Age", STR("7200"));
    http_reply(ex, 204, NULL, STR_NONE);
}
