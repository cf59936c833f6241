// SPDX-License-Identifier: MIT
// What the files of tasks share.
#ifndef MCP_TASKS_INT_H
#define MCP_TASKS_INT_H

#include "mcp/internal.h"

#define TASK_ID_BYTES 16

enum task_status {
    TASK_WORKING,
    TASK_INPUT_REQUIRED,
    TASK_COMPLETED,
    TASK_FAILED,
    TASK_CANCELLED,
};

struct task {
    // immutable
    char id[2 * TASK_ID_BYTES + 1];
    struct arena *arena;
    struct request request; // of the arena; writes into out
    int64_t created, ttl_ms;
    uint64_t number; // in the order of making
    // the running thread
    struct mcp_call call;
    // under lock
    enum task_status status;
    bool cancelled; // it was asked to end
    bool asking;    // legacy: a request for its result puts its questions to the client
    struct buf message, out;
    int64_t updated;
    json_t *wanted, *answers; // by key: questions without an answer, and answers
    size_t refs;              // who must not lose it
    struct task *next;        // older
};

// All under the lock of the server's tasks, but for the last.
bool mcp_task_is_over(const struct task *t);
bool mcp_task_is_legacy(const struct task *t); // without the lock, too
void mcp_task_touch(struct task *t, enum task_status status);
void mcp_task_render(const struct task *t, struct buf *out);        // its members, without braces
struct task *mcp_task_find(const struct request *r, struct str id); // of who asks
bool mcp_task_is_of(const struct task *t, const struct request *r);
void mcp_tasks_sweep(struct tasks *tasks);
// The lock is left for a moment: whoever is woken may want it.
void mcp_task_cancel(struct tasks *tasks, struct task *t);
void mcp_task_tell(struct task *t); // to those who listen; without the lock

#endif
