// SPDX-License-Identifier: MIT
// The API's answer -> what the tool returns: the place of the records in it, the fields of the
// model in their order, names in snake_case, what stands for absent fields, a client-side search.
#ifndef SERVE_SHAPE_H
#define SERVE_SHAPE_H

#include "catalog/model.h"

#define SHAPE_DEPTH_MAX 64

// answer: of the last step, NULL if it had no content; borrowed. *ret is a new tree that shares
// nothing with it. model: of call->tool, NULL if it has none.
MUST_USE bool shape(struct tool_call *call, const struct service *service,
                    const struct model *model, const json_t *answer, json_t **ret, struct err *err);

#endif
