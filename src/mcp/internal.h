// SPDX-License-Identifier: MIT
// What the files of the library share. One message goes: transport -> rpc_parse -> (headers,
// session)
// -> dispatch -> a method of its era -> reply -> transport. A request borrows everything it points
// to from the arena and the bytes of its message; nothing here outlives the answer but the server.
#ifndef MCP_INTERNAL_H
#define MCP_INTERNAL_H

#include <stdatomic.h>

#include "base/arena.h"
#include "json/scan.h"
#include "json/write.h"
#include "mcp/mcp.h"

#define MCP_BODY_MAX        (4u * 1024 * 1024)  // bytes of one message or batch, on every transport
#define MCP_REPLY_MAX       (32u * 1024 * 1024) // bytes of one answer
#define MCP_DEPTH_MAX       64                  // nesting of a message
#define MCP_ID_MAX          1024                // bytes of an id or progress token as written
#define MCP_METHOD_MAX      128
#define MCP_BATCH_MAX       64           // messages of a batch
#define MCP_NOTE_MAX        (16u * 1024) // bytes of one notification of ours
#define MCP_TTL_MS          300000       // how long lists may be cached

#define MCP_VERSION_MODERN  "2026-07-28"
#define MCP_VERSION_LATEST  "2025-11-25" // of the legacy era
#define MCP_VERSION_ASSUMED "2025-03-26" // over HTTP, when nothing tells

// --- jsonrpc.c: the envelope ---

// One member: the token it began with (SCAN_ERROR: absent) and its bytes as received.
struct value {
    enum scan_token type;
    struct str raw;
    bool doubled;
};

enum message_kind { MESSAGE_INVALID, MESSAGE_REQUEST, MESSAGE_NOTIFICATION, MESSAGE_RESPONSE };

struct message {
    enum message_kind kind;
    struct str text;     // all of it, as received
    enum err_code code;  // MESSAGE_INVALID: why
    const char *problem; // MESSAGE_INVALID: why, in words
    struct str id;       // as received, to be echoed; .p NULL if absent or unusable
    struct str name;     // of the method, without escapes

    // members as received
    struct value jsonrpc, id_member, method, params, result, error;
    struct value meta, tool, arguments, cursor, request_id; // of params
    struct value uri, ref, argument, context, level, notifications;
    struct value task_id, input_responses, request_state, task;
    struct value version, capabilities, client, client_name; // of params, for initialize
    struct value meta_version, meta_capabilities, meta_client, meta_client_name, progress_token;
    struct value meta_log_level;
};

struct batch {
    struct message *at;
    size_t n;
    bool array; // it came as an array and is answered with one
};

// One pass over the text. False: nothing to work on at all (no JSON, or an empty or too long
// batch).
MUST_USE bool rpc_parse(struct str text, struct arena *arena, struct batch *ret, struct err *err);
// The text of a JSON string as received ("…"); a slice of it where it has no escapes.
struct str rpc_value_text(const struct value *v, struct arena *arena);
bool rpc_value_is_null_or_absent(const struct value *v);
// The member `key` of the object in `object`; absent if there is none.
struct value rpc_value_member(struct str object, struct str key);

// --- the one who asks ---
struct peer {
    enum mcp_era era;
    struct str version;
    struct str capabilities; // a JSON object or empty
    struct str client_name;
};

struct listener;

// What the transport does for a request besides taking its answer; NULL: it cannot.
struct channel {
    bool (*notify)(void *ctx, struct str json);  // a message that belongs to the request
    bool (*hold)(void *ctx, struct listener *l); // keeps the channel open for l
    void (*let_go)(void *ctx, int retry_ms);     // mcp_let_go
    void *ctx;
    bool asks;   // the client may be sent requests on it
    bool shared; // by all of the client's requests: their ids are its own
};

