// SPDX-License-Identifier: MIT
// What clients ask of tasks: the extension's methods, and those of 2025-11-25.
#include "mcp/tasks_int.h"

#define LISTED_MAX 100 // on one page, where the server sets no size

bool mcp_tasks_declared(const struct request *r)
{
    struct str all = r->peer.capabilities;
    struct value extensions = rpc_value_member(all, STR("extensions"));
    return r->peer.era == MCP_MODERN && extensions.type == SCAN_OBJECT &&
           rpc_value_member(extensions.raw, STR(TASKS_EXTENSION)).type == SCAN_OBJECT;
}

bool mcp_task_asked(const struct request *r)
{
    if (r->peer.era == MCP_MODERN)
        return mcp_tasks_declared(r);
    return r->msg->task.type == SCAN_OBJECT && str_is(r->peer.version, MCP_VERSION_LATEST) &&
           mcp_server_has_tasks(r->server);
}

void mcp_tasks_undeclared(struct request *r)
{
    rpc_error(
        r, ERR_RPC_MISSING_CAPABILITY,
        STR("{\"requiredCapabilities\":{\"extensions\":{\"" TASKS_EXTENSION "\":{}}}}"),
        STR("This needs the extension " TASKS_EXTENSION ", which the client did not declare"));
}

// The task with the lock held; NULL: the lock is not held and an error was answered.
static struct task *enter(struct request *r)
{
    struct tasks *tasks = &r->server->tasks;
    if (r->peer.era == MCP_MODERN && !mcp_tasks_declared(r)) {
        mcp_tasks_undeclared(r);
        return NULL;
    }
    struct str id = rpc_value_text(&r->msg->task_id, r->arena);
    pthread_mutex_lock(&tasks->lock);
    mcp_tasks_sweep(tasks);
    struct task *t = mcp_task_find(r, id);
    if (t)
        return t;
    pthread_mutex_unlock(&tasks->lock);
    rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, STR("Task not found"));
    return NULL;
}

static void acknowledge(struct request *r)
{
    rpc_begin(r);
    buf_add(r->out, STR("{\"resultType\":\"complete\","));
    buf_add(r->out, r->server->meta);
    buf_addc(r->out, '}');
    rpc_end(r);
}

// A response counts once, for a question that is open, if it fits.
static void take_response(struct task *t, const char *key, json_t *response)
{
    json_t *request = dom_get(t->wanted, key);
    if (!request)
        return;
    CLEANUP(buf_release) struct buf params = BUF_INIT(MCP_BODY_MAX);
    json_add_compact(&params, dom_get(request, "params"));
    const struct mcp_question q = {
        .key = key,
        .method = json_string_value(dom_get(request, "method")),
        .params = buf_str(&params),
    };
    if (!mcp_answer_fits(&q, response))
        return;
    dom_set(t->answers, key, json_incref(response));
    json_object_del(t->wanted, key);
}

void mcp_method_tasks_update(struct request *r)
{
    JSON_AUTO *responses = NULL;
    struct err err;
    const struct value *given = &r->msg->input_responses;
    struct task *t = enter(r);
    if (!t)
        return;
    bool ok = given->type == SCAN_OBJECT && dom_parse_object(given->raw, &responses, &err);
    const char *key;
    json_t *response;
    json_object_foreach(responses, key, response) take_response(t, key, response);
    pthread_cond_broadcast(&r->server->tasks.told);
    pthread_mutex_unlock(&r->server->tasks.lock);
    if (!ok)
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
                         STR("tasks/update needs an object inputResponses"));
    acknowledge(r);
}

// The task as it is; the lock is held, and left.
static void answer_task(struct request *r, const struct task *t)
{
    rpc_begin(r);
    buf_addc(r->out, '{');
    mcp_result_head(r);
    mcp_task_render(t, r->out);
    pthread_mutex_unlock(&r->server->tasks.lock);
    buf_addc(r->out, '}');
    rpc_end(r);
}

