// SPDX-License-Identifier: MIT
// Which tools a server offers: services, toolsets, patterns and the two keys to write tools,
// decided once at the start. Order: disabled pattern, services, entitlement, toolsets, write gate;
// all must agree.
#ifndef CATALOG_SELECT_H
#define CATALOG_SELECT_H

#include "base/buf.h"
#include "catalog/tool.h"

// Lists end with NULL; a NULL or empty list sets no limit (write_tools: names no tool).
struct selection {
    const char *const *services, *const *disabled_services;
    const char *const *entitled; // services that the API client may use; NULL: no limit
    const char *const *toolsets, *const *disabled_toolsets; // "all", "default": no limit
    bool enable_write;
    const char *const *write_tools;    // patterns
    const char *const *disabled_tools; // patterns
};

// What decided about a tool; the first that says no, in this order.
enum selection_reason {
    SELECTED,
    OFF_BY_PATTERN,  // disabled_tools
    OFF_BY_SERVICES, // not among services
    OFF_BY_DISABLED_SERVICE,
    OFF_BY_ENTITLEMENT,
    OFF_BY_TOOLSETS, // not among toolsets
    OFF_BY_DISABLED_TOOLSET,
    OFF_BY_WRITE_SWITCH,
    OFF_BY_WRITE_LIST,
};
enum selection_reason selection_why(const struct selection *s, const struct tool *tool);
bool selection_has(const struct selection *s, const struct tool *tool);
// Write keys that do not fit together, a line each.
void selection_warnings(const struct selection *s, struct buf *out);
// Names that are none, and patterns that fit no tool, a line each, with the one that was meant.
void selection_problems(const struct selection *s, const struct tool *const *tools,
                        struct buf *out);

// What somebody may do with a tool; 0: nothing, it is not even there for them.
enum tool_right {
    MAY_CALL = 1,
    MAY_DRY_RUN = 2,    // only: what would be sent is shown, nothing is changed
    MAY_WITH_PERSON = 4 // a delete only where the client can ask its person; no tokens
};

// Python's fnmatch on POSIX: * ? [seq] [!seq], the whole name, letters as they are.
bool pattern_matches(const char *pattern, const char *name);

#endif
