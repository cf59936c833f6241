// SPDX-License-Identifier: MIT
// The MCP server library: tools, resources and prompts over stdio, streamable HTTP and the old pair
// of /sse and /messages, in both eras of the protocol (2026-07-28 without handshake; 2024-11-05 …
// 2025-11-25 with initialize). Knows no OAuth and no product.
//
// A server is filled from tables, then frozen by its first transport, and immutable from then on.
// What a client asks for is answered by a handler: plain blocking code on a worker. A handler that
// asks the client something (mcp_ask, mcp_elicit, …) leaves when the question returns false: in the
// legacy era the answer arrives inside that very call, in the modern one the handler is run again
// from its start with the answer, so what it does before a question must bear to be done twice (or
// be kept, mcp_keep). src/mcp/README.md shows it.
#ifndef MCP_MCP_H
#define MCP_MCP_H

#include "base/buf.h"
#include "base/cancel.h"
#include "base/err.h"
#include "http/http.h"
#include "jose/seal.h"
#include "json/dom.h"
#include "store/spent.h"

struct mcp_server;
struct mcp_call;       // one running request with a handler, owned by the library
struct mcp_completion; // the values offered for an argument

enum mcp_era { MCP_LEGACY, MCP_MODERN };

typedef void mcp_handler(struct mcp_call *call, void *ctx);
typedef mcp_handler mcp_tool_handler;
// Adds what could stand for `value`, the beginning of an argument (mcp_offer).
typedef void mcp_completer(struct mcp_completion *completion, struct str value, void *ctx);

// --- what a server has. Strings must outlive it; tables end with a row of zeros ---

// Whether a client that knows tasks gets one instead of waiting for the result.
enum mcp_task_use { MCP_TASK_NEVER, MCP_TASK_OPTIONAL, MCP_TASK_REQUIRED };

struct mcp_tool {
    const char *name;
    const char *title;        // may be NULL
    const char *description;  // may be NULL
    struct str input_schema;  // JSON Schema 2020-12 of the arguments; empty: any object
    struct str output_schema; // of the structured content; empty: none
    struct str annotations;   // JSON object or empty
    mcp_handler *handler;
    void *ctx;
    const char *icons_json;    // JSON array or NULL
    enum mcp_task_use task;    // a task begins before the handler …
    bool task_after_questions; // … or where the handler calls mcp_go_on_as_task
    bool judges_itself;        // the handler checks arguments and result, not the library
};

// An argument of a prompt, or a variable of a resource template.
struct mcp_argument {
    const char *name, *title, *description; // title and description may be NULL
    bool required;
    const char *const *values; // what completion offers, up to a NULL; NULL: see complete
    mcp_completer *complete;   // may be NULL
};

// uri may have variables, which makes it a template: {name} (one segment), {+name} (any rest) and
// {?a,b} (a query). The handler finds their values in mcp_arguments, and the whole in mcp_uri.
struct mcp_resource {
    const char *uri;
    const char *name, *title, *description, *mime_type; // all but name may be NULL
    mcp_handler *handler;
    void *ctx;
    const struct mcp_argument *arguments; // of a template, for completion; may be NULL
    struct str annotations;               // JSON object or empty
    const char *icons_json;               // JSON array or NULL
    int64_t size;                         // bytes; 0: not told
    int ttl_ms;                           // how long its contents may be cached; 0: not at all
    bool shared; // its contents are the same for everybody: shared caches may keep them
};

struct mcp_prompt {
    const char *name, *title, *description; // title and description may be NULL
    mcp_handler *handler;
    void *ctx;
    const struct mcp_argument *arguments; // may be NULL
    const char *icons_json;               // JSON array or NULL
};

struct mcp_info {
    const char *name, *title, *version, *description, *website_url, *instructions; // NULL: left out
    const char *icons_json; // JSON array or NULL
};

