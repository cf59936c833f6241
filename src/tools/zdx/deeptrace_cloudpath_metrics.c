// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_deeptrace_cloudpath_metrics[] = {
    { "zdx_get_deeptrace_cloudpath_metrics", "zdx_troubleshooting", READS,
      "Returns latency and loss of each leg of the path (device to Zscaler, Zscaler to application) that a deep trace saw, over time. zdx_get_deeptrace_cloudpath shows the single hops.",
      .steps = STEPS({ GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/cloudpath-metrics",
                       .one = true }),
      .args = ARGS(ROW_DEVICE, ROW_TRACE), .model = "DeepTraceCloudPathMetric", .list = true,
      .json = true },
    { 0 },
};
