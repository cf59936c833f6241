// SPDX-License-Identifier: MIT
// Event streams of 2025-11-25 that outlive their connection: what was said is kept for a while, and
// a client that comes back with the id of the last event it saw gets the rest. In this process.
#ifndef MCP_RESUME_INT_H
#define MCP_RESUME_INT_H

#include "mcp/internal.h"

struct resumable;

// Begins the answer of ex as such a stream. scope: who may come back for it.
struct resumable *mcp_resumable_new(struct mcp_server *s, struct exchange *ex, struct str scope);
bool mcp_resumable_send(struct resumable *r, struct str json); // false: too large for an event
void mcp_resumable_let_go(struct resumable *r, int retry_ms);
void mcp_resumable_end(struct resumable *r); // nothing more will be sent; the handle is gone
// Goes on with the stream of that event on ex; false: there is none.
bool mcp_resumable_go_on(struct mcp_server *s, struct exchange *ex, struct str scope,
                         struct str last_event_id);

#endif
