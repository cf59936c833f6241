// SPDX-License-Identifier: MIT
// The time window of the analytics tools: days back from now, or two epoch milliseconds. The
// service answers for windows of 7 or 14 days and knows nothing of the last day.
#ifndef TOOLS_ZINS_WINDOW_H
#define TOOLS_ZINS_WINDOW_H

#include "catalog/tool.h"

// Fills in start_time and end_time from start_days_ago and end_days_ago, and judges them.
tool_prepare zins_window;

#endif
