// SPDX-License-Identifier: MIT
#include "mcp/resume_int.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/random.h"

#define ID_BYTES    12
#define RETRY_MS    1000
#define KEEP_MS     (5 * 60 * 1000)     // after the last event
#define STREAMS_MAX 1024                // kept at once
#define BYTES_MAX   (64u * 1024 * 1024) // of all kept events
#define STREAM_MAX  (1024u * 1024)      // of those of one stream; the oldest go first
#define EVENT_MAX   (HTTP_STREAM_MAX - 1024)
#define EVENT_ID    (2 * ID_BYTES + 24)

struct event {
    struct event *next;
    uint64_t number;
    size_t n;
    char text[];
};

// One connection of a stream. Whoever takes it off ends it.
struct attached {
    struct resumable *owner;
    struct http_stream *stream;
};

struct resumable {
    // immutable
    char id[2 * ID_BYTES + 1];
    struct mcp_server *server;
    char *scope;
    size_t scope_n;
    // under the table's lock
    struct event *first, **last;
    size_t bytes;
    uint64_t count;
    bool ended;
    int64_t last_ms;
    struct attached *at; // NULL: nobody is connected
    size_t refs;         // the table, the sender, the connection
    struct resumable *next;
};

void mcp_resume_init(struct resume_table *t)
{
    *t = (struct resume_table){ .first = NULL };
    pthread_mutex_init(&t->lock, NULL);
}

static void free_events(struct resumable *r)
{
    for (struct event *e = r->first, *next; e; e = next) {
        next = e->next;
        r->server->resume.bytes -= e->n;
        free(e);
    }
}

// Under lock.
static void unref(struct resumable *r)
{
    if (--r->refs)
        return;
    free_events(r);
    free(r->scope);
    free(r);
}

static void unlock_unref(struct resumable *r)
{
    struct resume_table *t = &r->server->resume;
    unref(r);
    pthread_mutex_unlock(&t->lock);
}

void mcp_resume_release(struct resume_table *t)
{
    while (t->first) {
        struct resumable *r = t->first;
        t->first = r->next;
        unref(r);
    }
    pthread_mutex_destroy(&t->lock);
}

// Under lock. What is late goes, and while there is too much the oldest that has ended.
static void sweep(struct resume_table *t)
{
    int64_t now = clock_mono_ms();
    struct resumable **oldest = NULL;
    for (struct resumable **at = &t->first; *at;) {
        struct resumable *r = *at;
        if (r->ended && now - r->last_ms > KEEP_MS) {
            *at = r->next;
            t->count--;
            unref(r);
            continue;
        }
        if (r->ended)
            oldest = at;
        at = &r->next;
    }
    if (oldest && (t->count >= STREAMS_MAX || t->bytes > BYTES_MAX)) {
        struct resumable *r = *oldest;
        *oldest = r->next;
        t->count--;
        unref(r);
    }
}

// --- connections ---

// Under lock.
static struct attached *take_off(struct resumable *r)
{
    struct attached *at = r->at;
    r->at = NULL;
    return at;
}

// Without the lock; NULL-safe.
static void detach(struct resumable *r, struct attached *at)
{
    if (!at)
        return;
    http_stream_end(at->stream);
    pthread_mutex_lock(&r->server->resume.lock);
    unlock_unref(r);
    free(at);
}

/*= mcp-2025-11-25 basic/transports "Disconnection SHOULD NOT be interpreted as the client
 * cancelling its request." */
static void gone(void *arg)
{
    struct attached *at = arg;
    struct resumable *r = at->owner;
    pthread_mutex_lock(&r->server->resume.lock);
    bool ours = r->at == at;
    if (ours)
        r->at = NULL;
    pthread_mutex_unlock(&r->server->resume.lock);
    if (ours)
        detach(r, at);
}

static void event_id(const struct resumable *r, uint64_t number, char ret[EVENT_ID])
{
    snprintf(ret, EVENT_ID, "%s-%llu", r->id, (unsigned long long)number);
}

// Under lock: what came after that number.
static void replay(struct resumable *r, struct http_stream *stream, uint64_t after)
{
    char id[EVENT_ID];
    for (const struct event *e = r->first; e; e = e->next) {
        if (e->number <= after)
            continue;
        event_id(r, e->number, id);
        http_stream_send(stream, "message", id, str_of(e->text, e->n));
    }
}

