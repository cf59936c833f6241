// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zdx_deeptrace_health_metrics[] = {
    { "zdx_get_deeptrace_health_metrics", "zdx_troubleshooting", READS,
      "Returns CPU, memory, disk, Wi-Fi and other health figures of the device during a deep trace.",
      .steps = STEPS(
          { GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/health-metrics", .one = true }),
      .args =
          ARGS({ "device_id", STR, PATH, "Id of the device; zdx_list_devices shows it." },
               { "trace_id", STR, PATH, "Id of the trace; zdx_list_device_deep_traces shows it." }),
      .model = "DeepTraceHealthMetrics", .list = true, .json = true },
    { 0 },
};
