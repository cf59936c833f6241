// SPDX-License-Identifier: MIT
// Rows of arguments that tools of several services have alike.
#ifndef TOOLS_ROWS_H
#define TOOLS_ROWS_H

#include "catalog/tool.h"

// The formatter takes the braces of a row for a block.
// clang-format off
#define ROW_DESCRIPTION { "description", STR, BODY, "Free text for administrators." }
#define ROW_NEW_NAME { "name", STR | NEEDED, BODY, "Name, unique among its kind." }
#define ROW_NAME { "name", STR, BODY, "Name, as it is or a new one." }
#define ROW_SEARCH { "search", STR, QUERY, "Part of the name to look for." }
#define ROW_PAGE { "page", INT, QUERY, "Number of the page, from 1.", .min = 1 }
// clang-format on

#endif
