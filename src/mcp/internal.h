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
    enum err_code code;  // MESSAGE_INVALID: why
    const char *problem; // MESSAGE_INVALID: why, in words
    struct str id;       // as received, to be echoed; .p NULL if absent or unusable
    struct str name;     // of the method, without escapes

    // members as received
    struct value jsonrpc, id_member, method, params, result, error;
    struct value meta, tool, arguments, cursor, request_id;  // of params
    struct value version, capabilities, client, client_name; // of params, for initialize
    struct value meta_version, meta_capabilities, meta_client, meta_client_name, progress_token;
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

// Where notifications that belong to a request go; NULL: nowhere.
struct channel {
    bool (*notify)(void *ctx, struct str json);
    void *ctx;
};

struct request {
    struct mcp_server *server;
    const struct message *msg;
    struct peer peer;
    const void *principal;
    struct arena *arena;
    struct str log_id;
    struct str scope; // within which request ids are unique; empty: not known
    struct channel channel;
    struct cancel *hang_up; // the transport's; may be NULL
    struct buf *out;        // the answer; empty: none
    int status;             // HTTP status of the answer
    bool takes_tail;        // the transport sends `tail` behind out, where a method sets it
    const struct http_tail *tail;
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
MUST_USE bool mcp_headers_match(struct request *r, struct headers headers, bool named);

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

// --- tools.c ---
struct tool_entry {
    struct mcp_tool tool;
    struct mirror *mirrors;
    struct str json; // as tools/list shows it
};
const struct tool_entry *mcp_tool_find(const struct mcp_server *s, struct str name);
bool mcp_tool_allowed(const struct request *r, const struct tool_entry *t);
void mcp_tools_render(struct mcp_server *s);
void mcp_method_tools_list(struct request *r);
void mcp_method_tools_call(struct request *r); // call.c

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
struct method {
    const char *name;
    void (*run)(struct request *r);
    bool waits; // may block: only on a worker
    bool named; // has a params.name that Mcp-Name mirrors
};
const struct method *mcp_method_find(enum mcp_era era, struct str name); // NULL: unknown
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
enum answer { ANSWER_NONE, ANSWER_GIVEN };
struct mcp_call {
    struct request *request;
    const struct mcp_tool *tool;
    struct str arguments;
    json_t *tree;
    struct str progress_token; // as received; empty: no progress wanted
    double progress;           // sent last,
    bool progressed;           // if any was
    struct str note;           // a second text of the result; empty: none
    enum answer answer;
    struct cancel cancel;
    struct mcp_call *next, *previous; // under the lock of running
};

struct mcp_server {
    // immutable once frozen
    struct mcp_config config;
    struct tool_entry *tools;
    size_t tool_count, tool_room;
    const struct tool_entry **sorted; // by name
    struct str info;                  // JSON of serverInfo
    struct http_tail *list_tail; // all tools and what closes the answer of tools/list; NULL: it
                                 // differs by page or person
    struct str result_meta;      // "resultType" and "_meta" members of every modern result
    struct arena *arena;         // of what is rendered
    // under lock
    pthread_mutex_t freezing;
    atomic_bool frozen;
    // locked by itself
    struct running running;
};
void mcp_server_freeze(struct mcp_server *s);

#endif
