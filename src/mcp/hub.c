// SPDX-License-Identifier: MIT
// Who listens to changes: subscriptions of the modern era, streams of the legacy one, and what
// legacy sessions have set (log level, watched resources), which lives in this process alone.
#include "base/mem.h"
#include "base/table.h"
#include "mcp/internal.h"

#define SESSIONS_MAX 4096 // whose settings are remembered
#define FILTER_MAX   (64u * 1024)
#define DONE_MAX     (16u * 1024)

static const struct {
    const char *member, *method;
} lists[] = {
    [MCP_TOOLS] = { "toolsListChanged", "notifications/tools/list_changed" },
    [MCP_PROMPTS] = { "promptsListChanged", "notifications/prompts/list_changed" },
    [MCP_RESOURCES] = { "resourcesListChanged", "notifications/resources/list_changed" },
};

// What a legacy session has set.
struct notes {
    enum mcp_level level;
    json_t *uris; // an object with the watched URIs as keys
};

static void notes_free(void *p)
{
    struct notes *n = p;
    json_decref(n->uris);
    free(n);
}

void mcp_hub_init(struct hub *hub)
{
    *hub = (struct hub){ .notes = table_new(SESSIONS_MAX, notes_free) };
    pthread_mutex_init(&hub->lock, NULL);
}

void mcp_hub_release(struct hub *hub)
{
    while (hub->first) {
        struct listener *l = hub->first;
        hub->first = l->next;
        mcp_listener_free(l);
    }
    table_free(hub->notes);
    pthread_mutex_destroy(&hub->lock);
}

static struct str copy(struct str s)
{
    return s.n ? str_of(str_dup(s), s.n) : STR_NONE;
}

static void free_text(struct str s)
{
    free((char *)(uintptr_t)s.p);
}

static void free_texts(struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free_text(list[i]);
    free(list);
}

struct listener *mcp_listener_new(struct mcp_server *s, struct str scope, struct str id)
{
    struct listener *l = mem_zalloc(1, sizeof(*l));
    l->server = s;
    l->scope = copy(scope);
    l->id = copy(id);
    return l;
}

void mcp_listener_free(struct listener *l)
{
    free_text(l->scope);
    free_text(l->id);
    free_texts(l->uris, l->uri_count);
    free_texts(l->tasks, l->task_count);
    free(l);
}

bool mcp_hub_add(struct hub *hub, struct listener *l)
{
    pthread_mutex_lock(&hub->lock);
    bool alive = !l->gone;
    if (alive) {
        l->next = hub->first;
        if (l->next)
            l->next->previous = l;
        hub->first = l;
        l->linked = true;
    }
    pthread_mutex_unlock(&hub->lock);
    return alive;
}

// Under lock.
static void unlink_one(struct hub *hub, struct listener *l)
{
    if (l->next)
        l->next->previous = l->previous;
    if (l->previous)
        l->previous->next = l->next;
    else
        hub->first = l->next;
    l->linked = false;
}

static void end(struct listener *l)
{
    if (l->end)
        l->end(l->ctx);
    mcp_listener_free(l);
}

void mcp_hub_gone(struct hub *hub, struct listener *l)
{
    pthread_mutex_lock(&hub->lock);
    bool ours = l->linked;
    l->gone = true;
    if (ours)
        unlink_one(hub, l);
    pthread_mutex_unlock(&hub->lock);
    if (ours)
        end(l);
}

// --- messages ---

static void begin(struct json_writer *w, struct buf *out, const char *method,
                  const struct listener *l)
{
    jw_init(w, out);
    jw_object(w);
    jw_kv_c(w, "jsonrpc", "2.0");
    jw_kv_c(w, "method", method);
    jw_key(w, "params");
    jw_object(w);
    if (!l->id.n)
        return;
    /*= mcp-2026-07-28 basic/patterns/subscriptions "The value is the JSON-RPC ID of the
     * subscriptions/listen request." */
    jw_key(w, "_meta");
    jw_object(w);
    jw_kv_raw(w, "io.modelcontextprotocol/subscriptionId", l->id);
    jw_object_end(w);
}

static void send(struct listener *l, struct json_writer *w)
{
    jw_object_end(w);
    jw_object_end(w);
    if (buf_ok(w->out))
        l->send(l->ctx, buf_str(w->out));
}

// --- changes ---

struct change {
    enum mcp_what list;
    struct str uri;        // a resource that changed; .p NULL: a list did
    struct str task, body; // a task that changed and its members; .p NULL: none
    struct str scope;      // … of this legacy session; empty: of the modern era
};

static bool is_among(const struct str *list, size_t count, struct str s)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(list[i], s))
            return true;
    return false;
}

static bool watches(const struct hub *hub, struct str scope, struct str uri)
{
    const struct notes *n = table_get(hub->notes, scope);
    return n && json_object_getn(n->uris, uri.p, uri.n);
}