void mcp_method_tasks_get(struct request *r)
{
    struct task *t = enter(r);
    if (t)
        answer_task(r, t);
}

/*= mcp-2025-11-25 basic/utilities/tasks "If a task is retrievable via tasks/get for a requestor, it
 * MUST be retrievable via tasks/list for that requestor." */
void mcp_method_tasks_list(struct request *r)
{
    struct tasks *tasks = &r->server->tasks;
    size_t room = r->server->config.page_size ? r->server->config.page_size : LISTED_MAX;
    uint64_t before, last = 0;
    if (!mcp_cursor_read(r, "tasks", &before))
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, STR("Invalid cursor"));
    rpc_begin(r);
    buf_adds(r->out, "{\"tasks\":[");
    pthread_mutex_lock(&tasks->lock);
    mcp_tasks_sweep(tasks);
    const struct task *t = tasks->first; // the latest
    for (; t; t = t->next) {
        if (!mcp_task_is_of(t, r) || (before && t->number >= before))
            continue;
        if (room-- == 0)
            break;
        buf_adds(r->out, last ? ",{" : "{");
        mcp_task_render(t, r->out);
        buf_addc(r->out, '}');
        last = t->number;
    }
    pthread_mutex_unlock(&tasks->lock);
    buf_addc(r->out, ']');
    if (t) {
        buf_adds(r->out, ",\"nextCursor\":");
        mcp_cursor_add(r->out, "tasks", last);
    }
    buf_addc(r->out, '}');
    rpc_end(r);
}

/*= mcp-2025-11-25 basic/utilities/tasks "Receivers MUST reject cancellation requests for tasks
 * already in a terminal status (completed, failed, or cancelled) with error code -32602 (Invalid
 * params)." */
static void cancel_legacy(struct request *r, struct task *t)
{
    if (mcp_task_is_over(t)) {
        pthread_mutex_unlock(&r->server->tasks.lock);
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, STR("The task is over already"));
    }
    mcp_task_cancel(&r->server->tasks, t);
    if (!mcp_task_is_over(t))
        mcp_task_touch(t, TASK_CANCELLED);
    answer_task(r, t);
}

void mcp_method_tasks_cancel(struct request *r)
{
    struct task *t = enter(r);
    if (!t)
        return;
    if (mcp_task_is_legacy(t))
        return cancel_legacy(r, t);
    mcp_task_cancel(&r->server->tasks, t);
    pthread_mutex_unlock(&r->server->tasks.lock);
    acknowledge(r);
}

// --- tasks/result ---

#define WAITING_MAX 16 // requests for results that wait at once

// One request that waits.
struct wait {
    struct request *r;
    bool over; // under lock: its client has left
};

static void wake(void *arg)
{
    struct wait *wait = arg;
    struct tasks *tasks = &wait->r->server->tasks;
    pthread_mutex_lock(&tasks->lock);
    wait->over = true;
    pthread_cond_broadcast(&tasks->told);
    pthread_mutex_unlock(&tasks->lock);
}

// Without the lock.
static void watch_client(struct wait *wait)
{
    if (wait->r->hang_up && !cancel_hook(wait->r->hang_up, wake, wait))
        wake(wait);
}

static void watch_no_more(struct wait *wait)
{
    if (wait->r->hang_up)
        cancel_hook(wait->r->hang_up, NULL, NULL);
}

/*= mcp-2025-11-25 basic/utilities/tasks "The receiver MUST include the
 * io.modelcontextprotocol/related-task metadata in the request to associate it with the task." */
static struct str related(struct arena *arena, const struct task *t, const json_t *request)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_BODY_MAX);
    JSON_AUTO *params = json_copy(dom_get(request, "params"));
    dom_set(params, "_meta",
            json_pack("{s:{s:s}}", "io.modelcontextprotocol/related-task", "taskId", t->id));
    json_add_compact(&text, params);
    return arena_str(arena, buf_str(&text));
}

