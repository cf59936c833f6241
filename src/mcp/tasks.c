// SPDX-License-Identifier: MIT
// The tasks extension: a call that goes on after its request was answered. A task lives in this
// process, runs on a thread of its own pool, and is seen by the person alone whose call it was.
#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/work.h"
#include "mcp/tasks_int.h"

#define TASK_ID_BYTES 16
#define TASK_TTL_S    3600
#define RUNNING_MAX   32   // unfinished at once
#define KEPT_MAX      1024 // finished and unfinished; the oldest finished goes first
#define POLL_MS       500
#define MESSAGE_MAX   4096
#define CAPABILITY    "extensions." TASKS_EXTENSION

static const char *const status_names[] = { "working", "input_required", "completed", "failed",
                                            "cancelled" };

void mcp_tasks_init(struct tasks *t)
{
    *t = (struct tasks){ .first = NULL };
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->told, NULL);
}

static void task_free(struct task *t)
{
    const struct mcp_config *config = &t->request.server->config;
    if (config->drop_principal && t->request.principal)
        config->drop_principal(t->request.principal);
    cancel_release(&t->call.cancel);
    buf_release(&t->message);
    buf_release(&t->out);
    json_decref(t->wanted);
    json_decref(t->answers);
    arena_free(t->arena);
    free(t);
}

bool mcp_task_is_over(const struct task *t)
{
    return t->status >= TASK_COMPLETED;
}

bool mcp_task_is_legacy(const struct task *t)
{
    return t->request.peer.era == MCP_LEGACY;
}

// As long as the server keeps tasks; 2025-11-25 lets the client ask for less.
static int64_t ttl_of(const struct request *r)
{
    int s = r->server->config.task_ttl_s;
    int64_t most = (int64_t)(s ? s : TASK_TTL_S) * 1000, asked;
    struct value ttl = r->msg->task.type == SCAN_OBJECT
                           ? rpc_value_member(r->msg->task.raw, STR("ttl"))
                           : (struct value){ .type = SCAN_ERROR };
    bool less = ttl.type == SCAN_NUMBER && str_to_i64(ttl.raw, &asked) && asked > 0 && asked < most;
    return r->peer.era == MCP_LEGACY && less ? asked : most;
}

// --- what a task looks like ---

static void put_time(struct json_writer *w, const char *key, int64_t when)
{
    char text[21];
    clock_iso(when, text);
    jw_kv_c(w, key, text);
}

// What the thread writes is read once it is over, not before.
static struct str written(const struct task *t, const char *member)
{
    return rpc_value_member(buf_str(&t->out), str_c(member)).raw;
}

static void put_outcome(struct json_writer *w, const struct task *t)
{
    if (mcp_task_is_legacy(t))
        return; // asked for with tasks/result
    if (t->status == TASK_INPUT_REQUIRED)
        jw_kv_tree(w, "inputRequests", t->wanted);
    else if (t->status == TASK_COMPLETED)
        jw_kv_raw(w, "result", written(t, "result"));
    else if (t->status == TASK_FAILED)
        jw_kv_raw(w, "error", written(t, "error"));
}

// The members, without braces. Under lock.
void mcp_task_render(const struct task *t, struct buf *out)
{
    CLEANUP(buf_release) struct buf all = BUF_INIT(MCP_REPLY_MAX);
    struct json_writer w;
    jw_init(&w, &all);
    jw_object(&w);
    jw_kv_c(&w, "taskId", t->id);
    jw_kv_c(&w, "status", status_names[t->status]);
    if (t->message.n)
        jw_kv(&w, "statusMessage", buf_str(&t->message));
    put_time(&w, "createdAt", t->created);
    put_time(&w, "lastUpdatedAt", t->updated);
    jw_kv_int(&w, mcp_task_is_legacy(t) ? "ttl" : "ttlMs", t->ttl_ms);
    jw_kv_int(&w, mcp_task_is_legacy(t) ? "pollInterval" : "pollIntervalMs", POLL_MS);
    put_outcome(&w, t);
    jw_object_end(&w);
    out->overflow |= all.overflow;
    buf_add(out, str_slice(buf_str(&all), 1, all.n ? all.n - 1 : 0));
}

