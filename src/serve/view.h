// SPDX-License-Identifier: MIT
// How much of each record a result shows where no query says it: everything, everything that is
// filled in, or of lists only what one knows a record by.
#ifndef SERVE_VIEW_H
#define SERVE_VIEW_H

#include "catalog/tool.h"
#include "serve/serve.h"

// value as the view shows it, a new reference that may share parts with value. Results that have an
// output schema stay as they are. *ret_note: what a model should know of it; NULL: nothing.
json_t *view_of(enum result_view view, const struct tool *tool, json_t *value,
                const char **ret_note);

#endif
