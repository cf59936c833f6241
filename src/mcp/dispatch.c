// SPDX-License-Identifier: MIT
// One table of methods an era: what stands in none is not found. A method of both eras may stand in
// both with another function.
#include "mcp/internal.h"

#define NAMED(member) .named = offsetof(struct message, member)

static const struct mcp_method legacy_methods[] = {
    { .name = "initialize", .run = mcp_method_initialize },
    { .name = "ping", .run = mcp_method_ping },
    { .name = "tools/list", .run = mcp_method_tools_list },
    { .name = "tools/call", .run = mcp_method_tools_call, .waits = true },
    { .name = "resources/list", .run = mcp_method_resources_list },
    { .name = "resources/templates/list", .run = mcp_method_templates_list },
    { .name = "resources/read", .run = mcp_method_resources_read, .waits = true },
    { .name = "resources/subscribe", .run = mcp_method_resources_subscribe },
    { .name = "resources/unsubscribe", .run = mcp_method_resources_unsubscribe },
    { .name = "prompts/list", .run = mcp_method_prompts_list },
    { .name = "prompts/get", .run = mcp_method_prompts_get, .waits = true },
    { .name = "completion/complete", .run = mcp_method_complete, .waits = true },
    { .name = "logging/setLevel", .run = mcp_method_set_level },
    { .name = "tasks/list", .run = mcp_method_tasks_list },
    { .name = "tasks/get", .run = mcp_method_tasks_get },
    { .name = "tasks/result", .run = mcp_method_tasks_result, .waits = true },
    { .name = "tasks/cancel", .run = mcp_method_tasks_cancel },
    { 0 },
};

static const struct mcp_method modern_methods[] = {
    { .name = "server/discover", .run = mcp_method_discover },
    { .name = "tools/list", .run = mcp_method_tools_list },
    { .name = "tools/call", .run = mcp_method_tools_call, .waits = true, NAMED(tool) },
    { .name = "resources/list", .run = mcp_method_resources_list },
    { .name = "resources/templates/list", .run = mcp_method_templates_list },
    { .name = "resources/read", .run = mcp_method_resources_read, .waits = true, NAMED(uri) },
    { .name = "prompts/list", .run = mcp_method_prompts_list },
    { .name = "prompts/get", .run = mcp_method_prompts_get, .waits = true, NAMED(tool) },
    { .name = "completion/complete", .run = mcp_method_complete, .waits = true },
    { .name = "subscriptions/listen", .run = mcp_method_listen },
    { .name = "tasks/get", .run = mcp_method_tasks_get, NAMED(task_id) },
    { .name = "tasks/update", .run = mcp_method_tasks_update, NAMED(task_id) },
    { .name = "tasks/cancel", .run = mcp_method_tasks_cancel, NAMED(task_id) },
    { 0 },
};

static void cancelled(struct request *r)
{
    const struct value *id = &r->msg->request_id;
    if (id->type != SCAN_STRING && id->type != SCAN_NUMBER)
        return;
    mcp_running_cancel(&r->server->running, r->scope, id->raw);
    if (r->channel.shared)
        mcp_hub_cancel(&r->server->hub, r->scope, id->raw);
}

// Of the others a client may send, none asks anything of this library.
static const struct mcp_method notifications[] = {
    { .name = "notifications/cancelled", .run = cancelled },
    { 0 },
};

static const struct mcp_method *find(const struct mcp_method *table, struct str name)
{
    for (; table->name; table++)
        if (str_is(name, table->name))
            return table;
    return NULL;
}

const struct mcp_method *mcp_method_find(enum mcp_era era, struct str name)
{
    return find(era == MCP_MODERN ? modern_methods : legacy_methods, name);
}

// What a server without resources, prompts, … does not offer is not found.
static bool is_offered(const struct mcp_server *s, struct str name)
{
    if (str_starts(name, STR("resources/")))
        return s->resource_count > 0;
    if (str_starts(name, STR("prompts/")))
        return s->prompt_count > 0;
    if (str_starts(name, STR("completion/")))
        return s->resource_count || s->prompt_count;
    if (str_is(name, "tasks/list"))
        return mcp_server_lists_tasks(s);
    if (str_starts(name, STR("tasks/")))
        return mcp_server_has_tasks(s);
    if (str_starts(name, STR("logging/")))
        return s->config.logs;
    return true;
}

void mcp_dispatch_request(struct request *r)
{
    const struct mcp_method *method = mcp_method_find(r->peer.era, r->msg->name);
    if (method && is_offered(r->server, r->msg->name))
        return method->run(r);
    CLEANUP(buf_release) struct buf data = BUF_INIT(MCP_METHOD_MAX * 8);
    json_add_string(&data, r->msg->name);
    rpc_error(r, ERR_RPC_METHOD_NOT_FOUND, buf_str(&data), STR("Method not found"));
}

void mcp_dispatch_notification(struct request *r)
{
    const struct mcp_method *method = find(notifications, r->msg->name);
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
        return mcp_pending_answer(r);
    case MESSAGE_INVALID:
        return rpc_error(r, r->msg->code, STR_NONE, str_c(r->msg->problem));
    }
}