struct request {
    struct mcp_server *server;
    const struct message *msg;
    struct peer peer;
    const void *principal;
    struct str principal_key; // empty: anonymous
    struct arena *arena;
    struct str log_id;
    struct str from;        // the client's address; empty: there is none
    struct str traceparent; // of the HTTP request; empty: there is none
    struct str scope;       // within which request ids are unique; empty: not known
    struct channel channel;
    struct cancel *hang_up; // the transport's; may be NULL
    struct buf *out;        // the answer; empty: none
    int status;             // HTTP status of the answer
    bool takes_tail;        // the transport sends `tail` behind out, where a method sets it
    const struct http_tail *tail;
    bool held; // the channel stays open: no answer yet
};

// --- reply.c ---
void rpc_begin(struct request *r); // {"jsonrpc":"2.0","id":…,"result":
void rpc_end(struct request *r);   // }
void rpc_result(struct request *r, struct str result);
// data: JSON or empty.
void rpc_error(struct request *r, enum err_code code, struct str data, struct str text);
// An error for what never became a request. id .p NULL: null, or left out in the modern era.
void rpc_error_write(struct buf *out, enum mcp_era era, struct str id, enum err_code code,
                     struct str data, struct str text);
int rpc_error_status(enum mcp_era era, enum err_code code);

// --- eras.c ---
bool mcp_version_is_legacy(struct str version);
// Of a single request whose HTTP header (or STR_NONE) says `header`.
enum mcp_era mcp_era_of(const struct message *m, struct str header);
// Fills peer from _meta; an error is answered into r and false returned.
MUST_USE bool mcp_era_modern_meta(struct request *r);
MUST_USE bool mcp_era_modern_version(struct request *r);
void mcp_method_initialize(struct request *r);
void mcp_method_discover(struct request *r);
void mcp_method_ping(struct request *r);
// What initialize agrees on: version and who the client is, copied into arena.
struct peer mcp_initialize_peer(const struct message *m, struct arena *arena);

// --- headers.c: what the modern era mirrors into HTTP headers ---
typedef struct str header_getter(const void *ctx, const char *name); // .p NULL if absent
struct headers {
    header_getter *get;
    const void *ctx;
};
// An error is answered into r and false returned.
MUST_USE bool mcp_headers_match_version(struct request *r, struct str header);
MUST_USE bool mcp_headers_match(struct request *r, struct headers headers, size_t named);

// --- mirror.c: x-mcp-header annotations of an input schema ---
#define MIRROR_PATH_MAX 8
struct mirror {
    char *header; // "Mcp-Param-Region"
    char *path[MIRROR_PATH_MAX];
    size_t depth;
    struct mirror *next;
};
MUST_USE bool mcp_mirrors_of(const struct mcp_tool *tool, struct mirror **ret, struct err *err);
void mcp_mirrors_free(struct mirror *m);

// --- list.c: what lists show, rendered once ---
enum list_kind {
    LIST_TOOLS,
    LIST_TOOLS_LEGACY,
    LIST_RESOURCES,
    LIST_TEMPLATES,
    LIST_PROMPTS,
    LIST_COUNT
};
struct listed {
    struct str json;
    const struct mcp_tool *tool; // whether it is shown, config.may decides; NULL: always
};
struct list {
    struct listed *at;
    size_t n, room;
    struct http_tail *tail; // all entries and what closes the answer; NULL: it differs by page or
                            // person
};
void mcp_list_add(struct list *list, struct listed entry);
void mcp_list_freeze(struct mcp_server *s, enum list_kind kind);
// A cursor of the list `what`, as a JSON string: the number where its next page begins.
void mcp_cursor_add(struct buf *out, const char *what, uint64_t at);
// *ret: 0 without a cursor. False: it is none of that list.
MUST_USE bool mcp_cursor_read(const struct request *r, const char *what, uint64_t *ret);
void mcp_method_tools_list(struct request *r);
void mcp_method_resources_list(struct request *r);
void mcp_method_templates_list(struct request *r);
void mcp_method_prompts_list(struct request *r);

// --- tools.c ---
struct tool_entry {
    struct mcp_tool tool;
    struct mirror *mirrors;
    struct schema *input, *output; // NULL: not checked here
};
const struct tool_entry *mcp_tool_find(const struct mcp_server *s, struct str name);
bool mcp_tool_allowed(const struct request *r, const struct mcp_tool *tool);
void mcp_tools_freeze(struct mcp_server *s);
void mcp_method_tools_call(struct request *r);
// Name, title, description and icons, as every entry of a list begins.
void mcp_render_head(struct json_writer *w, const char *name, const char *title,
                     const char *description, const char *icons_json);

