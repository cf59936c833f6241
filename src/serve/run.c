// SPDX-License-Identifier: MIT
// One tools/call, from the arguments to the result.
#include <string.h>

#include "access/access.h"
#include "base/clock.h"
#include "catalog/args.h"
#include "catalog/bind.h"
#include "json/write.h"
#include "serve/clean.h"
#include "serve/dry_run.h"
#include "serve/encode.h"
#include "serve/more.h"
#include "serve/serve_int.h"
#include "serve/shape.h"
#include "trace/trace.h"

#define STEPS_MAX      8

#define DRY_RUN_NOTICE "DRY RUN: nothing was changed. This would be sent, in this order:"

struct running {
    struct tool_call call; // first: hooks get this
    const struct offered *offered;
    struct mcp_call *mcp;
    struct str error; // the whole text of an API error
    struct step room; // of a tool without .steps
    json_t *answers[STEPS_MAX];
    struct dry_run *dry; // NULL: everything is sent
};

// Of the call that this thread runs: a handler stays on its thread.
static _Thread_local const struct span *running_span;

static const char *method_name(enum method method)
{
    static const char *const names[] = {
        [GET] = "GET", [POST] = "POST", [PUT] = "PUT", [DELETE] = "DELETE"
    };
    return names[method];
}

// --- sending ---

static bool api_failed(struct running *r, const struct oneapi_response *response, struct err *err)
{
    struct arena *arena = r->call.arena;
    struct str doing = tool_doing(r->call.tool, arena);
    struct str text = response->error.n ? response->error : arena_str(arena, err_text(err));
    r->error =
        arena_printf(arena, "Failed to " STR_FMT ": " STR_FMT, STR_ARG(doing), STR_ARG(text));
    return err_prefix(err, "Failed to " STR_FMT, STR_ARG(doing));
}

static bool send_now(struct running *r, const struct tool_request *request, json_t **ret_answer,
                     struct err *err)
{
    struct fetch_header headers[2] = { { request->header, request->header_value }, { 0 } };
    struct oneapi_response response = { 0 };
    struct oneapi_request out = {
        .method = method_name(request->method),
        .path = request->path,
        .query = request->query,
        .body = request->body,
        .headers = request->header ? headers : NULL,
        .cancel = mcp_cancel(r->mcp),
    };
    r->error = STR_NONE; // a hook may have gone on after the last one
    struct span span;
    span_begin_child(&span, running_span, out.method, SPAN_CLIENT);
    bool sent = oneapi_send(r->offered->serve->config.oneapi, &out, r->call.arena, &response, err);
    span_text(&span, "http.request.method", str_c(out.method));
    span_text(&span, "url.path", out.path);
    if (response.status > 0)
        span_number(&span, "http.response.status_code", response.status);
    span_end(&span, !sent);
    if (!sent)
        return api_failed(r, &response, err);
    *ret_answer = NULL;
    if (!response.has_json)
        return true;
    if (!dom_parse(response.body, ret_answer, err))
        return err_prefix(err, "the answer of the API");
    return true;
}

// The record that a request replaces, read for the difference unless the tool did; that it cannot
// be read hurts nobody.
static const json_t *present(struct running *r, const struct tool_request *request)
{
    const struct tool_request read = { .method = GET,
                                       .path = request->path,
                                       .query = request->query };
    JSON_AUTO *answer = NULL;
    struct err unused;
    struct str error = r->error;
    if (!dry_run_replaces(request))
        return NULL;
    if (dry_run_known(r->dry, request->path))
        return dry_run_known(r->dry, request->path);
    if (send_now(r, &read, &answer, &unused) && answer)
        dry_run_read(r->dry, request->path, answer);
    r->error = error;
    return dry_run_known(r->dry, request->path);
}

static bool send_request(struct tool_call *call, const struct tool_request *request,
                         json_t **ret_answer, struct err *err)
{
    struct running *r = (struct running *)call;
    *ret_answer = NULL;
    if (!r->dry)
        return send_now(r, request, ret_answer, err);
    if (request->method != GET) {
        dry_run_note(r->dry, method_name(request->method), request, present(r, request),
                     !r->offered->serve->config.no_clean);
        return true;
    }
    if (!send_now(r, request, ret_answer, err))
        return false;
    if (*ret_answer)
        dry_run_read(r->dry, request->path, *ret_answer);
    return true;
}

// The index of the first step from i on that is due; n: none.
static size_t next_due(const struct tool_call *call, const struct step *steps, size_t i, size_t n)
{
    while (i < n && !call_step_due(call, &steps[i]))
        i++;
    return i;
}

