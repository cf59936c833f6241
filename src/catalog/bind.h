// SPDX-License-Identifier: MIT
// Arguments -> requests. One step of a tool becomes one request: its path with every argument
// encoded as one segment, its query in the order of the arguments, its body.
#ifndef CATALOG_BIND_H
#define CATALOG_BIND_H

#include "catalog/tool.h"

#define BIND_PATH_MAX  4096
#define BIND_QUERY_MAX (64 * 1024)
#define BIND_BODY_MAX  (4 * 1024 * 1024)

// number: of the step, from 1; last: no step follows. The request lives in call->arena.
MUST_USE bool bind_step(struct tool_call *call, const struct step *step, size_t number, bool last,
                        struct tool_request *ret, struct err *err);

// {arg} and {arg.#} (the number of items) replaced by plain text, for sentences.
void bind_sentence(const struct tool_call *call, const char *text, struct buf *out);

#endif
