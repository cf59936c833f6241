// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zdx_list_deep_traces[] = {
    { "zdx_list_device_deep_traces", "zdx_troubleshooting", READS,
      "Lists the deep traces of a device, with their state. Use it to find a trace id after zdx_start_deeptrace.",
      .method = GET, .path = "/zdx/v1/devices/{device_id}/deeptraces",
      .args = ARGS({ "device_id", STR, PATH, "Id of the device; zdx_list_devices shows it." }),
      .at = "items", .model = "DeviceDeepTraces", .list = true },
    { "zdx_get_device_deep_trace", "zdx_troubleshooting", READS,
      "Reads the state of one deep trace. When it is completed, the zdx_get_deeptrace tools show what it measured.",
      .method = GET, .path = "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}",
      .args =
          ARGS({ "device_id", STR, PATH, "Id of the device; zdx_list_devices shows it." },
               { "trace_id", STR, PATH, "Id of the trace; zdx_list_device_deep_traces shows it." }),
      .model = "DeviceDeepTraces" },
    { 0 },
};