// Under lock: the open questions.
static struct mcp_question *questions_of(struct arena *arena, const struct task *t, size_t *ret_n)
{
    struct mcp_question *all = arena_alloc(arena, (json_object_size(t->wanted) + 1) * sizeof(*all));
    const char *key;
    json_t *request;
    *ret_n = 0;
    json_object_foreach(t->wanted, key, request)
    {
        all[(*ret_n)++] = (struct mcp_question){
            .key = arena_cstr(arena, str_c(key)),
            .method = arena_cstr(arena, dom_str(request, "method")),
            .params = related(arena, t, request),
        };
    }
    return all;
}

// Puts the task's questions to the client that waits for its result. Under lock, which is left
// meanwhile. What is not answered ends the task, unless the client has left.
static void ask_for(struct wait *wait, struct task *t)
{
    struct request *r = wait->r;
    struct tasks *tasks = &r->server->tasks;
    struct mcp_call c = { .request = r, .kind = CALL_TOOL, .tool = t->call.tool };
    bool answered = false;
    size_t n;
    struct mcp_question *questions = questions_of(r->arena, t, &n);
    t->asking = true;
    pthread_mutex_unlock(&tasks->lock);
    watch_no_more(wait); // the call looks after that now
    mcp_call_open(&c);
    mcp_pending_ask(&c, questions, n, &answered);
    bool left = mcp_call_close(&c);
    watch_client(wait);
    pthread_mutex_lock(&tasks->lock);
    t->asking = false;
    for (size_t i = 0; answered && i < n; i++)
        take_response(t, questions[i].key, dom_get(c.answers, questions[i].key));
    pthread_cond_broadcast(&tasks->told);
    if (!answered && !left)
        mcp_task_cancel(tasks, t);
    mcp_call_release(&c);
}

// What the request would have been answered, with the task's id.
static void answer_result(struct request *r, const struct task *t)
{
    // A cancelled one may still be writing.
    if (t->status == TASK_CANCELLED)
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, STR("The task was cancelled"));
    struct str out = buf_str(&t->out);
    struct value result = rpc_value_member(out, STR("result"));
    struct value error = rpc_value_member(out, STR("error"));
    if (error.type) {
        buf_reset(r->out);
        buf_addf(r->out, "{\"jsonrpc\":\"2.0\",\"id\":" STR_FMT ",\"error\":" STR_FMT "}",
                 STR_ARG(r->msg->id), STR_ARG(error.raw));
        r->status = 200;
        return;
    }
    rpc_begin(r);
    buf_addf(r->out, "{\"_meta\":{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"%s\"}},",
             t->id);
    buf_add(r->out, str_slice(result.raw, 1, result.raw.n));
    rpc_end(r);
}

static bool wait_for(struct wait *wait, struct task *t)
{
    struct tasks *tasks = &wait->r->server->tasks;
    while (!mcp_task_is_over(t) && !wait->over) {
        if (t->status == TASK_INPUT_REQUIRED && !t->asking && json_object_size(t->wanted))
            ask_for(wait, t);
        else
            pthread_cond_wait(&tasks->told, &tasks->lock);
    }
    return mcp_task_is_over(t);
}

/*= mcp-2025-11-25 basic/utilities/tasks "it MUST block the response until the task reaches a
 * terminal status" */
void mcp_method_tasks_result(struct request *r)
{
    struct tasks *tasks = &r->server->tasks;
    struct wait wait = { .r = r };
    struct task *t = enter(r);
    if (!t)
        return;
    bool room = mcp_task_is_over(t) || tasks->waiting < WAITING_MAX;
    t->refs++;
    tasks->waiting++;
    pthread_mutex_unlock(&tasks->lock);
    watch_client(&wait);
    pthread_mutex_lock(&tasks->lock);
    if (!room)
        rpc_error(r, ERR_BUSY, STR_NONE, STR("Too many requests wait for results; poll tasks/get"));
    else if (wait_for(&wait, t))
        answer_result(r, t);
    t->refs--;
    tasks->waiting--;
    pthread_mutex_unlock(&tasks->lock);
    watch_no_more(&wait);
}
