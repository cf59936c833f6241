// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zdx_list_deep_traces[] = {
    { "zdx_list_device_deep_traces", "zdx_troubleshooting", READS, "List ZDX device deep traces.",
      .method = GET, .path = "/zdx/v1/devices/{device_id}/deeptraces",
      .args = ARGS({ "device_id", STR, PATH, "Id of the device." }), .at = "items",
      .model = "DeviceDeepTraces", .list = true },
    { "zdx_get_device_deep_trace", "zdx_troubleshooting", READS,
      "Read ZDX device deep trace by its id.", .method = GET,
      .path = "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}",
      .args = ARGS({ "device_id", STR, PATH, "Id of the device." },
                   { "trace_id", STR, PATH, "Id of the trace." }),
      .model = "DeviceDeepTraces" },
    { 0 },
};
