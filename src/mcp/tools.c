// SPDX-License-Identifier: MIT
// The tools of a server: rendered once, listed whole or page by page, looked up by name.
#include "jose/b64url.h"
#include "mcp/internal.h"

#define LIST_MAX      (16u * 1024 * 1024) // bytes of all tools together
#define CURSOR_MAX    128
#define CURSOR_PREFIX "tools:"

static int by_name(const void *a, const void *b)
{
    const struct tool_entry *const *x = a, *const *y = b;
    return str_cmp(str_c((*x)->tool.name), str_c((*y)->tool.name));
}

const struct tool_entry *mcp_tool_find(const struct mcp_server *s, struct str name)
{
    size_t low = 0, high = s->tool_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = str_cmp(name, str_c(s->sorted[mid]->tool.name));
        if (order == 0)
            return s->sorted[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

bool mcp_tool_allowed(const struct request *r, const struct tool_entry *t)
{
    const struct mcp_config *config = &r->server->config;
    return !config->may || config->may(&t->tool, r->principal, config->may_ctx);
}

static void render(struct json_writer *w, const struct mcp_tool *tool)
{
    jw_object(w);
    jw_kv_c(w, "name", tool->name);
    if (tool->title)
        jw_kv_c(w, "title", tool->title);
    if (tool->description)
        jw_kv_c(w, "description", tool->description);
    jw_kv_raw(w, "inputSchema", tool->input_schema);
    if (tool->output_schema.n)
        jw_kv_raw(w, "outputSchema", tool->output_schema);
    if (tool->annotations.n)
        jw_kv_raw(w, "annotations", tool->annotations);
    jw_object_end(w);
}

// Where everybody sees the whole list on one page, its bytes are always the same.
static void render_list(struct mcp_server *s)
{
    CLEANUP(buf_release) struct buf all = BUF_INIT(LIST_MAX);
    if (s->config.may || s->config.page_size > 0)
        return;
    for (size_t i = 0; i < s->tool_count; i++) {
        if (i > 0)
            buf_addc(&all, ',');
        buf_add(&all, s->tools[i].json);
    }
    buf_add(&all, STR("]}}"));
    if (buf_ok(&all))
        s->list_tail = http_tail_new(buf_str(&all));
}

void mcp_tools_render(struct mcp_server *s)
{
    CLEANUP(buf_release) struct buf one = BUF_INIT(LIST_MAX);
    s->sorted = arena_alloc(s->arena, (s->tool_count + 1) * sizeof(struct tool_entry *));
    for (size_t i = 0; i < s->tool_count; i++) {
        struct json_writer w;
        buf_reset(&one);
        jw_init(&w, &one);
        render(&w, &s->tools[i].tool);
        s->tools[i].json = arena_str(s->arena, buf_str(&one));
        s->sorted[i] = &s->tools[i];
    }
    qsort(s->sorted, s->tool_count, sizeof(struct tool_entry *), by_name);
    render_list(s);
}

// A cursor names the place in the order of adding where the next page begins: the same for
// everybody and after a restart.
static void add_cursor(struct buf *out, size_t at)
{
    CLEANUP(buf_release) struct buf plain = BUF_INIT(CURSOR_MAX);
    buf_addf(&plain, CURSOR_PREFIX "%zu", at);
    buf_addc(out, '"');
    b64url_encode(out, buf_str(&plain));
    buf_addc(out, '"');
}

static bool read_cursor(const struct request *r, size_t *ret_at)
{
    const struct value *cursor = &r->msg->cursor;
    const struct str prefix = STR(CURSOR_PREFIX);
    CLEANUP(buf_release) struct buf plain = BUF_INIT(CURSOR_MAX);
    uint64_t at;
    *ret_at = 0;
    if (rpc_value_is_null_or_absent(cursor))
        return true;
    if (!b64url_decode(&plain, rpc_value_text(cursor, r->arena)) || !buf_ok(&plain))
        return false;
    struct str text = buf_str(&plain);
    if (!str_starts(text, prefix) || !str_to_u64(str_slice(text, prefix.n, text.n), &at))
        return false;
    *ret_at = (size_t)at;
    return at > 0 && at < r->server->tool_count;
}

// Adds the tools from `at` on that the person may see; returns where the next page begins.
static size_t add_page(struct request *r, size_t at)
{
    const struct mcp_server *s = r->server;
    size_t room = s->config.page_size > 0 ? s->config.page_size : s->tool_count;
    bool first = true;
    for (; at < s->tool_count; at++) {
        if (!mcp_tool_allowed(r, &s->tools[at]))
            continue;
        if (room-- == 0)
            break;
        if (!first)
            buf_addc(r->out, ',');
        buf_add(r->out, s->tools[at].json);
        first = false;
    }
    return at;
}

void mcp_method_tools_list(struct request *r)
{
    size_t at;
    /*= mcp-2025-11-25 server/utilities/pagination "Invalid cursors SHOULD result in an error with
     * code -32602 (Invalid params)." */
    if (!read_cursor(r, &at))
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, STR("Invalid cursor"));
    bool modern = r->peer.era == MCP_MODERN;
    rpc_begin(r);
    buf_addc(r->out, '{');
    if (modern) {
        buf_add(r->out, r->server->result_meta);
        buf_addf(r->out, ",\"ttlMs\":%d,\"cacheScope\":\"%s\",", MCP_TTL_MS,
                 r->server->config.may ? "private" : "public");
    }
    buf_add(r->out, STR("\"tools\":["));
    if (r->takes_tail && r->server->list_tail) {
        r->tail = r->server->list_tail;
        r->status = 200;
        return;
    }
    size_t next = add_page(r, at);
    buf_addc(r->out, ']');
    if (next < r->server->tool_count) {
        buf_add(r->out, STR(",\"nextCursor\":"));
        add_cursor(r->out, next);
    }
    buf_addc(r->out, '}');
    rpc_end(r);
}