// --- uri_template.c ---
struct uri_template;
MUST_USE bool mcp_uri_template_new(const char *text, struct uri_template **ret, struct err *err);
void mcp_uri_template_free(struct uri_template *t); // NULL-safe
// The variables as an object of strings; NULL: uri is none of this template.
json_t *mcp_uri_template_match(const struct uri_template *t, struct str uri);

// --- resources.c ---
struct resource_entry {
    struct mcp_resource resource;
    struct uri_template *variables; // NULL: a plain URI
};
void mcp_resources_freeze(struct mcp_server *s);
void mcp_method_resources_read(struct request *r);
void mcp_method_resources_subscribe(struct request *r);
void mcp_method_resources_unsubscribe(struct request *r);
void mcp_resource_missing(struct request *r, struct str uri);

// --- prompts.c ---
const struct mcp_prompt *mcp_prompt_find(const struct mcp_server *s, struct str name);
void mcp_prompts_freeze(struct mcp_server *s);
void mcp_method_prompts_get(struct request *r);

// --- complete.c ---
void mcp_method_complete(struct request *r);

// --- running.c: calls that can be cancelled by id ---
struct running {
    pthread_mutex_t lock;
    struct mcp_call *first; // under lock
};
void mcp_running_init(struct running *list);
void mcp_running_release(struct running *list);
void mcp_running_add(struct running *list, struct mcp_call *c);
void mcp_running_remove(struct running *list, struct mcp_call *c);
// Cancels the one call of that id within scope; none when the id is ambiguous.
void mcp_running_cancel(struct running *list, struct str scope, struct str id);
void mcp_running_cancel_scope(struct running *list, struct str scope);

// --- dispatch.c ---
struct mcp_method {
    const char *name;
    void (*run)(struct request *r);
    bool waits;   // may block: only on a worker
    size_t named; // offset in struct message of what Mcp-Name mirrors; 0: nothing
};
const struct mcp_method *mcp_method_find(enum mcp_era era, struct str name); // NULL: unknown
void mcp_dispatch_request(struct request *r);
void mcp_dispatch_notification(struct request *r);
// Whatever the message is; an invalid one is answered with its error.
void mcp_dispatch(struct request *r);

// --- sessions.c ---
struct session {
    struct peer peer;
    struct str key; // names it in the store and as a scope
};
enum session_state { SESSION_OK, SESSION_GONE, SESSION_UNKNOWABLE };
void mcp_session_issue(const struct mcp_server *s, const struct peer *peer,
                       struct str principal_key, int64_t now, struct buf *ret_id);
// The store is asked: may block. Borrowed from arena.
enum session_state mcp_session_open(const struct mcp_server *s, struct str id,
                                    struct str principal_key, int64_t now, struct arena *arena,
                                    struct session *ret);
enum session_state mcp_session_end(const struct mcp_server *s, struct str id,
                                   struct str principal_key, int64_t now, struct arena *arena);

