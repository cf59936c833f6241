// SPDX-License-Identifier: MIT
#ifndef APP_LIST_TOOLS_H
#define APP_LIST_TOOLS_H

#include "app/options.h"

// --list-tools: all tools of the chosen services by service, write tools marked, without
// credentials.
void list_tools(const struct options *o, struct buf *out);
// --print-tools-docs: the part of docs/tools.md that lists all tools by service and toolset.
void tools_docs(const struct options *o, struct buf *out);

#endif