struct mcp_config {
    struct mcp_info info;
    const struct mcp_tool *tools; // NULL: none, as with the next two
    const struct mcp_resource *resources;
    const struct mcp_prompt *prompts;
    const struct keyring *keys; // seals session ids and request states; NULL: no sessions over
                                // HTTP, and states that only this process opens
    struct spent_store *spent;  // remembers deleted sessions; NULL: they are not remembered
    int session_ttl_s;          // 0: 24 h
    size_t page_size;           // entries a page of every list; 0: all on one
    // Which tools a person sees and may call; NULL: all. principal is what the transport was given.
    bool (*may)(const struct mcp_tool *tool, const void *principal, void *ctx);
    void *may_ctx;
    // Somebody called one that they may not; for the audit. May be NULL.
    void (*refused)(const struct mcp_call *call, void *ctx);
    void *refused_ctx;
    bool changes; // lists and resources change: clients may listen (mcp_changed, mcp_updated)
    bool logs;    // handlers log to the client (mcp_log)
    bool unknown_tools_are_results; // of an unknown tool the model reads, as the Python SDK
                                    // answers; else it is -32602, as MCP says
    const char *extensions_json;    // object of further extensions, by their identifiers; or NULL
    int question_ttl_s;             // how long a client may take to answer; 0: 10 minutes
    size_t questions; // handlers that wait for answers at once, legacy; 0: 32. Fewer than the
                      // workers of the HTTP server: answers come through them
    size_t tasks;     // unfinished tasks at once; 0: 32
    int task_ttl_s;   // how long a task is kept; 0: an hour
    // A task outlives its request: keep_principal gives the principal it is to have, drop_principal
    // takes it back. NULL: what transports are given lives as long as the server.
    const void *(*keep_principal)(const void *principal);
    void (*drop_principal)(const void *kept);
};

MUST_USE bool mcp_server_new(const struct mcp_config *config, struct mcp_server **ret,
                             struct err *err);
void mcp_server_free(struct mcp_server *s); // NULL-safe; transports must have stopped
// Single entries, beside the tables; copied shallowly. Lists keep the order of adding.
MUST_USE bool mcp_server_add_tool(struct mcp_server *s, const struct mcp_tool *tool,
                                  struct err *err);
MUST_USE bool mcp_server_add_resource(struct mcp_server *s, const struct mcp_resource *resource,
                                      struct err *err);
MUST_USE bool mcp_server_add_prompt(struct mcp_server *s, const struct mcp_prompt *prompt,
                                    struct err *err);

// --- telling who listens; from any thread ---
enum mcp_what { MCP_TOOLS, MCP_PROMPTS, MCP_RESOURCES };
void mcp_changed(struct mcp_server *s, enum mcp_what list);
void mcp_updated(struct mcp_server *s, struct str uri); // what the resource says has changed
// Ends open subscriptions with their result; before an HTTP server is stopped.
void mcp_server_hang_up(struct mcp_server *s);

// --- inside a handler: what was asked ---
const struct mcp_tool *mcp_call_tool(const struct mcp_call *c); // NULL: no tool
// The arguments of a tool or prompt, the variables of a template. An object, {} if absent. Parsed
// before the handler is called: arguments with a member that stands twice, or a number beyond a
// double, are refused with -32602 and no handler sees them.
const json_t *mcp_arguments(struct mcp_call *c);
struct str mcp_argument(struct mcp_call *c, const char *name);  // a string; .p NULL if it is none
struct str mcp_arguments_raw(const struct mcp_call *c);         // bytes as received; "{}" if absent
struct str mcp_uri(const struct mcp_call *c);                   // of the resource that is read
struct str mcp_meta(const struct mcp_call *c, const char *key); // JSON of a member of params._meta,
                                                                // such as "traceparent"; or empty
