// SPDX-License-Identifier: MIT
// The two eras: which one a message belongs to, what the modern one carries in each request, and
// how the legacy one agrees on a version.
#include "mcp/internal.h"

static const char *const legacy_versions[] = { "2024-11-05", "2025-03-26", "2025-06-18",
                                               MCP_VERSION_LATEST };

bool mcp_version_is_legacy(struct str version)
{
    for (size_t i = 0; i < ARRAY_LEN(legacy_versions); i++)
        if (str_is(version, legacy_versions[i]))
            return true;
    return false;
}

/*= mcp-2026-07-28 basic/versioning "A request carrying modern per-request _meta is served
 * statelessly according to this revision." */
enum mcp_era mcp_era_of(const struct message *m, struct str header)
{
    if (m->meta_version.type)
        return MCP_MODERN;
    if (header.p && !mcp_version_is_legacy(header))
        return MCP_MODERN;
    // Of the method that only the modern era has, older clients know nothing.
    return !header.p && str_is(m->name, "server/discover") ? MCP_MODERN : MCP_LEGACY;
}

bool mcp_era_modern_meta(struct request *r)
{
    const struct message *m = r->msg;
    if (m->meta_version.type != SCAN_STRING || m->meta_capabilities.type != SCAN_OBJECT) {
        rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
                  STR("params._meta must carry io.modelcontextprotocol/protocolVersion (a "
                      "string) and io.modelcontextprotocol/clientCapabilities (an object)"));
        return false;
    }
    r->peer.version = rpc_value_text(&m->meta_version, r->arena);
    r->peer.capabilities = m->meta_capabilities.raw;
    r->peer.client_name = rpc_value_text(&m->meta_client_name, r->arena);
    return true;
}

bool mcp_era_modern_version(struct request *r)
{
    if (str_is(r->peer.version, MCP_VERSION_MODERN))
        return true;
    CLEANUP(buf_release) struct buf data = BUF_INIT(MCP_BODY_MAX);
    buf_adds(&data, "{\"supported\":[\"" MCP_VERSION_MODERN "\"],\"requested\":");
    json_add_string(&data, r->peer.version);
    buf_addc(&data, '}');
    rpc_error(r, ERR_RPC_UNSUPPORTED_VERSION, buf_str(&data), STR("Unsupported protocol version"));
    return false;
}

/*= mcp-2025-11-25 basic/lifecycle "If the server supports the requested protocol version, it MUST
 * respond with the same version. Otherwise, the server MUST respond with another protocol version
 * it supports." */
struct peer mcp_initialize_peer(const struct message *m, struct arena *arena)
{
    struct str asked = rpc_value_text(&m->version, arena);
    bool has_capabilities = m->capabilities.type == SCAN_OBJECT;
    return (struct peer){
        .era = MCP_LEGACY,
        .version = mcp_version_is_legacy(asked) ? asked : STR(MCP_VERSION_LATEST),
        .capabilities = has_capabilities ? m->capabilities.raw : STR_NONE,
        .client_name = rpc_value_text(&m->client_name, arena),
    };
}

static void add_capabilities(struct json_writer *w)
{
    jw_kv_raw(w, "capabilities", STR("{\"tools\":{\"listChanged\":false}}"));
}

void mcp_method_initialize(struct request *r)
{
    if (r->msg->version.type != SCAN_STRING)
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
                         STR("Invalid request parameters: protocolVersion must be a string"));
    struct json_writer w;
    rpc_begin(r);
    jw_init(&w, r->out);
    jw_object(&w);
    jw_kv(&w, "protocolVersion", mcp_initialize_peer(r->msg, r->arena).version);
    add_capabilities(&w);
    jw_kv_raw(&w, "serverInfo", r->server->info);
    if (r->server->config.info.instructions)
        jw_kv_c(&w, "instructions", r->server->config.info.instructions);
    jw_object_end(&w);
    rpc_end(r);
}

void mcp_method_discover(struct request *r)
{
    struct json_writer w;
    rpc_begin(r);
    jw_init(&w, r->out);
    jw_object(&w);
    jw_kv_c(&w, "resultType", "complete");
    jw_kv_raw(&w, "supportedVersions", STR("[\"" MCP_VERSION_MODERN "\"]"));
    add_capabilities(&w);
    if (r->server->config.info.instructions)
        jw_kv_c(&w, "instructions", r->server->config.info.instructions);
    jw_kv_int(&w, "ttlMs", MCP_TTL_MS);
    jw_kv_c(&w, "cacheScope", "public");
    jw_key(&w, "_meta");
    jw_object(&w);
    jw_kv_raw(&w, "io.modelcontextprotocol/serverInfo", r->server->info);
    jw_object_end(&w);
    jw_object_end(&w);
    rpc_end(r);
}

void mcp_method_ping(struct request *r)
{
    rpc_result(r, STR("{}"));
}
