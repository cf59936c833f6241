// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_list_deep_traces[] = {
    { "zdx_list_device_deep_traces", "zdx_troubleshooting", READS,
      "Lists the deep traces of a device, with their state. Use it to find a trace id after zdx_start_deeptrace.",
      .method = GET, .path = "/zdx/v1/devices/{device_id}/deeptraces", .args = ARGS(ROW_DEVICE),
      .at = "items", .model = "DeviceDeepTraces", .list = true },
    { "zdx_get_device_deep_trace", "zdx_troubleshooting", READS,
      "Reads the state of one deep trace. When it is completed, the zdx_get_deeptrace tools show what it measured.",
      .method = GET, .path = "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}",
      .args = ARGS(ROW_DEVICE, ROW_TRACE), .model = "DeviceDeepTraces" },
    { 0 },
};
