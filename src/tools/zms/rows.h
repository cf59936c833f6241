// SPDX-License-Identifier: MIT
// Rows of arguments that many ZMS tools have alike.
#ifndef TOOLS_ZMS_ROWS_H
#define TOOLS_ZMS_ROWS_H

#include "catalog/tool.h"

// The formatter takes the braces of a row for a block.
// clang-format off
#define ROW_PAGE_SIZE                                                                      \
    { "page_size", INT, VARS, "Records a page.", .otherwise = "20", .min = 1, .max = 100 }
#define ROW_PAGE_NUM                                                                     \
    { "page_num", INT, VARS, "Number of the page, from 1.", .otherwise = "1", .min = 1 }
// clang-format on

#endif
