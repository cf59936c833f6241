// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_deeptrace_webprobe_metrics[] = {
    { "zdx_get_deeptrace_webprobe_metrics", "zdx_troubleshooting", READS,
      "Returns page fetch, DNS and server response times that the web probe of a deep trace measured, in milliseconds.",
      .steps = STEPS({ GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/webprobe-metrics",
                       .one = true }),
      .args = ARGS(ROW_DEVICE, ROW_TRACE), .model = "DeepTraceWebProbeMetrics", .list = true,
      .json = true },
    { 0 },
};
