// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_deeptrace_top_processes[] = {
    { "zdx_list_deeptrace_top_processes", "zdx_troubleshooting", READS,
      "Lists which processes used most CPU, memory, disk and network during a deep trace, a record for each moment. Use it to find software that slows a device down; zdx_list_device_deep_traces shows the traces.",
      .steps = STEPS(
          { GET, "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}/top-processes", .one = true }),
      .args = ARGS(ROW_DEVICE, ROW_TRACE), .model = "DeviceTopProcesses", .list = true,
      .json = true,
      .untrusted = "Names of processes were chosen by whoever wrote the software on the device." },
    { 0 },
};
