// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_deeptrace_health_metrics[] = {
    { "zdx_get_deeptrace_health_metrics", "zdx_troubleshooting", READS,
      "Returns CPU, memory, disk, Wi-Fi and other health figures of the device during a deep trace. Use it to see whether the device itself is the cause.",
      .steps = STEPS(
          { GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/health-metrics", .one = true }),
      .args = ARGS(ROW_DEVICE, ROW_TRACE), .model = "DeepTraceHealthMetrics", .list = true,
      .json = true },
    { 0 },
};
