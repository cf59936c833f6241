// SPDX-License-Identifier: MIT
// What surrounds a tool call: arguments judged, deletes confirmed, requests sent, the answer
// shaped, cleaned, filtered and written. serve_new chooses the tools once and gives them to an MCP
// server. Thread-safe after serve_new; everything a call needs lives in its own arena.
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include <stdatomic.h>

#include "base/timing.h"
#include "catalog/model.h"
#include "catalog/select.h"
#include "jose/seal.h"
#include "mcp/mcp.h"
#include "oneapi/oneapi.h"
#include "serve/encode.h"
#include "store/spent.h"

struct serve;

// Text and structure of this size still fit into what mcp sends.
#define SERVE_RESULT_BYTES_TOP (8u * 1024 * 1024)

// What of the records stands in a result where no query says it.
enum result_view {
    VIEW_FULL,    // everything
    VIEW_LEAN,    // without members that are null or empty
    VIEW_SUMMARY, // of lists only what a record is known by; else as lean
};

struct serve_config {
    struct oneapi *oneapi;
    const struct keyring
        *keys; // authenticates confirmations; replicas with the same keys accept each other's
    struct spent_store *spent; // a confirmation is good for one call
    struct selection selection;
    int confirmation_ttl_s; // 0: 300
    bool ask_person;        // deletes need a client that asks its person; no tokens
    bool dry_run;           // tools that change something show what they would send
    bool report_tokens;     // an estimate of the tokens at the end of each result
    bool no_clean;          // results as the API wrote them
    enum result_view result_view;
    enum encoding result_encoding; // of lists; those tools that never give CSV do not here either
    size_t result_bytes;           // of a list in one answer; longer ones are cut; 0: the most
    bool search;                   // two tools that find and run the others, instead of all of them
    struct tracer *tracer;         // NULL: no traces
    // What somebody may do with a tool, by its place in the registry: a mask of enum tool_right.
    // NULL: call them all.
    unsigned (*right)(void *ctx, const void *principal, size_t tool);
    // Why it is none, for the audit; may be NULL.
    void (*why)(void *ctx, const void *principal, size_t tool, struct buf *out);
    void *right_ctx;     // of both
    bool log_tool_calls; // audit lines carry the arguments, secrets blanked
};

// The server must be freed before serve_free. config is copied, what it points to must outlive it.
MUST_USE bool serve_new(const struct serve_config *config, struct mcp_server *server,
                        struct serve **ret, struct err *err);
void serve_free(struct serve *s); // NULL-safe
// config.log_tool_calls from now on; from any thread.
void serve_log_arguments(struct serve *s, bool on);
size_t serve_count(const struct serve *s); // tools offered
// The i-th tool offered, in the order of tools/list.
const struct tool *serve_tool(const struct serve *s, size_t i);
// Whether config.right lets somebody have a tool of the MCP server; those that find and run,
// always.
bool serve_may(const struct serve *s, const struct mcp_tool *tool, const void *principal);
// The audit line of a call that somebody may not make; for mcp_config.refused, ctx is not used.
void serve_refused(const struct mcp_call *call, void *ctx);
// How calls ended, by tool; for each that was called.
struct serve_tally {
    atomic_ulong ok, errors, others;
};
void serve_tallies(const struct serve *s,
                   void (*fn)(void *ctx, const char *tool, const struct serve_tally *t), void *ctx);
const struct timing *serve_timing(const struct serve *s); // of all calls
// What the operator should know of the selection, a line each; for the log at the start.
void serve_warnings(const struct serve *s, struct buf *out);

#endif
