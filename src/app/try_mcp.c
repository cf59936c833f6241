// SPDX-License-Identifier: MIT
// The MCP side: hello, the list of tools, a call.
#include "app/try_int.h"

static bool rpc(struct try *t, const char *method, struct str params, json_t **ret_result,
                struct err *err)
{
    struct str body = arena_printf(
        t->arena, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":" STR_FMT "}",
        ++t->rpc_id, method, STR_ARG(params));
    struct str bearer = arena_printf(t->arena, "Bearer " STR_FMT, STR_ARG(t->token));
    const struct fetch_header headers[] = { { "Content-Type", STR("application/json") },
                                            { "Accept",
                                              STR("application/json, text/event-stream") },
                                            { "MCP-Protocol-Version", STR("2025-11-25") },
                                            { t->token.n ? "Authorization" : NULL, bearer },
                                            { NULL, STR_NONE } };
    struct fetch_response CLEANUP(fetch_response_release) answer = { 0 };
    const struct fetch_request request = { .method = "POST",
                                           .url = t->url,
                                           .headers = headers,
                                           .body = body,
                                           .timeout_ms = 120000,
                                           .max_bytes = TRY_ANSWER_MAX };
    if (!fetch(t->fetcher, &request, &answer, err))
        return err_prefix(err, "%s", method);
    struct str text = buf_str(&answer.body);
    ptrdiff_t data = str_starts(fetch_header_get(&answer, "Content-Type"), STR("text/event-stream"))
                         ? str_find(text, STR("data:"))
                         : -1;
    if (data >= 0)
        text = str_slice(text, (size_t)data + 5, text.n);
    JSON_AUTO *document = NULL;
    if (!dom_parse_object(str_trim(text), &document, err))
        return err_prefix(err, "%s: answer with status %d", method, answer.status);
    json_t *result = dom_get(document, "result");
    if (!result)
        return err_set(err, ERR_UPSTREAM, "%s: %d " STR_FMT, method, answer.status,
                       STR_ARG(str_slice(text, 0, 400)));
    *ret_result = json_incref(result);
    return true;
}

bool try_greet(struct try *t, struct err *err)
{
    JSON_AUTO *result = NULL;
    struct str params = STR(
        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"" TRY_CLIENT_NAME
        "\",\"version\":\"" ZSCALER_MCP_VERSION "\"}}");
    if (!rpc(t, "initialize", params, &result, err))
        return false;
    json_t *info = dom_get(result, "serverInfo");
    try_done(t, "initialize: " STR_FMT " " STR_FMT ", protocol " STR_FMT,
             STR_ARG(dom_str(info, "name")), STR_ARG(dom_str(info, "version")),
             STR_ARG(dom_str(result, "protocolVersion")));
    return true;
}

bool try_choose_tool(struct try *t, struct err *err)
{
    JSON_AUTO *result = NULL;
    if (!rpc(t, "tools/list", STR("{}"), &result, err))
        return false;
    json_t *tools = dom_get(result, "tools");
    try_done(t, "tools/list: %zu tools", json_array_size(tools));
    for (size_t i = 0; !t->tool && i < json_array_size(tools); i++) {
        struct str name = dom_str(json_array_get(tools, i), "name");
        json_t *required = dom_get(dom_get(json_array_get(tools, i), "inputSchema"), "required");
        if (str_find(name, STR("_list_")) > 0 && json_array_size(required) == 0)
            t->tool = arena_cstr(t->arena, name);
    }
    return t->tool || err_set(err, ERR_UPSTREAM,
                              "the server offers no tool that could be called without arguments");
}

bool try_call_tool(struct try *t, struct err *err)
{
    JSON_AUTO *result = NULL;
    struct str params = arena_printf(t->arena, "{\"name\":\"%s\",\"arguments\":%s}", t->tool,
                                     t->args ? t->args : "{}");
    if (!rpc(t, "tools/call", params, &result, err))
        return false;
    struct str text = dom_str(json_array_get(dom_get(result, "content"), 0), "text");
    if (dom_bool(result, "isError", false))
        return err_set(err, ERR_UPSTREAM, "%s failed: " STR_FMT, t->tool, STR_ARG(text));
    try_done(t, "tools/call %s answered %zu bytes:\n\n" STR_FMT "%s\n", t->tool, text.n,
             STR_ARG(str_slice(text, 0, 600)), text.n > 600 ? "…" : "");
    return true;
}
