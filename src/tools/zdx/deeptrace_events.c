// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zdx_deeptrace_events[] = {
    { "zdx_get_deeptrace_events", "zdx_troubleshooting", READS,
      "Returns what changed on the device during a deep trace: network, Zscaler, hardware and software events.",
      .steps =
          STEPS({ GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/events", .one = true }),
      .args =
          ARGS({ "device_id", STR, PATH, "Id of the device; zdx_list_devices shows it." },
               { "trace_id", STR, PATH, "Id of the trace; zdx_list_device_deep_traces shows it." }),
      .model = "DeepTraceEvents", .list = true, .json = true },
    { 0 },
};