static bool concerns(const struct hub *hub, const struct listener *l, const struct change *change)
{
    if (change->scope.n)
        return !l->id.n && str_eq(l->scope, change->scope);
    if (change->task.p)
        return is_among(l->tasks, l->task_count, change->task);
    if (!change->uri.p)
        return l->lists & 1u << change->list;
    return l->id.n ? is_among(l->uris, l->uri_count, change->uri)
                   : watches(hub, l->scope, change->uri);
}

static void tell(struct listener *l, const struct change *change)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_REPLY_MAX);
    struct json_writer w;
    begin(&w, &out,
          change->scope.n  ? "notifications/tasks/status"
          : change->task.p ? "notifications/tasks"
          : change->uri.p  ? "notifications/resources/updated"
                           : lists[change->list].method,
          l);
    if (change->uri.p)
        jw_kv(&w, "uri", change->uri);
    if (!change->task.p)
        return send(l, &w);
    if (l->id.n)
        buf_addc(&out, ',');
    buf_add(&out, change->body);
    buf_adds(&out, "}}");
    if (buf_ok(&out))
        l->send(l->ctx, buf_str(&out));
}

/*= mcp-2025-11-25 basic/transports "it MUST NOT broadcast the same message across multiple streams"
 */
static bool has_later(const struct hub *hub, const struct listener *l)
{
    if (l->id.n || !l->scope.n)
        return false;
    for (const struct listener *o = hub->first; o != l; o = o->next)
        if (!o->id.n && str_eq(o->scope, l->scope))
            return true;
    return false;
}

static void tell_all(struct hub *hub, const struct change *change)
{
    pthread_mutex_lock(&hub->lock);
    for (struct listener *l = hub->first; l; l = l->next)
        if (concerns(hub, l, change) && !has_later(hub, l))
            tell(l, change);
    pthread_mutex_unlock(&hub->lock);
}

void mcp_changed(struct mcp_server *s, enum mcp_what list)
{
    tell_all(&s->hub, &(struct change){ .list = list });
}

void mcp_updated(struct mcp_server *s, struct str uri)
{
    tell_all(&s->hub, &(struct change){ .uri = uri });
}

void mcp_hub_task(struct hub *hub, struct str scope, struct str task_id, struct str task)
{
    tell_all(hub, &(struct change){ .task = task_id, .body = task, .scope = scope });
}

// --- the end of subscriptions ---

// Takes off all of the scope (.p NULL: every one) with that id (.p NULL: every one).
static struct listener *take_off(struct hub *hub, struct str scope, struct str id)
{
    struct listener *taken = NULL;
    pthread_mutex_lock(&hub->lock);
    for (struct listener *l = hub->first, *next; l; l = next) {
        next = l->next;
        if ((scope.p && !str_eq(l->scope, scope)) || (id.p && !str_eq(l->id, id)))
            continue;
        unlink_one(hub, l);
        l->next = taken;
        taken = l;
    }
    pthread_mutex_unlock(&hub->lock);
    return taken;
}

void mcp_hub_cancel(struct hub *hub, struct str scope, struct str id)
{
    for (struct listener *l = take_off(hub, scope, id), *next; l; l = next) {
        next = l->next;
        end(l);
    }
}

/*= mcp-2026-07-28 basic/patterns/subscriptions "it SHOULD respond to the original
 * subscriptions/listen request with a completion result before closing the stream" */
void mcp_server_hang_up(struct mcp_server *s)
{
    for (struct listener *l = take_off(&s->hub, STR_NONE, STR_NONE), *next; l; l = next) {
        CLEANUP(buf_release) struct buf out = BUF_INIT(DONE_MAX);
        next = l->next;
        buf_addf(&out,
                 "{\"jsonrpc\":\"2.0\",\"id\":" STR_FMT
                 ",\"result\":{\"resultType\":\"complete\",\"_meta\":"
                 "{\"io.modelcontextprotocol/subscriptionId\":" STR_FMT "}}}",
                 STR_ARG(l->id), STR_ARG(l->id));
        if (l->id.n && buf_ok(&out))
            l->send(l->ctx, buf_str(&out));
        end(l);
    }
}

// --- subscriptions/listen ---

static struct str *texts(const json_t *array, size_t *ret_count)
{
    size_t n = json_array_size(array);
    struct str *all = mem_zalloc(n + 1, sizeof(*all));
    for (size_t i = 0; i < n; i++)
        all[i] = copy(dom_text(json_array_get(array, i)));
    *ret_count = n;
    return all;
}