static bool send_steps(struct running *r, json_t **ret_answer, struct err *err)
{
    const struct step *steps;
    size_t n = tool_steps(r->call.tool, &steps, &r->room), sent = 0;
    if (r->call.tool->hook)
        return r->call.tool->hook(&r->call, ret_answer, err);
    for (size_t i = next_due(&r->call, steps, 0, n); i < n;
         i = next_due(&r->call, steps, i + 1, n)) {
        bool last = next_due(&r->call, steps, i + 1, n) == n;
        sent = i + 1;
        if (!call_step(&r->call, &steps[i], sent, last, err))
            return false;
    }
    *ret_answer = sent ? json_incref(r->answers[sent - 1]) : NULL;
    return true;
}

static const struct model *model_of(const struct running *r)
{
    const struct offered *o = r->offered;
    const char *own = r->call.sent ? r->call.sent->model : NULL;
    return own ? models_find(o->serve->models, str_c(o->service->name), own) : o->model;
}

static void prepare_call(struct running *r, const struct offered *o, struct mcp_call *mcp,
                         json_t *args)
{
    const struct oneapi_config *api = oneapi_config(o->serve->config.oneapi);
    *r = (struct running){ .offered = o, .mcp = mcp };
    r->call = (struct tool_call){
        .tool = o->tool,
        .arena = mcp_arena(mcp),
        .args = args,
        .answers = r->answers,
        .answer_count = STEPS_MAX,
        .now = clock_now(),
        .customer = api->customer_id,
        .zcell_customer = api->zcell_customer_id,
        .microtenant = api->microtenant_id,
        .send = send_request,
    };
}

static bool is_change(const struct arg *arg)
{
    return arg->place == BODY || arg->place == VARS || arg->place == MERGE;
}

// Values that no request could carry are refused before the first one is sent.
static bool judge_forms(struct tool_call *call, struct err *err)
{
    for (const struct arg *arg = call->tool->args; arg && arg->name; arg++) {
        json_t *given = call_arg(call, arg->name);
        if (arg_required(arg) && json_is_string(given) && !str_trim(dom_text(given)).n)
            return err_set(err, ERR_TOOL_ARGUMENTS, "%s is required", arg->name);
        JSON_AUTO *value = given && arg->as ? arg->as(call, arg, given, err) : NULL;
        if (!value && err->code != ERR_NONE)
            return false;
    }
    return true;
}

// An update that says nothing to change would write an empty record: refused before anything is
// sent.
static bool judge_update(const struct tool_call *call, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT(4096);
    if (!call->tool->needs_change)
        return true;
    for (const struct arg *arg = call->tool->args; arg && arg->name; arg++) {
        if (!is_change(arg))
            continue;
        if (call_arg(call, arg->name))
            return true;
        buf_addf(&names, "%s%s", names.n ? ", " : "", arg->name);
    }

    return err_set(err, ERR_TOOL_ARGUMENTS, "Nothing to change: give at least one of %s.",
                   buf_cstr(&names));
}

static bool send_all(struct running *r, json_t **ret_answer, struct err *err)
{
    const struct tool *tool = r->offered->tool;
    err->code = ERR_NONE;
    err->text[0] = '\0';
    return judge_update(&r->call, err) && (!tool->prepare || tool->prepare(&r->call, err)) &&
           judge_forms(&r->call, err) && send_steps(r, ret_answer, err);
}

static void end_call(struct running *r, bool ok, const struct err *err, struct str *ret_error)
{
    for (size_t i = 0; i < STEPS_MAX; i++)
        json_decref(r->answers[i]);
    if (!ok)
        *ret_error = r->error.n ? r->error : arena_str(r->call.arena, err_text(err));
}

bool run_tool(const struct offered *o, struct mcp_call *mcp, json_t *args, json_t **ret,
              json_t **ret_more, struct err *err, struct str *ret_error)
{
    struct running r;
    JSON_AUTO *answer = NULL;
    prepare_call(&r, o, mcp, args);
    bool ok =
        send_all(&r, &answer, err) && shape(&r.call, o->service, model_of(&r), answer, ret, err);
    if (ok && ret_more)
        *ret_more = more_of(&r.call, answer);
    end_call(&r, ok, err, ret_error);
    return ok;
}

// *ret: the requests that would be sent.
static bool run_dry(const struct offered *o, struct mcp_call *mcp, json_t *args, json_t **ret,
                    struct str *ret_error)
{
    struct running r;
    struct dry_run dry;
    struct err err;
    JSON_AUTO *answer = NULL;
    prepare_call(&r, o, mcp, args);
    dry_run_begin(&dry);
    r.dry = &dry;
    bool ok = send_all(&r, &answer, &err);
    *ret = ok ? json_incref(dry.requests) : NULL;
    end_call(&r, ok, &err, ret_error);
    dry_run_end(&dry);
    return ok;
}

