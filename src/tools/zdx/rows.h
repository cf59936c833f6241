// SPDX-License-Identifier: MIT
// Rows of arguments that many ZDX tools have alike.
#ifndef TOOLS_ZDX_ROWS_H
#define TOOLS_ZDX_ROWS_H

#include "catalog/tool.h"

// The formatter takes the braces of a row for a block.
// clang-format off
#define ROW_DEVICE { "device_id", STR, PATH, "Id of the device; zdx_list_devices shows it." }
#define ROW_TRACE                                                                       \
    { "trace_id", STR, PATH, "Id of the trace; zdx_list_device_deep_traces shows it." }
#define ROW_APP { "app_id", STR, PATH, "Id of the application; zdx_list_applications shows it." }
// Where the devices are that count.
#define ROWS_WHERE                                                                         \
    { "location_id", STRS, QUERY,                                                          \
      "Only these locations, by id; zdx_list_locations shows them.", .wire = "loc" },      \
    { "department_id", STRS, QUERY,                                                        \
      "Only these departments, by id; zdx_list_departments shows them.", .wire = "dept" }, \
    { "geo_id", STRS, QUERY, "Only these regions, by id.", .wire = "geo" }
#define ROW_SINCE                                                       \
    { "since", INT, SPAN,                                               \
      "Hours to look back from now; the API looks back 2 if left out.", \
      .wire = "from,to", .as = as_hours_ago, .min = 1 }
#define ROW_OFFSET { "offset", STR, QUERY, "Where to continue: the offset of the next page." }
// clang-format on

#endif
