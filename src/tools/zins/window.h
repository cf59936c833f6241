// SPDX-License-Identifier: MIT
// The time window of the analytics tools: days back from now, or two epoch milliseconds. The
// service answers for windows of 7 or 14 days and knows nothing of the last day.
#ifndef TOOLS_ZINS_WINDOW_H
#define TOOLS_ZINS_WINDOW_H

#include "catalog/tool.h"

// Fills in start_time and end_time from start_days_ago and end_days_ago, and judges them.
tool_prepare zins_window;

// The rows that it reads; the window begins that many days back where the caller names nothing.
// clang-format off: it takes the braces of a row for a block
// The formatter takes the braces of a row for a block.
// clang-format off
#define WINDOW(days)                                                                           \
    { "start_days_ago", INT, NOWHERE,                                                          \
      "Where the window begins, in days back from now; it becomes 7 or 14 days long.",         \
      .otherwise = days, .min = 1 },                                                           \
    { "end_days_ago", INT, NOWHERE,                                                            \
      "Where the window ends, in days back from now.", .otherwise = "2", .min = 1 },           \
    { "start_time", INT, VARS,                                                                 \
      "Begin of the window in epoch milliseconds, instead of start_days_ago." },               \
    { "end_time", INT, VARS, "End of the window in epoch milliseconds, at least a day back." }
#define ROW_LIMIT                                                             \
    { "limit", INT, VARS,                                                     \
      "How many records at most.", .otherwise = "50", .min = 1, .max = 1000 }
#define ROW_UNIT                                                                   \
    { "traffic_unit", STR, VARS,                                                   \
      "What is counted: TRANSACTIONS or BYTES.", .otherwise = "\"TRANSACTIONS\"" }
// clang-format on

#endif