// --- the result ---

static void give_error(const struct offered *o, struct mcp_call *mcp, struct str cause)
{
    struct str text = arena_printf(mcp_arena(mcp), "Error executing tool %s: " STR_FMT,
                                   o->tool->name, STR_ARG(cause));
    mcp_result(mcp, text, STR_NONE, true);
}

static bool is_dry(const struct offered *o, struct mcp_call *mcp, const json_t *args)
{
    return tool_changes(o->tool) &&
           (o->serve->config.dry_run || dom_bool(args, arg_dry_run.name, false) ||
            serve_bounded(o, mcp, MAY_DRY_RUN));
}

// The structure fits the output schemas that there are: they take more members, and ask for these.
static struct outcome give_dry(const struct offered *o, struct mcp_call *mcp, json_t *args)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(ENCODE_MAX), structured = BUF_INIT(ENCODE_MAX);
    JSON_AUTO *requests = NULL;
    struct str cause;
    if (!run_dry(o, mcp, args, &requests, &cause)) {
        give_error(o, mcp, cause);
        return (struct outcome){ .word = "dry run failed", .detail = cause };
    }
    JSON_AUTO *whole = json_pack("{s:b, s:b, s:s, s:O}", "dry_run", 1, "success", 0, "message",
                                 DRY_RUN_NOTICE, "requests", requests);
    buf_adds(&text, DRY_RUN_NOTICE "\n");
    json_add_indented(&text, requests);
    json_add_compact(&structured, whole);
    if (!buf_ok(&text) || !buf_ok(&structured)) {
        give_error(o, mcp, STR("the requests are too large to be shown; nothing was changed"));
        return (struct outcome){ .word = "dry run failed", .detail = STR("result too large") };
    }
    mcp_result(mcp, buf_str(&text), buf_str(&structured), false);
    return (struct outcome){ .word = "dry run" };
}

static struct outcome run_judged(const struct offered *o, struct mcp_call *mcp, const json_t *given,
                                 json_t *args)
{
    struct err err;
    struct str cause = STR_NONE;
    JSON_AUTO *value = NULL;
    JSON_AUTO *more = NULL;
    if (is_dry(o, mcp, args))
        return give_dry(o, mcp, args);
    const char *unconfirmed = o->tool->risk == DELETES ? confirm(o, mcp, given, args) : NULL;
    if (unconfirmed)
        return (struct outcome){ .word = unconfirmed };
    if (!run_tool(o, mcp, args, &value, &more, &err, &cause)) {
        give_error(o, mcp, cause);
        return (struct outcome){ .word = "error", .detail = cause };
    }
    if (!o->serve->config.no_clean)
        clean_tree(&value);
    struct str query = tool_has_query(o->tool) ? dom_str(args, "query") : STR_NONE;
    return give_result(o, mcp, query, value, more);
}

void run_call(struct mcp_call *mcp, void *ctx)
{
    run_with(ctx, mcp, mcp_arguments(mcp));
}

// As the semantic conventions for MCP name a call of a tool.
static void begin_span(const struct offered *o, struct mcp_call *mcp, struct span *ret)
{
    char name[SPAN_NAME_MAX + 1];
    snprintf(name, sizeof(name), "tools/call %s", o->tool->name);
    span_begin(ret, o->serve->config.tracer, mcp_traceparent(mcp), name, SPAN_SERVER);
    span_text(ret, "mcp.method.name", STR("tools/call"));
    span_text(ret, "gen_ai.tool.name", str_c(o->tool->name));
    span_text(ret, "mcp.client.name", mcp_client_name(mcp));
    span_text(ret, "zscaler_mcp.request", mcp_request_id(mcp));
}

void run_with(const struct offered *o, struct mcp_call *mcp, const json_t *given)
{
    int64_t began = clock_mono_ms();
    JSON_AUTO *args = NULL;
    struct err err;
    struct str cause = STR_NONE;
    struct outcome outcome = { .word = "refused" };
    struct span span;
    begin_span(o, mcp, &span);
    running_span = &span;
    if (args_judge(o->tool, given, mcp_arena(mcp), &args, &cause, &err))
        outcome = run_judged(o, mcp, given, args);
    else
        give_error(o, mcp, cause);
    // What is wrong with arguments is told with their values: the log gets the first line, without.
    struct str rest = cause, first = str_cut(&rest, '\n');
    if (!outcome.detail.n)
        outcome.detail = first;
    tool_audit(o, mcp, given, &outcome, began);
    running_span = NULL;
    span_text(&span, "zscaler_mcp.outcome", str_c(outcome.word));
    span_end(&span, strcmp(outcome.word, "error") == 0);
}
