// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zdx_deeptrace_cloudpath[] = {
    { "zdx_get_deeptrace_cloudpath", "zdx_troubleshooting", READS,
      "Returns the hops between device and application that a deep trace saw, over time.",
      .steps = STEPS(
          { GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/cloudpath", .one = true }),
      .args =
          ARGS({ "device_id", STR, PATH, "Id of the device; zdx_list_devices shows it." },
               { "trace_id", STR, PATH, "Id of the trace; zdx_list_device_deep_traces shows it." }),
      .model = "DeepTraceCloudPath", .list = true, .json = true },
    { 0 },
};
