// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_device_web_probes[] = {
    { "zdx_get_web_probes", "zdx_troubleshooting", READS,
      "Lists the web probes of an application on a device with score and page fetch time. Their ids serve zdx_start_deeptrace.",
      .method = GET, .path = "/zdx/v1/devices/{device_id}/apps/{app_id}/web-probes",
      .args = ARGS(ROW_DEVICE, ROW_APP, ROW_SINCE), .at = "items", .model = "DeviceAppWebProbes",
      .list = true },
    { 0 },
};
