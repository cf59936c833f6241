// SPDX-License-Identifier: MIT
// A channel on which messages come and answers go by the same way (stdio, the old SSE pair): one
// client, whose calls run side by side on a pool.
#ifndef MCP_WIRE_INT_H
#define MCP_WIRE_INT_H

#include "base/work.h"
#include "mcp/internal.h"

struct wire {
    // immutable once the first message came
    struct mcp_server *server;
    struct str scope, log_id, from;
    struct str principal_key;
    struct work_pool *pool;
    bool (*send)(void *ctx, struct str json);
    void (*busy)(void *ctx, bool begins); // a job begins, or has ended; may be NULL
    void *ctx;
    struct arena *arena; // of the taking thread
    // the taking thread
    const void *principal; // of the message that is taken
    struct peer peer;
    bool listens; // a legacy client hears of changes
    // under lock
    pthread_mutex_t lock;
    pthread_cond_t idle;
    size_t pending; // jobs
};

void mcp_wire_init(struct wire *w, struct mcp_server *s, bool (*send)(void *ctx, struct str json),
                   void *ctx);
void mcp_wire_release(struct wire *w);
void mcp_wire_take(struct wire *w, struct str text); // one message or batch, copied
void mcp_wire_refuse(struct wire *w, enum err_code code, struct str text);

#endif
