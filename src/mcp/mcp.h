// SPDX-License-Identifier: MIT
// The MCP server library: tools over stdio and streamable HTTP, both eras of the protocol
// (2026-07-28 without handshake; 2024-11-05 … 2025-11-25 with initialize). Knows no OAuth and no
// Zscaler.
//
// A server is filled with tools, then frozen by its first transport, and immutable from then on:
// what can be rendered once (tools/list, discover) is. A tool's handler is plain blocking code on a
// worker.
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
struct mcp_call; // one running tools/call, owned by the library

enum mcp_era { MCP_LEGACY, MCP_MODERN };

struct mcp_info {
    const char *name, *title, *version, *description, *website_url, *instructions; // NULL: left out
    const char *icons_json; // JSON array or NULL
};

typedef void mcp_tool_handler(struct mcp_call *call, void *ctx);

struct mcp_tool {
    const char *name;
    const char *title; // may be NULL
    const char *description;
    struct str input_schema;  // JSON object, rendered by the owner
    struct str output_schema; // JSON object or empty
    struct str annotations;   // JSON object or empty
    mcp_tool_handler *handler;
    void *ctx;
};

struct mcp_config {
    struct mcp_info info;
    const struct keyring *keys; // seals session ids; NULL: no sessions over HTTP
    struct spent_store *spent;  // remembers deleted sessions; NULL: they are not remembered
    int session_ttl_s;          // 0: 24 h
    size_t page_size;           // tools a page of tools/list; 0: all on one
    // Which tools a person sees and may call; NULL: all. principal is what the transport was given.
    bool (*may)(const struct mcp_tool *tool, const void *principal, void *ctx);
    void *may_ctx;
};

MUST_USE bool mcp_server_new(const struct mcp_config *config, struct mcp_server **ret,
                             struct err *err);
void mcp_server_free(struct mcp_server *s); // NULL-safe; transports must have stopped
// The tool is copied shallowly: strings must outlive the server. tools/list keeps the order of
// adding.
MUST_USE bool mcp_server_add_tool(struct mcp_server *s, const struct mcp_tool *tool,
                                  struct err *err);

// --- inside a handler ---
const struct mcp_tool *mcp_call_tool(const struct mcp_call *c);
// An object, {} if absent. Parsed before the handler is called: arguments with a member that stands
// twice, or a number beyond a double, are refused with -32602 and no handler sees them.
const json_t *mcp_arguments(struct mcp_call *c);
struct str mcp_arguments_raw(const struct mcp_call *c); // its bytes as received; "{}" if absent
struct arena *mcp_arena(struct mcp_call *c);
struct cancel *mcp_cancel(struct mcp_call *c); // the client cancelled or left
const void *mcp_principal(const struct mcp_call *c);
struct str mcp_request_id(const struct mcp_call *c); // for logs: the HTTP request id, or "stdio"
enum mcp_era mcp_era(const struct mcp_call *c);
struct str mcp_client_name(const struct mcp_call *c); // clientInfo.name, empty if unknown
bool mcp_client_can(const struct mcp_call *c,
                    const char *capability); // "elicitation", "sampling", …
// progress must grow; sent only if the client gave a progress token. total 0: unknown. message may
// be NULL.
void mcp_progress(struct mcp_call *c, double progress, double total, const char *message);

// The result; the last call before the handler returns counts. None at all is an internal error to
// the client.
void mcp_result_text(struct mcp_call *c, struct str text);
// structured: a complete JSON object, sent as structuredContent beside the text.
void mcp_result(struct mcp_call *c, struct str text, struct str structured, bool is_error);
// A second text behind that of the result, for what is no part of its data; given before it.
void mcp_note(struct mcp_call *c, struct str text);
void mcp_result_error(struct mcp_call *c, const char *fmt, ...) PRINTF(2, 3); // isError: true
// A JSON-RPC error instead of a result.
void mcp_fail(struct mcp_call *c, enum err_code code, const char *fmt, ...) PRINTF(3, 4);

// The error a client gets that did not declare a capability the tool cannot do without
// ("sampling").
void mcp_fail_missing_capability(struct mcp_call *c, const char *capability);

// --- transports ---
// Serves one exchange on the MCP endpoint (GET, POST, DELETE). principal is handed to handlers and
// bound into session ids through principal_key (bytes that name the person; empty: anonymous).
void mcp_http_serve(struct mcp_server *s, struct exchange *ex, const void *principal,
                    struct str principal_key);
// Serves stdin/stdout until EOF or *stop; returns when all running calls have ended. Only protocol
// goes to out_fd.
MUST_USE bool mcp_stdio_serve(struct mcp_server *s, int in_fd, int out_fd, struct cancel *stop,
                              struct err *err);

#endif