void mcp_task_touch(struct task *t, enum task_status status)
{
    t->status = status;
    t->updated = clock_now();
}

// To those who listen; without the lock.
void mcp_task_tell(struct task *t)
{
    struct mcp_server *s = t->request.server;
    CLEANUP(buf_release) struct buf body = BUF_INIT(MCP_REPLY_MAX);
    pthread_mutex_lock(&s->tasks.lock);
    mcp_task_render(t, &body);
    pthread_mutex_unlock(&s->tasks.lock);
    bool heard = !mcp_task_is_legacy(t) || t->request.scope.n;
    if (heard && buf_ok(&body))
        mcp_hub_task(&s->hub, mcp_task_is_legacy(t) ? t->request.scope : STR_NONE, str_c(t->id),
                     buf_str(&body));
}

// --- keeping ---

static bool is_late(const struct task *t, int64_t now)
{
    return now > t->created + t->ttl_ms / 1000;
}

static void remove_at(struct tasks *tasks, struct task **at)
{
    struct task *t = *at;
    *at = t->next;
    tasks->count--;
    task_free(t);
}

// Under lock. Frees what is over and late, and the oldest that is over where there is no room.
void mcp_tasks_sweep(struct tasks *tasks)
{
    struct task **oldest = NULL;
    int64_t now = clock_now();
    for (struct task **at = &tasks->first; *at;) {
        bool free_it = mcp_task_is_over(*at) && (*at)->refs == 0;
        if (free_it && is_late(*at, now)) {
            remove_at(tasks, at);
            continue;
        }
        if (free_it)
            oldest = at;
        at = &(*at)->next;
    }
    if (oldest && tasks->count >= KEPT_MAX)
        remove_at(tasks, oldest);
}

/*= mcp-2025-11-25 basic/utilities/tasks "receivers MUST reject tasks/get, tasks/result, and
 * tasks/cancel requests for tasks that do not belong to the same authorization context as the
 * requestor" */
bool mcp_task_is_of(const struct task *t, const struct request *r)
{
    bool person = str_eq(t->request.principal_key, r->principal_key);
    // Who has no name is told from others by the session.
    bool session =
        r->principal_key.n || r->peer.era == MCP_MODERN || str_eq(t->request.scope, r->scope);
    return person && session && t->request.peer.era == r->peer.era;
}

// Under lock.
struct task *mcp_task_find(const struct request *r, struct str id)
{
    for (struct task *t = r->server->tasks.first; t; t = t->next)
        if (str_is(id, t->id) && mcp_task_is_of(t, r))
            return t;
    return NULL;
}

bool mcp_tasks_are_own(const struct request *r, const struct str *ids, size_t count)
{
    struct tasks *tasks = &r->server->tasks;
    bool all = true;
    pthread_mutex_lock(&tasks->lock);
    for (size_t i = 0; i < count; i++)
        all &= mcp_task_find(r, ids[i]) != NULL;
    pthread_mutex_unlock(&tasks->lock);
    return all;
}

// --- running ---

static void end(struct task *t)
{
    struct tasks *tasks = &t->request.server->tasks;
    bool failed = rpc_value_member(buf_str(&t->out), STR("error")).type ||
                  (mcp_task_is_legacy(t) && t->call.is_error);
    pthread_mutex_lock(&tasks->lock);
    mcp_task_touch(t, t->cancelled ? TASK_CANCELLED : failed ? TASK_FAILED : TASK_COMPLETED);
    tasks->unfinished--;
    pthread_mutex_unlock(&tasks->lock);
    mcp_task_tell(t);
    pthread_mutex_lock(&tasks->lock);
    t->refs--;
    pthread_cond_broadcast(&tasks->told);
    pthread_mutex_unlock(&tasks->lock);
}

static void run(void *arg)
{
    struct task *t = arg;
    struct mcp_call *c = &t->call;
    if (!cancel_is_set(&c->cancel))
        c->handler(c, c->ctx);
    mcp_call_write(c);
    mcp_call_release(c);
    end(t);
}

