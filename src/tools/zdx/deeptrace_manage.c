// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zdx_deeptrace_manage[] = {
    { "zdx_delete_deeptrace", "zdx_troubleshooting", DELETES,
      "Delete ZDX deeptrace. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE, .path = "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}",
      .args = ARGS({ "device_id", STR, PATH, "Id of the device." },
                   { "trace_id", STR, PATH, "Id of the trace." }),
      .says = "Deleted deep trace {trace_id} for device {device_id}." },
    { 0 },
};