struct arena *mcp_arena(struct mcp_call *c);
struct cancel *mcp_cancel(struct mcp_call *c); // the client cancelled or left
const void *mcp_principal(const struct mcp_call *c);
struct str mcp_request_id(const struct mcp_call *c); // for logs: the HTTP request id, or "stdio"
// W3C trace context: of params._meta (SEP-414), else of the HTTP request; empty: none.
struct str mcp_traceparent(const struct mcp_call *c);
struct str mcp_from(const struct mcp_call *c); // the client's address; empty over stdio
struct mcp_server *mcp_server_of(const struct mcp_call *c);
enum mcp_era mcp_era(const struct mcp_call *c);
struct str mcp_client_name(const struct mcp_call *c); // clientInfo.name, empty if unknown
// Did the client declare it? "sampling", "elicitation", "elicitation.url", "sampling.tools", …
bool mcp_client_can(const struct mcp_call *c, const char *capability);

// --- on the way ---
// progress must grow; sent only if the client gave a progress token. total 0: unknown. message may
// be NULL.
void mcp_progress(struct mcp_call *c, double progress, double total, const char *message);

enum mcp_level {
    MCP_DEBUG,
    MCP_INFO,
    MCP_NOTICE,
    MCP_WARNING,
    MCP_ERROR,
    MCP_CRITICAL,
    MCP_ALERT,
    MCP_EMERGENCY,
};
// Sent if the client wants messages of that level.
void mcp_log(struct mcp_call *c, enum mcp_level level, const char *logger, const char *fmt, ...)
    PRINTF(4, 5);
void mcp_log_json(struct mcp_call *c, enum mcp_level level, const char *logger, struct str data);

// Questions. key names the answer: one word, used once in the handler. False: the client was asked
// and the handler will be run again, or the call is over; either way it returns at once. What comes
// back is borrowed from the call.
enum mcp_action { MCP_ACCEPTED, MCP_DECLINED, MCP_DISMISSED };
struct mcp_elicited {
    enum mcp_action action;
    const json_t *content; // MCP_ACCEPTED: an object that fits the schema; else NULL
};
bool mcp_can_elicit(const struct mcp_call *c); // by a form: the client declared it
MUST_USE bool mcp_elicit(struct mcp_call *c, const char *key, const char *message,
                         struct str schema, struct mcp_elicited *ret);
// Sends the person to a page. Accepted means that they agreed to go there.
MUST_USE bool mcp_elicit_url(struct mcp_call *c, const char *key, const char *message,
                             const char *url, struct mcp_elicited *ret);
// The person is through with the page of that key, which the handler knows in its own way. Clients
// of 2025-11-25 are told; others need no word.
void mcp_elicit_url_done(struct mcp_call *c, const char *key);
// The call cannot be done before the person was at that page, and ends here: clients of 2025-11-25
// get the error -32042 and come back by themselves, modern ones are asked (mcp_elicit_url) and
// their call begins anew, others read where to go. The handler finds out by itself whether the
// person was there, and returns after this.
void mcp_require_url(struct mcp_call *c, const char *key, const char *message, const char *url);
// params: the JSON object of sampling/createMessage. *ret: the client's result.
MUST_USE bool mcp_sample(struct mcp_call *c, const char *key, struct str params,
                         const json_t **ret);
MUST_USE bool mcp_roots(struct mcp_call *c, const char *key, const json_t **ret);

// Several at once.
struct mcp_question {
    const char *key;
    const char *method;   // "elicitation/create", "sampling/createMessage", "roots/list"
    struct str params;    // JSON object
    const json_t *answer; // out: the client's result
};
MUST_USE bool mcp_ask(struct mcp_call *c, struct mcp_question *questions, size_t count);

// What the handler found before a question and need not look up again when it is run again.
void mcp_keep(struct mcp_call *c, const char *key, json_t *value); // steals value
const json_t *mcp_kept(const struct mcp_call *c, const char *key); // NULL: not yet