static void attach(struct resumable *r, struct exchange *ex, uint64_t after)
{
    struct attached *at = mem_zalloc(1, sizeof(*at));
    char id[EVENT_ID];
    *at = (struct attached){ .owner = r, .stream = http_stream_begin(ex) };
    event_id(r, after, id);
    http_stream_on_gone(at->stream, gone, at);
    http_stream_prime(at->stream, id, RETRY_MS);
    pthread_mutex_lock(&r->server->resume.lock);
    struct attached *before = take_off(r);
    replay(r, at->stream, after);
    bool over = r->ended;
    if (!over)
        r->at = at;
    r->refs++;
    pthread_mutex_unlock(&r->server->resume.lock);
    detach(r, before);
    if (over)
        detach(r, at);
}

struct resumable *mcp_resumable_new(struct mcp_server *s, struct exchange *ex, struct str scope)
{
    struct resume_table *t = &s->resume;
    struct resumable *r = mem_zalloc(1, sizeof(*r));
    random_hex(r->id, ID_BYTES);
    r->server = s;
    r->scope = str_dup(scope);
    r->scope_n = scope.n;
    r->last = &r->first;
    r->refs = 1;
    pthread_mutex_lock(&t->lock);
    sweep(t);
    if (t->count < STREAMS_MAX) {
        r->refs++;
        r->next = t->first;
        t->first = r;
        t->count++;
    }
    pthread_mutex_unlock(&t->lock);
    attach(r, ex, 0);
    return r;
}

// Under lock.
static void append(struct resumable *r, struct event *e)
{
    struct resume_table *t = &r->server->resume;
    *r->last = e;
    r->last = &e->next;
    r->bytes += e->n;
    t->bytes += e->n;
    while (r->bytes > STREAM_MAX && r->first != e) {
        struct event *oldest = r->first;
        r->first = oldest->next;
        r->bytes -= oldest->n;
        t->bytes -= oldest->n;
        free(oldest);
    }
}

// Where a client reads too slowly the connection is given up, and it comes back for what it missed.
bool mcp_resumable_send(struct resumable *r, struct str json)
{
    struct resume_table *t = &r->server->resume;
    struct attached *lost = NULL;
    char id[EVENT_ID];
    if (json.n > EVENT_MAX)
        return false;
    struct event *e = mem_alloc(sizeof(*e) + json.n);
    e->next = NULL;
    e->n = json.n;
    memcpy(e->text, json.p, json.n);
    pthread_mutex_lock(&t->lock);
    e->number = ++r->count;
    append(r, e);
    r->last_ms = clock_mono_ms();
    event_id(r, e->number, id);
    if (r->at && !http_stream_send(r->at->stream, "message", id, json))
        lost = take_off(r);
    pthread_mutex_unlock(&t->lock);
    detach(r, lost);
    return true;
}

/*= mcp-2025-11-25 basic/transports "it SHOULD send an SSE event with a standard" … */
void mcp_resumable_let_go(struct resumable *r, int retry_ms)
{
    char id[EVENT_ID];
    pthread_mutex_lock(&r->server->resume.lock);
    struct attached *at = take_off(r);
    event_id(r, r->count, id);
    pthread_mutex_unlock(&r->server->resume.lock);
    if (at)
        http_stream_prime(at->stream, id, retry_ms);
    detach(r, at);
}

void mcp_resumable_end(struct resumable *r)
{
    pthread_mutex_lock(&r->server->resume.lock);
    r->ended = true;
    r->last_ms = clock_mono_ms();
    struct attached *at = take_off(r);
    pthread_mutex_unlock(&r->server->resume.lock);
    detach(r, at);
    pthread_mutex_lock(&r->server->resume.lock);
    unlock_unref(r);
}

// --- coming back ---

static struct resumable *find(struct resume_table *t, struct str id, struct str scope)
{
    for (struct resumable *r = t->first; r; r = r->next)
        if (str_is(id, r->id) && str_eq(scope, str_of(r->scope, r->scope_n)))
            return r;
    return NULL;
}

bool mcp_resumable_go_on(struct mcp_server *s, struct exchange *ex, struct str scope,
                         struct str last_event_id)
{
    struct str rest = last_event_id, id = str_cut(&rest, '-');
    uint64_t after;
    if (!str_to_u64(rest, &after))
        return false;
    pthread_mutex_lock(&s->resume.lock);
    struct resumable *r = find(&s->resume, id, scope);
    if (r)
        r->refs++;
    pthread_mutex_unlock(&s->resume.lock);
    if (!r)
        return false;
    attach(r, ex, after);
    pthread_mutex_lock(&s->resume.lock);
    unlock_unref(r);
    return true;
}
