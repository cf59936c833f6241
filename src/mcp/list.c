// SPDX-License-Identifier: MIT
// The lists of tools, resources, templates and prompts: entries rendered once, shown whole or page
// by page.
#include "base/mem.h"
#include "jose/b64url.h"
#include "mcp/internal.h"

#define LIST_MAX   (16u * 1024 * 1024) // bytes of all entries together
#define CURSOR_MAX 128

static const char *const members[LIST_COUNT] = {
    [LIST_TOOLS] = "tools",
    [LIST_TOOLS_LEGACY] = "tools", // with what only 2025-11-25 tells of tasks; else empty
    [LIST_RESOURCES] = "resources", [LIST_TEMPLATES] = "resourceTemplates",
    [LIST_PROMPTS] = "prompts",
};

void mcp_list_add(struct list *list, struct listed entry)
{
    if (list->n == list->room) {
        list->room = list->room ? 2 * list->room : 16;
        list->at = mem_realloc(list->at, list->room * sizeof(*list->at));
    }
    list->at[list->n++] = entry;
}

// Where everybody sees the whole list on one page, its bytes are always the same.
void mcp_list_freeze(struct mcp_server *s, enum list_kind kind)
{
    struct list *list = &s->lists[kind];
    CLEANUP(buf_release) struct buf all = BUF_INIT(LIST_MAX);
    if ((kind <= LIST_TOOLS_LEGACY && s->config.may) || s->config.page_size > 0)
        return;
    for (size_t i = 0; i < list->n; i++) {
        if (i > 0)
            buf_addc(&all, ',');
        buf_add(&all, list->at[i].json);
    }
    buf_add(&all, STR("]}}"));
    if (buf_ok(&all))
        list->tail = http_tail_new(buf_str(&all));
}

// It names the place in the order of adding where the next page begins: the same for everybody and
// after a restart.
void mcp_cursor_add(struct buf *out, const char *what, uint64_t at)
{
    CLEANUP(buf_release) struct buf plain = BUF_INIT(CURSOR_MAX);
    buf_addf(&plain, "%s:%llu", what, (unsigned long long)at);
    buf_addc(out, '"');
    b64url_encode(out, buf_str(&plain));
    buf_addc(out, '"');
}

bool mcp_cursor_read(const struct request *r, const char *what, uint64_t *ret)
{
    const struct value *cursor = &r->msg->cursor;
    CLEANUP(buf_release) struct buf plain = BUF_INIT(CURSOR_MAX);
    *ret = 0;
    if (rpc_value_is_null_or_absent(cursor))
        return true;
    if (!b64url_decode(&plain, rpc_value_text(cursor, r->arena)) || !buf_ok(&plain))
        return false;
    struct str rest = buf_str(&plain);
    return str_is(str_cut(&rest, ':'), what) && str_to_u64(rest, ret) && *ret > 0;
}

static bool is_shown(const struct request *r, const struct listed *entry)
{
    return !entry->tool || mcp_tool_allowed(r, entry->tool);
}

// Adds the entries from `at` on that the person may see; returns where the next page begins.
static size_t add_page(struct request *r, const struct list *list, size_t at)
{
    size_t room = r->server->config.page_size > 0 ? r->server->config.page_size : list->n;
    bool first = true;
    for (; at < list->n; at++) {
        if (!is_shown(r, &list->at[at]))
            continue;
        if (room-- == 0)
            break;
        if (!first)
            buf_addc(r->out, ',');
        buf_add(r->out, list->at[at].json);
        first = false;
    }
    return at;
}

static void add_head(struct request *r, enum list_kind kind)
{
    bool differs = kind <= LIST_TOOLS_LEGACY && r->server->config.may;
    rpc_begin(r);
    buf_addc(r->out, '{');
    mcp_result_head(r);
    if (r->peer.era == MCP_MODERN)
        buf_addf(r->out, "\"ttlMs\":%d,\"cacheScope\":\"%s\",", MCP_TTL_MS,
                 differs ? "private" : "public");
    buf_addf(r->out, "\"%s\":[", members[kind]);
}

static void answer(struct request *r, enum list_kind kind)
{
    const struct list *list = &r->server->lists[kind];
    uint64_t at;
    /*= mcp-2025-11-25 server/utilities/pagination "Invalid cursors SHOULD result in an error with
     * code -32602 (Invalid params)." */
    if (!mcp_cursor_read(r, members[kind], &at) || (at > 0 && at >= list->n))
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, STR("Invalid cursor"));
    add_head(r, kind);
    if (r->takes_tail && list->tail) {
        r->tail = list->tail;
        r->status = 200;
        return;
    }
    size_t next = add_page(r, list, (size_t)at);
    buf_addc(r->out, ']');
    if (next < list->n) {
        buf_add(r->out, STR(",\"nextCursor\":"));
        mcp_cursor_add(r->out, members[kind], next);
    }
    buf_addc(r->out, '}');
    rpc_end(r);
}

void mcp_method_tools_list(struct request *r)
{
    bool own = r->peer.era == MCP_LEGACY && r->server->lists[LIST_TOOLS_LEGACY].n > 0;
    answer(r, own ? LIST_TOOLS_LEGACY : LIST_TOOLS);
}

void mcp_method_resources_list(struct request *r)
{
    answer(r, LIST_RESOURCES);
}

void mcp_method_templates_list(struct request *r)
{
    answer(r, LIST_TEMPLATES);
}

void mcp_method_prompts_list(struct request *r)
{
    answer(r, LIST_PROMPTS);
}
