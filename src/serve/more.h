// SPDX-License-Identifier: MIT
// Whether the API has more records than the page that it answered, and with which argument they
// come. No page is fetched unasked: a model decides whether it needs the rest.
#ifndef SERVE_MORE_H
#define SERVE_MORE_H

#include "base/buf.h"
#include "catalog/tool.h"

// {"page": 1, "pages": 3, "total": 600, "next": {"page": 2}}, members that are known; "maybe": true
// where only a full page hints at it. NULL: none. answer: of the last step, may be NULL.
json_t *more_of(const struct tool_call *call, const json_t *answer);
// The same as a sentence.
void more_text(const json_t *more, struct buf *out);

#endif