static void read_filter(struct request *r, struct listener *l, const json_t *filter)
{
    bool changes = r->server->config.changes;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (changes && dom_bool(filter, lists[i].member, false))
            l->lists |= 1u << i;
    if (changes)
        l->uris = texts(dom_get(filter, "resourceSubscriptions"), &l->uri_count);
    l->tasks = texts(dom_get(filter, "taskIds"), &l->task_count);
}

static void put_texts(struct json_writer *w, const char *key, const struct str *list, size_t n)
{
    if (n == 0)
        return;
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < n; i++)
        jw_str(w, list[i]);
    jw_array_end(w);
}

static void acknowledge(struct listener *l)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_BODY_MAX);
    struct json_writer w;
    begin(&w, &out, "notifications/subscriptions/acknowledged", l);
    jw_key(&w, "notifications");
    jw_object(&w);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (l->lists & 1u << i)
            jw_kv_bool(&w, lists[i].member, true);
    put_texts(&w, "resourceSubscriptions", l->uris, l->uri_count);
    put_texts(&w, "taskIds", l->tasks, l->task_count);
    jw_object_end(&w);
    send(l, &w);
}

static bool filter_ok(struct request *r, const json_t *filter)
{
    const char *problem = NULL;
    if (!json_is_object(filter))
        problem = "subscriptions/listen needs an object notifications";
    else if (json_array_size(dom_get(filter, "resourceSubscriptions")) > LISTEN_URIS_MAX ||
             json_array_size(dom_get(filter, "taskIds")) > LISTEN_URIS_MAX)
        problem = "a subscription has at most 256 resources and 256 tasks";
    else if (!r->channel.hold)
        problem = "subscriptions need an event stream: accept text/event-stream";
    if (problem)
        rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, str_c(problem));
    return !problem;
}

void mcp_method_listen(struct request *r)
{
    JSON_AUTO *filter = NULL;
    struct err err;
    const struct value *given = &r->msg->notifications;
    if (given->type == SCAN_OBJECT && !dom_parse_object(given->raw, &filter, &err))
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, err_text(&err));
    if (!filter_ok(r, filter))
        return;
    /*= sep-2663 Protocol-Errors "Servers MUST return this error for non-declaring clients
     * requesting task notifications on subscriptions/listen." */
    if (dom_get(filter, "taskIds") && !mcp_tasks_declared(r))
        return mcp_tasks_undeclared(r);
    struct listener *l = mcp_listener_new(r->server, r->scope, r->msg->id);
    read_filter(r, l, filter);
    if (!mcp_tasks_are_own(r, l->tasks, l->task_count)) {
        mcp_listener_free(l);
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, STR("taskIds names no task"));
    }
    r->held = r->channel.hold(r->channel.ctx, l);
    if (!r->held)
        mcp_listener_free(l);
}

void mcp_listener_start(struct listener *l)
{
    if (l->id.n)
        acknowledge(l);
    if (!mcp_hub_add(&l->server->hub, l))
        end(l);
}

// --- what legacy sessions set ---

static struct notes *notes_of(struct hub *hub, struct str scope)
{
    struct notes *n = table_get(hub->notes, scope);
    if (n)
        return n;
    n = mem_zalloc(1, sizeof(*n));
    n->level = MCP_INFO;
    n->uris = json_object();
    table_put(hub->notes, scope, n);
    return n;
}

void mcp_method_set_level(struct request *r)
{
    struct hub *hub = &r->server->hub;
    enum mcp_level level;
    /*= mcp-2025-11-25 server/utilities/logging "Invalid log level: -32602 (Invalid params)" */
    if (!mcp_level_of(rpc_value_text(&r->msg->level, r->arena), &level))
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE,
                         STR("level must be one of debug, info, notice, warning, error, critical, "
                             "alert, emergency"));
    if (r->scope.n) {
        pthread_mutex_lock(&hub->lock);
        notes_of(hub, r->scope)->level = level;
        pthread_mutex_unlock(&hub->lock);
    }
    rpc_result(r, STR("{}"));
}

enum mcp_level mcp_hub_level(struct hub *hub, struct str scope)
{
    pthread_mutex_lock(&hub->lock);
    const struct notes *n = scope.n ? table_get(hub->notes, scope) : NULL;
    enum mcp_level level = n ? n->level : MCP_INFO;
    pthread_mutex_unlock(&hub->lock);
    return level;
}

bool mcp_hub_watch(struct hub *hub, struct str scope, struct str uri, bool on)
{
    if (!scope.n)
        return false;
    pthread_mutex_lock(&hub->lock);
    struct notes *n = notes_of(hub, scope);
    bool room = !on || json_object_size(n->uris) < LISTEN_URIS_MAX;
    if (on && room)
        json_object_setn_new(n->uris, uri.p, uri.n, json_true());
    else if (!on)
        json_object_deln(n->uris, uri.p, uri.n);
    pthread_mutex_unlock(&hub->lock);
    return room;
}