// --- call.c ---
enum answer { ANSWER_NONE, ANSWER_CONTENT, ANSWER_GIVEN, ANSWER_INPUT, ANSWER_TASK };
enum call_kind { CALL_TOOL, CALL_PROMPT, CALL_RESOURCE };
struct mcp_call {
    struct request *request;
    enum call_kind kind;
    const struct tool_entry *entry; // CALL_TOOL
    const struct mcp_tool *tool;
    const struct mcp_prompt *prompt;
    const struct mcp_resource *resource;
    mcp_handler *handler;
    void *ctx;
    struct str uri;       // CALL_RESOURCE
    struct str arguments; // as received
    json_t *tree;
    struct str progress_token; // as received; empty: no progress wanted
    double progress;           // sent last,
    bool progressed;           // if any was
    // the result so far
    enum answer answer;
    struct buf content, structured;
    struct str annotations;
    struct str note; // a second text behind that of mcp_result; empty: none
    enum mcp_role role;
    bool is_error;
    // questions
    json_t *answers;   // by key: answered in earlier rounds, or in this one
    json_t *responses; // by key: what came with this round, not yet asked for; NULL: nothing
    json_t *wanted;    // by key: to be asked now
    json_t *kept;
    json_t *pages;     // by key: ids of the pages that a client of 2025-11-25 was asked to open
    struct task *task; // NULL: none
    struct cancel cancel;
    struct mcp_call *next, *previous; // under the lock of running
};
// Runs what is filled in, on this thread; tree is taken over.
void mcp_call_run(struct mcp_call *c);
// The handler once more, for a task: the result goes to the request's buffer.
void mcp_call_write(struct mcp_call *c);
void mcp_call_release(struct mcp_call *c);
// From here on it can be cancelled, until it is closed, which says whether it was.
void mcp_call_open(struct mcp_call *c);
bool mcp_call_close(struct mcp_call *c);
// "resultType", "_meta" and a comma in the modern era.
void mcp_result_head(struct request *r);

// --- state.c: what a handler's questions leave behind for the next round, sealed ---
void mcp_state_seal(const struct mcp_call *c, struct buf *out);
// Fills answers, responses and kept. False: an error was answered.
MUST_USE bool mcp_state_open(struct mcp_call *c);

// --- question.c ---
// Is the client's answer of the shape that the question asks for?
bool mcp_answer_fits(const struct mcp_question *q, const json_t *answer);

// --- pending.c: requests to clients of the legacy era that wait for their response ---
struct pending {
    pthread_mutex_t lock;
    pthread_cond_t told;
    struct waiter *first; // under lock
    size_t handlers;      // under lock: that wait
};
void mcp_pending_init(struct pending *p);
void mcp_pending_release(struct pending *p);
void mcp_pending_ask(struct mcp_call *c, struct mcp_question *questions, size_t count,
                     bool *ret_ok);
void mcp_pending_answer(struct request *r); // a message of kind MESSAGE_RESPONSE

// --- relay.c: answers that reach another replica than the one that asked ---
#define RELAY_ID_MAX       96
#define MCP_QUESTION_TTL_S 600
bool mcp_relay_is_used(const struct mcp_server *s);
void mcp_relay_id(const struct mcp_server *s, struct str scope, char ret[RELAY_ID_MAX]);
// Both ask the store, which may block.
void mcp_relay_put(const struct request *r, struct str id, const struct value *result);
// True: it is there. *ret: a new reference; NULL where an error was answered.
bool mcp_relay_look(const struct mcp_server *s, struct str id, json_t **ret);

// --- hub.c: who listens to changes ---
#define LISTEN_URIS_MAX 256
struct listener {
    // immutable once added
    struct str id; // of subscriptions/listen, as received; empty: the legacy era
    struct str scope;
    unsigned lists; // bits 1 << MCP_TOOLS …
    struct str *uris, *tasks;
    size_t uri_count, task_count;
    bool (*send)(void *ctx, struct str json);
    void (*end)(void *ctx); // closes the way; may be NULL
    void *ctx;
    struct mcp_server *server;
    // under lock
    bool linked, gone;
    struct listener *next, *previous;
};
struct hub {
    pthread_mutex_t lock;
    struct listener *first; // under lock, latest first
    struct table *notes;    // under lock: legacy sessions' log levels and watched URIs
};
void mcp_hub_init(struct hub *hub);
void mcp_hub_release(struct hub *hub);
// Idle ones are many: each is small, and owns what it points to.
struct listener *mcp_listener_new(struct mcp_server *s, struct str scope, struct str id);
void mcp_listener_free(struct listener *l);
// Acknowledges and adds; l is the hub's from then on.
void mcp_listener_start(struct listener *l);
MUST_USE bool mcp_hub_add(struct hub *hub, struct listener *l);
// Its client has left: it is taken off and ended, now or when it is added. Whoever ends a listener
// must be sure that this runs no more (http_stream_end is).
void mcp_hub_gone(struct hub *hub, struct listener *l);
void mcp_hub_cancel(struct hub *hub, struct str scope, struct str id); // id .p NULL: all
// How a task is now: to the subscriptions that name it, or to the legacy session of that scope.
void mcp_hub_task(struct hub *hub, struct str scope, struct str task_id, struct str task);
void mcp_method_listen(struct request *r);
void mcp_method_set_level(struct request *r);
// What a legacy session set; MCP_INFO if nothing.
enum mcp_level mcp_hub_level(struct hub *hub, struct str scope);
bool mcp_hub_watch(struct hub *hub, struct str scope, struct str uri, bool on);
bool mcp_level_of(struct str name, enum mcp_level *ret);
const char *mcp_level_name(enum mcp_level level);

