// SPDX-License-Identifier: MIT
// What tools/list says of a tool, derived from its data: the input schema, the output schema of the
// few that have one, the annotations.
#ifndef CATALOG_SCHEMA_H
#define CATALOG_SCHEMA_H

#include "base/buf.h"
#include "catalog/tool.h"

#define SCHEMA_MAX (64 * 1024)

void schema_input(const struct tool *tool, struct buf *out);
void schema_output(const struct tool *tool, struct buf *out); // nothing where there is none
void schema_annotations(const struct tool *tool, struct buf *out);

#endif