static struct message *message_copy(struct arena *arena, const struct message *m)
{
    struct batch batch;
    struct err err;
    bool ok = rpc_parse(arena_str(arena, m->text), arena, &batch, &err);
    return ok ? batch.at : NULL;
}

static const void *kept_principal(const struct request *r)
{
    const struct mcp_config *config = &r->server->config;
    return config->keep_principal && r->principal ? config->keep_principal(r->principal)
                                                  : r->principal;
}

static void copy_request(struct task *t, const struct request *r)
{
    struct arena *a = t->arena;
    t->request = (struct request){
        .server = r->server,
        .msg = message_copy(a, r->msg),
        .peer = { .era = r->peer.era,
                  .version = arena_str(a, r->peer.version),
                  .capabilities = arena_str(a, r->peer.capabilities),
                  .client_name = arena_str(a, r->peer.client_name) },
        .principal = kept_principal(r),
        .principal_key = arena_str(a, r->principal_key),
        .arena = a,
        .log_id = arena_str(a, r->log_id),
        .from = arena_str(a, r->from),
        .scope = arena_str(a, r->scope),
        .out = &t->out,
    };
}

static struct task *task_new(const struct mcp_call *c)
{
    struct task *t = mem_zalloc(1, sizeof(*t));
    random_hex(t->id, TASK_ID_BYTES);
    t->arena = arena_new();
    buf_init(&t->out, MCP_REPLY_MAX);
    buf_init(&t->message, MESSAGE_MAX);
    copy_request(t, c->request);
    t->created = t->updated = clock_now();
    t->ttl_ms = ttl_of(c->request);
    t->wanted = json_object();
    t->answers = json_object();
    t->refs = 1;
    t->call = (struct mcp_call){
        .request = &t->request,
        .kind = c->kind,
        .entry = c->entry,
        .tool = c->tool,
        .handler = c->handler,
        .ctx = c->ctx,
        .arguments = arena_str(t->arena, c->arguments),
        .tree = json_deep_copy(c->tree),
        .answers = json_deep_copy(c->answers),
        .kept = json_deep_copy(c->kept),
        .task = t,
    };
    buf_init(&t->call.content, MCP_REPLY_MAX);
    buf_init(&t->call.structured, MCP_REPLY_MAX);
    cancel_init(&t->call.cancel);
    return t;
}

static size_t running_max(const struct mcp_server *s)
{
    return s->config.tasks ? s->config.tasks : RUNNING_MAX;
}

static bool start(struct mcp_server *s, struct task *t)
{
    struct tasks *tasks = &s->tasks;
    pthread_mutex_lock(&tasks->lock);
    mcp_tasks_sweep(tasks);
    bool room = tasks->unfinished < running_max(s) && tasks->count < KEPT_MAX;
    if (room) {
        if (!tasks->pool)
            tasks->pool = work_pool_new(running_max(s), running_max(s));
        t->number = ++tasks->made;
        t->next = tasks->first;
        tasks->first = t;
        tasks->count++;
        tasks->unfinished++;
        room = work_pool_submit(tasks->pool, run, t);
        if (!room) {
            tasks->first = t->next;
            tasks->count--;
            tasks->unfinished--;
        }
    }
    pthread_mutex_unlock(&tasks->lock);
    return room;
}

/*= sep-2663 Task-Creation "A server MUST NOT return CreateTaskResult until the task is durably
 * created" */
void mcp_task_begin(struct mcp_call *c)
{
    struct request *r = c->request;
    struct task *t = task_new(c);
    CLEANUP(buf_release) struct buf body = BUF_INIT(MCP_BODY_MAX);
    mcp_task_render(t, &body);
    if (!start(r->server, t)) {
        mcp_call_release(&t->call);
        task_free(t);
        return mcp_fail(c, ERR_BUSY, "Too many tasks are unfinished; try again later");
    }
    bool legacy = r->peer.era == MCP_LEGACY;
    rpc_begin(r);
    buf_add(r->out, legacy ? STR("{\"task\":{") : STR("{\"resultType\":\"task\","));
    if (!legacy) {
        buf_add(r->out, r->server->meta);
        buf_addc(r->out, ',');
    }
    buf_add(r->out, buf_str(&body));
    buf_adds(r->out, legacy ? "}}" : "}");
    rpc_end(r);
    c->answer = ANSWER_TASK;
}