// Of a tool with task_after_questions: from here on it is a task. False: return at once.
MUST_USE bool mcp_go_on_as_task(struct mcp_call *c);
void mcp_task_status(struct mcp_call *c, const char *message); // shown with the task; no task: none
// The client shall come back for the rest after retry_ms: the connection is closed, the handler
// goes on. Only where streams can be resumed (2025-11-25); elsewhere nothing happens.
void mcp_let_go(struct mcp_call *c, int retry_ms);

// --- the result ---
// Content is added piece by piece: content of a tool's result, messages of a prompt, contents of a
// resource. Bytes are encoded by the library.
enum mcp_role { MCP_USER, MCP_ASSISTANT };
void mcp_role(struct mcp_call *c, enum mcp_role role);         // of the messages that follow
void mcp_annotate(struct mcp_call *c, struct str annotations); // JSON object for the next piece
void mcp_text(struct mcp_call *c, struct str text);
void mcp_textf(struct mcp_call *c, const char *fmt, ...) PRINTF(2, 3);
void mcp_image(struct mcp_call *c, const char *mime_type, struct str bytes);
void mcp_audio(struct mcp_call *c, const char *mime_type, struct str bytes);
void mcp_blob(struct mcp_call *c, struct str bytes); // of the resource that is read
// An embedded resource; in a resource's own contents a further one.
void mcp_resource_text(struct mcp_call *c, struct str uri, const char *mime_type, struct str text);
void mcp_resource_blob(struct mcp_call *c, struct str uri, const char *mime_type, struct str bytes);
void mcp_link(struct mcp_call *c, struct str uri, const char *name, const char *mime_type,
              const char *description);
void mcp_structured(struct mcp_call *c, struct str json); // a complete JSON value, tools only

// The whole result at once, in place of what was added; the last call counts. None at all is an
// internal error to the client.
void mcp_result_text(struct mcp_call *c, struct str text);
// structured: a complete JSON object, sent as structuredContent beside the text.
void mcp_result(struct mcp_call *c, struct str text, struct str structured, bool is_error);
// A second text behind that of the result, for what is no part of its data; given before it.
void mcp_note(struct mcp_call *c, struct str text);
void mcp_result_error(struct mcp_call *c, const char *fmt, ...) PRINTF(2, 3); // isError: true
// A JSON-RPC error instead of a result.
void mcp_fail(struct mcp_call *c, enum err_code code, const char *fmt, ...) PRINTF(3, 4);
// The error a client gets that did not declare a capability that is needed ("sampling").
void mcp_fail_missing_capability(struct mcp_call *c, const char *capability);
void mcp_not_found(struct mcp_call *c); // of a resource: there is none of that URI

// --- completion ---
void mcp_offer(struct mcp_completion *completion, struct str value);
// An argument that was filled in before; .p NULL if it was not.
struct str mcp_completed(const struct mcp_completion *completion, const char *name);
const void *mcp_completion_principal(const struct mcp_completion *completion);

// --- transports ---
// Serves one exchange on the MCP endpoint (GET, POST, DELETE). principal is handed to handlers and
// bound into session ids through principal_key (bytes that name the person; empty: anonymous).
void mcp_http_serve(struct mcp_server *s, struct exchange *ex, const void *principal,
                    struct str principal_key);
// The deprecated pair of 2024-11-05: GET opens the stream, whose first event names the address for
// POST, which is messages_path with a query.
void mcp_sse_serve(struct mcp_server *s, struct exchange *ex, const char *messages_path,
                   struct str principal_key);
void mcp_sse_message(struct mcp_server *s, struct exchange *ex, const void *principal,
                     struct str principal_key);
// Serves stdin/stdout until EOF or *stop; returns when all running calls have ended. Only protocol
// goes to out_fd.
MUST_USE bool mcp_stdio_serve(struct mcp_server *s, int in_fd, int out_fd, struct cancel *stop,
                              struct err *err);
// A whole program: stdio, or with --port N streamable HTTP and the old pair on 127.0.0.1, for
// everybody who reaches it. Returns the exit status.
int mcp_main(const struct mcp_config *config, int argc, char **argv);

#endif
