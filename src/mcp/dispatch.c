// SPDX-License-Identifier: MIT
// One table of methods an era: what stands in none is not found. A method of both eras may stand in
// both with another function.
#include "mcp/internal.h"

static const struct method legacy_methods[] = {
    { .name = "initialize", .run = mcp_method_initialize },
    { .name = "ping", .run = mcp_method_ping },
    { .name = "tools/list", .run = mcp_method_tools_list },
    { .name = "tools/call", .run = mcp_method_tools_call, .waits = true, .named = true },
    { 0 },
};

static const struct method modern_methods[] = {
    { .name = "server/discover", .run = mcp_method_discover },
    { .name = "tools/list", .run = mcp_method_tools_list },
    { .name = "tools/call", .run = mcp_method_tools_call, .waits = true, .named = true },
    { 0 },
};

static void cancelled(struct request *r)
{
    const struct value *id = &r->msg->request_id;
    if (id->type == SCAN_STRING || id->type == SCAN_NUMBER)
        mcp_running_cancel(&r->server->running, r->scope, id->raw);
}

// Of the others a client may send, none asks anything of a server with tools alone.
static const struct method notifications[] = {
    { .name = "notifications/cancelled", .run = cancelled },
    { 0 },
};

static const struct method *find(const struct method *table, struct str name)
{
    for (; table->name; table++)
        if (str_is(name, table->name))
            return table;
    return NULL;
}

const struct method *mcp_method_find(enum mcp_era era, struct str name)
{
    return find(era == MCP_MODERN ? modern_methods : legacy_methods, name);
}

void mcp_dispatch_request(struct request *r)
{
    const struct method *method = mcp_method_find(r->peer.era, r->msg->name);
    if (method)
        return method->run(r);
    CLEANUP(buf_release) struct buf data = BUF_INIT(MCP_METHOD_MAX * 8);
    json_add_string(&data, r->msg->name);
    rpc_error(r, ERR_RPC_METHOD_NOT_FOUND, buf_str(&data), STR("Method not found"));
}

void mcp_dispatch_notification(struct request *r)
{
    const struct method *method = find(notifications, r->msg->name);
    if (method)
        method->run(r);
}

void mcp_dispatch(struct request *r)
{
    switch (r->msg->kind) {
    case MESSAGE_REQUEST:
        return mcp_dispatch_request(r);
    case MESSAGE_NOTIFICATION:
        return mcp_dispatch_notification(r);
    case MESSAGE_RESPONSE:
        return; // we ask nothing yet, so it answers nothing
    case MESSAGE_INVALID:
        return rpc_error(r, r->msg->code, STR_NONE, str_c(r->msg->problem));
    }
}
