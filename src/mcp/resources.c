// SPDX-License-Identifier: MIT
// The resources of a server, plain and by template.
#include "mcp/internal.h"

#define ENTRY_MAX (256u * 1024) // bytes of one resource in a list
#define URI_MAX   8192

static void render(struct json_writer *w, const struct resource_entry *e)
{
    const struct mcp_resource *r = &e->resource;
    jw_object(w);
    jw_kv_c(w, e->variables ? "uriTemplate" : "uri", r->uri);
    mcp_render_head(w, r->name, r->title, r->description, r->icons_json);
    if (r->mime_type)
        jw_kv_c(w, "mimeType", r->mime_type);
    if (r->annotations.n)
        jw_kv_raw(w, "annotations", r->annotations);
    if (r->size > 0 && !e->variables)
        jw_kv_int(w, "size", r->size);
    jw_object_end(w);
}

void mcp_resources_freeze(struct mcp_server *s)
{
    CLEANUP(buf_release) struct buf one = BUF_INIT(ENTRY_MAX);
    for (size_t i = 0; i < s->resource_count; i++) {
        struct json_writer w;
        buf_reset(&one);
        jw_init(&w, &one);
        render(&w, &s->resources[i]);
        enum list_kind kind = s->resources[i].variables ? LIST_TEMPLATES : LIST_RESOURCES;
        mcp_list_add(&s->lists[kind],
                     (struct listed){ .json = arena_str(s->arena, buf_str(&one)) });
    }
    mcp_list_freeze(s, LIST_RESOURCES);
    mcp_list_freeze(s, LIST_TEMPLATES);
}

// A plain URI wins over templates; of those, the first that matches.
static const struct resource_entry *find(const struct mcp_server *s, struct str uri,
                                         json_t **ret_variables)
{
    *ret_variables = NULL;
    for (size_t i = 0; i < s->resource_count; i++)
        if (!s->resources[i].variables && str_is(uri, s->resources[i].resource.uri))
            return &s->resources[i];
    for (size_t i = 0; i < s->resource_count; i++) {
        const struct resource_entry *e = &s->resources[i];
        if (e->variables && (*ret_variables = mcp_uri_template_match(e->variables, uri)))
            return e;
    }
    return NULL;
}

/*= mcp-2026-07-28 server/resources "If the requested resource does not exist, servers MUST return a
 * JSON-RPC error with code -32602 (Invalid Params)." */
void mcp_resource_missing(struct request *r, struct str uri)
{
    CLEANUP(buf_release) struct buf data = BUF_INIT(URI_MAX * 6 + 64);
    buf_adds(&data, "{\"uri\":");
    json_add_string(&data, uri);
    buf_addc(&data, '}');
    rpc_error(r, r->peer.era == MCP_MODERN ? ERR_RPC_INVALID_PARAMS : ERR_RPC_RESOURCE_NOT_FOUND,
              buf_str(&data), STR("Resource not found"));
}

static bool read_uri(struct request *r, struct str *ret)
{
    if (r->msg->uri.type == SCAN_STRING && r->msg->uri.raw.n <= URI_MAX) {
        *ret = rpc_value_text(&r->msg->uri, r->arena);
        return true;
    }
    rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
              STR("uri must be a string of at most 8192 bytes"));
    return false;
}

void mcp_method_resources_read(struct request *r)
{
    struct str uri;
    json_t *variables;
    if (!read_uri(r, &uri))
        return;
    const struct resource_entry *e = find(r->server, uri, &variables);
    if (!e)
        return mcp_resource_missing(r, uri);
    struct mcp_call c = {
        .request = r,
        .kind = CALL_RESOURCE,
        .resource = &e->resource,
        .handler = e->resource.handler,
        .ctx = e->resource.ctx,
        .uri = uri,
        .arguments = STR("{}"),
        .tree = variables ? variables : json_object(),
    };
    mcp_call_run(&c);
}

static void watch(struct request *r, bool on)
{
    struct str uri;
    json_t *variables;
    if (!read_uri(r, &uri))
        return;
    bool known = find(r->server, uri, &variables);
    json_decref(variables);
    if (!known && on)
        return mcp_resource_missing(r, uri);
    if (!mcp_hub_watch(&r->server->hub, r->scope, uri, on))
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
                         STR("A session may watch at most 256 resources, and must have an id"));
    rpc_result(r, STR("{}"));
}

void mcp_method_resources_subscribe(struct request *r)
{
    watch(r, true);
}

void mcp_method_resources_unsubscribe(struct request *r)
{
    watch(r, false);
}
