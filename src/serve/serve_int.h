// SPDX-License-Identifier: MIT
// Inside serve. The fields of struct serve are immutable after serve_new, but for an atomic one.
#ifndef SERVE_SERVE_INT_H
#define SERVE_SERVE_INT_H

#include <stdatomic.h>

#include "serve/serve.h"

#define CONFIRMATION_TTL_S 300

struct find;

// A tool as it is offered: its data with what was looked up and rendered for it.
struct offered {
    const struct serve *serve;
    const struct tool *tool;
    const struct service *service;
    const struct model *model;      // NULL: none
    const struct offered *namesake; // of a delete: the tool that reads the same thing, NULL: none
};

struct serve {
    struct serve_config config;
    struct arena *arena;
    struct models *models;
    struct offered *offered;       // every tool there is, in the order of the registry
    size_t count;                  // of them
    const struct offered **chosen; // those that were given to the server
    size_t chosen_count;
    struct serve_tally *tallies; // of offered, by their place
    struct timing *timing;
    struct find *index;         // over chosen, in mode search; else NULL
    atomic_bool logs_arguments; // as config.log_tool_calls at first
};

// What this person may do with this tool, by the policy where there is one: enum tool_right.
unsigned serve_right(const struct serve *s, const void *principal, const struct offered *o);
// Does the policy bound this call so (MAY_DRY_RUN, MAY_WITH_PERSON)? Also where a reload has taken
// the tool from the caller since the call began.
bool serve_bounded(const struct offered *o, struct mcp_call *mcp, enum tool_right bound);

// What came of a call, for the audit line.
struct outcome {
    const char *word;
    struct str detail;
    bool has_result; // then:
    size_t bytes;    // of its text
    size_t records;  // before query and cut, 0 for what is no list
    size_t shown;    // of them
};

// --- run.c ---
mcp_tool_handler run_call;
// The same with arguments that stand somewhere else.
void run_with(const struct offered *o, struct mcp_call *mcp, const json_t *given);
// Runs a tool's requests for given arguments, without confirmation; *ret is the shaped answer.
MUST_USE bool run_tool(const struct offered *o, struct mcp_call *mcp, json_t *args, json_t **ret,
                       json_t **ret_more, struct err *err, struct str *ret_error);

// --- result.c ---
// Answers with what a tool returned, or says that it is too large. query: JMESPath, empty for none;
// more: of more.h.
struct outcome give_result(const struct offered *o, struct mcp_call *mcp, struct str query,
                           json_t *value, const json_t *more);

// --- search.c ---
MUST_USE bool serve_search(struct serve *s, struct mcp_server *server, struct err *err);

// --- prompts.c ---
MUST_USE bool serve_prompts(struct serve *s, struct mcp_server *server, struct err *err);

// --- confirm.c ---
// NULL: this call of a delete may go ahead. Else the answer (a question, or why not) was given, and
// this is its outcome for the audit line.
const char *confirm(const struct offered *o, struct mcp_call *mcp, const json_t *given,
                    json_t *args);
// What the token is about: "tool:" and the arguments, compact and sorted.
void confirm_subject(const struct tool *tool, const json_t *args, struct buf *out);
// How the thing is called in the prompt: its id, "unknown" if no argument names it.
void confirm_identifier(const json_t *args, const char *display_name, struct buf *out);
// The name of the thing, read with the tool that reads it; NULL where that fails, which never stops
// a confirmation, or where the policy does not let the person read it.
const char *confirm_name(const struct offered *o, struct mcp_call *mcp, const json_t *args);
// Spends a confirmation that is good until then.
enum spent confirm_spend(const struct offered *o, struct mcp_call *mcp, struct str what,
                         int64_t until);
#define CONFIRM_UNAVAILABLE                                                                        \
    "Confirmations cannot be checked at the moment; nothing was deleted. Try again in a while."

// --- confirm_ask.c ---
// The same as confirm, for a client that can ask its person.
const char *confirm_ask(const struct offered *o, struct mcp_call *mcp, const json_t *args);

// --- audit.c ---
// One line a call. given: the arguments as they came; logged only where the operator wants it.
void tool_audit(const struct offered *o, const struct mcp_call *mcp, const json_t *given,
                const struct outcome *outcome, int64_t began_mono_ms);
// The line of a call of somebody who has no right to the tool.
void tool_audit_refused(const struct offered *o, const struct mcp_call *mcp);

#endif
