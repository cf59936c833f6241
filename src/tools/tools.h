// SPDX-License-Identifier: MIT
// The registry of all tools: data, in the order of tools/list.
#ifndef TOOLS_TOOLS_H
#define TOOLS_TOOLS_H

#include "catalog/prompt.h"
#include "catalog/tool.h"

extern const struct service tools_services[]; // with their models; ends with a NULL name

// Every tool in the order of tools/list (registry.c), ends with NULL.
extern const struct tool *const tools_all[];

extern const struct prompt tools_prompts[]; // ends with a NULL name

#endif
