// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_deeptrace_events[] = {
    { "zdx_get_deeptrace_events", "zdx_troubleshooting", READS,
      "Returns what changed on the device during a deep trace: network, Zscaler, hardware and software events with their times. Use it to find what a bad score began with.",
      .steps =
          STEPS({ GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/events", .one = true }),
      .args = ARGS(ROW_DEVICE, ROW_TRACE), .model = "DeepTraceEvents", .list = true, .json = true },
    { 0 },
};
