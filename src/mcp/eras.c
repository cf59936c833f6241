// SPDX-License-Identifier: MIT
// The two eras: which one a message belongs to, what the modern one carries in each request, and
// how the legacy one agrees on a version.
#include "mcp/internal.h"

static const char *const legacy_versions[] = { "2024-11-05", "2025-03-26", "2025-06-18",
                                               MCP_VERSION_LATEST };

bool mcp_version_is_legacy(struct str version)
{
    return str_is_among(version, legacy_versions, ARRAY_LEN(legacy_versions));
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

// --- what the server can do ---

bool mcp_server_has_tasks(const struct mcp_server *s)
{
    for (size_t i = 0; i < s->tool_count; i++)
        if (s->tools[i].tool.task != MCP_TASK_NEVER)
            return true;
    return false;
}

/*= mcp-2025-11-25 basic/utilities/tasks "receivers that cannot identify requestors SHOULD NOT
 * declare the tasks.list capability" */
bool mcp_server_lists_tasks(const struct mcp_server *s)
{
    return mcp_server_has_tasks(s) && s->config.keys;
}

static bool completes(const struct mcp_argument *a)
{
    for (; a && a->name; a++)
        if (a->values || a->complete)
            return true;
    return false;
}

static bool has_completions(const struct mcp_server *s)
{
    for (size_t i = 0; i < s->prompt_count; i++)
        if (completes(s->prompts[i].arguments))
            return true;
    for (size_t i = 0; i < s->resource_count; i++)
        if (completes(s->resources[i].resource.arguments))
            return true;
    return false;
}

static void put_list(struct json_writer *w, const char *key, bool changes, bool subscribe)
{
    jw_key(w, key);
    jw_object(w);
    if (subscribe)
        jw_kv_bool(w, "subscribe", true);
    jw_kv_bool(w, "listChanged", changes);
    jw_object_end(w);
}

// Members of the server's own, and tasks.
static void put_extensions(struct json_writer *w, const struct mcp_server *s)
{
    struct str own = str_trim(str_c(s->config.extensions_json));
    bool tasks = mcp_server_has_tasks(s);
    if (!tasks && !own.n)
        return;
    CLEANUP(buf_release) struct buf all = BUF_INIT(MCP_NOTE_MAX);
    struct str inside = own.n ? str_trim(str_slice(own, 1, own.n - 1)) : STR_NONE;
    buf_addc(&all, '{');
    buf_add(&all, inside);
    if (tasks)
        buf_addf(&all, "%s\"" TASKS_EXTENSION "\":{}", inside.n ? "," : "");
    buf_addc(&all, '}');
    jw_kv_raw(w, "extensions", buf_str(&all));
}

static struct str render_capabilities(const struct mcp_server *s, enum mcp_era era)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_NOTE_MAX);
    bool changes = s->config.changes;
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    if (s->tool_count || !(s->resource_count || s->prompt_count))
        put_list(&w, "tools", changes, false);
    if (s->resource_count)
        put_list(&w, "resources", changes, changes);
    if (s->prompt_count)
        put_list(&w, "prompts", changes, false);
    if (s->config.logs)
        jw_kv_raw(&w, "logging", STR("{}"));
    if (has_completions(s))
        jw_kv_raw(&w, "completions", STR("{}"));
    if (era == MCP_MODERN)
        put_extensions(&w, s);
    else if (mcp_server_has_tasks(s))
        jw_kv_raw(&w, "tasks",
                  mcp_server_lists_tasks(s)
                      ? STR("{\"list\":{},\"cancel\":{},\"requests\":{\"tools\":{\"call\":{}}}}")
                      : STR("{\"cancel\":{},\"requests\":{\"tools\":{\"call\":{}}}}"));
    jw_object_end(&w);
    return arena_str(s->arena, buf_str(&out));
}

void mcp_capabilities_render(struct mcp_server *s)
{
    s->capabilities[MCP_LEGACY] = render_capabilities(s, MCP_LEGACY);
    s->capabilities[MCP_MODERN] = render_capabilities(s, MCP_MODERN);
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
    jw_kv_raw(&w, "capabilities", r->server->capabilities[r->peer.era]);
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
    jw_kv_raw(&w, "capabilities", r->server->capabilities[r->peer.era]);
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
