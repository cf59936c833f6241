// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zdx_deeptrace_cloudpath_metrics[] = {
    { "zdx_get_deeptrace_cloudpath_metrics", "zdx_troubleshooting", READS,
      "Returns latency and loss of each leg of the path that a deep trace saw.",
      .steps = STEPS({ GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/cloudpath-metrics",
                       .one = true }),
      .args =
          ARGS({ "device_id", STR, PATH, "Id of the device; zdx_list_devices shows it." },
               { "trace_id", STR, PATH, "Id of the trace; zdx_list_device_deep_traces shows it." }),
      .model = "DeepTraceCloudPathMetric", .list = true, .json = true },
    { 0 },
};
