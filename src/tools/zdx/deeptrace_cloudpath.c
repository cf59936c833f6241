// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_deeptrace_cloudpath[] = {
    { "zdx_get_deeptrace_cloudpath", "zdx_troubleshooting", READS,
      "Returns the hops between a device and an application that a deep trace saw, over time: addresses, loss and latency of each. zdx_get_deeptrace_cloudpath_metrics sums up each leg and is shorter; read that first.",
      .steps = STEPS(
          { GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/cloudpath", .one = true }),
      .args = ARGS(ROW_DEVICE, ROW_TRACE), .model = "DeepTraceCloudPath", .list = true,
      .json = true },
    { 0 },
};
