// SPDX-License-Identifier: MIT
// Judges the arguments of a call as the Python server does, and in its words (pydantic's): strings
// that hold JSON where no plain string is wanted, lax numbers and booleans, unknown names ignored.
// Then the bounds and patterns that the schema does not show.
#ifndef CATALOG_ARGS_H
#define CATALOG_ARGS_H

#include "catalog/tool.h"

// *ret: a new object with every argument of the tool, defaults filled in, `query` and `kwargs`
// apart. False: *ret_text (in the arena) says for the model what is wrong; err->text the same, cut.
MUST_USE bool args_judge(const struct tool *tool, const json_t *given, struct arena *arena,
                         json_t **ret, struct str *ret_text, struct err *err);

// As Python's repr() shows a JSON value.
void args_repr(const json_t *value, struct buf *out);

#endif