bool mcp_go_on_as_task(struct mcp_call *c)
{
    if (c->answer == ANSWER_INPUT || c->answer == ANSWER_TASK)
        return false;
    if (c->task || c->tool->task == MCP_TASK_NEVER || !mcp_task_asked(c->request))
        return true;
    mcp_task_begin(c);
    return false;
}

void mcp_task_status(struct mcp_call *c, const char *message)
{
    struct task *t = c->task;
    if (!t)
        return;
    struct tasks *tasks = &c->request->server->tasks;
    pthread_mutex_lock(&tasks->lock);
    buf_reset(&t->message);
    buf_adds(&t->message, message);
    mcp_task_touch(t, t->status);
    pthread_mutex_unlock(&tasks->lock);
    mcp_task_tell(t);
}

// --- questions of a task ---

static bool all_answered(const struct task *t, const struct mcp_question *questions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!dom_get(t->answers, questions[i].key))
            return false;
    return true;
}

static json_t *request_of(const struct mcp_question *q)
{
    json_t *params = NULL, *request = json_object();
    struct err err;
    dom_set(request, "method", json_string(q->method));
    if (!dom_parse_object(q->params.n ? q->params : STR("{}"), &params, &err))
        params = json_object();
    dom_set(request, "params", params);
    return request;
}

// Answered before the call became a task?
static void put_question(struct mcp_call *c, const struct mcp_question *q)
{
    json_t *known = dom_get(c->answers, q->key);
    if (known)
        dom_set(c->task->answers, q->key, json_incref(known));
    else
        dom_set(c->task->wanted, q->key, request_of(q));
}

bool mcp_task_ask(struct mcp_call *c, struct mcp_question *questions, size_t count)
{
    struct task *t = c->task;
    struct tasks *tasks = &c->request->server->tasks;
    pthread_mutex_lock(&tasks->lock);
    for (size_t i = 0; i < count; i++)
        put_question(c, &questions[i]);
    bool waits = !all_answered(t, questions, count);
    if (waits) {
        mcp_task_touch(t, TASK_INPUT_REQUIRED);
        pthread_cond_broadcast(&tasks->told);
    }
    pthread_mutex_unlock(&tasks->lock);
    if (waits)
        mcp_task_tell(t);
    pthread_mutex_lock(&tasks->lock);
    while (!all_answered(t, questions, count) && !t->cancelled)
        pthread_cond_wait(&tasks->told, &tasks->lock);
    bool ok = !t->cancelled;
    if (waits && ok)
        mcp_task_touch(t, TASK_WORKING);
    for (size_t i = 0; i < count; i++)
        questions[i].answer = dom_get(t->answers, questions[i].key);
    pthread_mutex_unlock(&tasks->lock);
    if (waits && ok)
        mcp_task_tell(t);
    return ok;
}

// Under lock, which is left for a moment: whoever is woken may want it.
void mcp_task_cancel(struct tasks *tasks, struct task *t)
{
    if (mcp_task_is_over(t) || t->cancelled)
        return;
    t->cancelled = true;
    t->refs++;
    pthread_cond_broadcast(&tasks->told);
    pthread_mutex_unlock(&tasks->lock);
    cancel_set(&t->call.cancel);
    pthread_mutex_lock(&tasks->lock);
    t->refs--;
}

static struct task *running(const struct tasks *tasks)
{
    struct task *t = tasks->first;
    while (t && (mcp_task_is_over(t) || t->cancelled))
        t = t->next;
    return t;
}

void mcp_tasks_release(struct tasks *tasks)
{
    struct task *t;
    pthread_mutex_lock(&tasks->lock);
    while ((t = running(tasks)))
        mcp_task_cancel(tasks, t);
    pthread_mutex_unlock(&tasks->lock);
    work_pool_free(tasks->pool);
    while (tasks->first)
        remove_at(tasks, &tasks->first);
    pthread_cond_destroy(&tasks->told);
    pthread_mutex_destroy(&tasks->lock);
}