// --- tasks.c ---
#define TASKS_EXTENSION "io.modelcontextprotocol/tasks"
struct tasks {
    pthread_mutex_t lock;
    pthread_cond_t told;
    struct task *first; // under lock
    size_t count, unfinished;
    uint64_t made;
    size_t waiting;         // requests for results
    struct work_pool *pool; // under lock; started with the first task
};
void mcp_tasks_init(struct tasks *t);
void mcp_tasks_release(struct tasks *t); // cancels and waits
bool mcp_tasks_declared(const struct request *r);
// Is tools/call to become a task, where the tool can? Decided by the extension, or by params.task.
bool mcp_task_asked(const struct request *r);
void mcp_tasks_undeclared(struct request *r); // answers that they are not
bool mcp_tasks_are_own(const struct request *r, const struct str *ids, size_t count);
// Makes a task of the call, which answers with it or an error.
void mcp_task_begin(struct mcp_call *c);
bool mcp_task_ask(struct mcp_call *c, struct mcp_question *questions, size_t count);
void mcp_method_tasks_list(struct request *r); // 2025-11-25
void mcp_method_tasks_get(struct request *r);
void mcp_method_tasks_update(struct request *r);
void mcp_method_tasks_result(struct request *r); // 2025-11-25; waits
void mcp_method_tasks_cancel(struct request *r);

// --- schema.c: JSON Schema 2020-12 ---
struct schema;
MUST_USE bool mcp_schema_new(struct str text, struct schema **ret, struct err *err);
void mcp_schema_free(struct schema *s); // NULL-safe
// False: *err says where, what was expected and what was found.
MUST_USE bool mcp_schema_check(const struct schema *s, const json_t *value, struct err *err);

// --- sse.c ---
struct sse_table {
    pthread_mutex_t lock;
    struct sse_session *first; // under lock
    size_t count;
    struct work_pool *pool; // under lock; started with the first session
};
void mcp_sse_init(struct sse_table *t);
void mcp_sse_release(struct sse_table *t);

// --- resume.c ---
struct resume_table {
    pthread_mutex_t lock;
    struct resumable *first; // under lock, as the next two
    size_t count, bytes;
};
void mcp_resume_init(struct resume_table *t);
void mcp_resume_release(struct resume_table *t);

struct mcp_server {
    // immutable once frozen
    struct mcp_config config;
    struct keyring *own_keys;   // where the config has none
    const struct keyring *keys; // that seal states
    struct tool_entry *tools;
    size_t tool_count, tool_room;
    const struct tool_entry **sorted; // by name
    struct resource_entry *resources;
    size_t resource_count, resource_room;
    struct mcp_prompt *prompts;
    size_t prompt_count, prompt_room;
    struct list lists[LIST_COUNT];
    struct str info;            // JSON of serverInfo
    struct str capabilities[2]; // by era
    struct str meta;            // "_meta" member of every modern result
    struct arena *arena;        // of what is rendered
    // under lock
    pthread_mutex_t freezing;
    atomic_bool frozen;
    // locked by themselves
    struct running running;
    struct pending pending;
    struct hub hub;
    struct tasks tasks;
    struct sse_table sse;
    struct resume_table resume;
};
void mcp_server_freeze(struct mcp_server *s);
void mcp_capabilities_render(struct mcp_server *s); // eras.c
bool mcp_server_has_tasks(const struct mcp_server *s);
bool mcp_server_lists_tasks(const struct mcp_server *s);

#endif
