// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_device_cloudpath_probes[] = {
    { "zdx_list_cloudpath_probes", "zdx_troubleshooting", READS,
      "Lists the cloud path probes of an application on a device with their average latencies. Their ids serve zdx_start_deeptrace.",
      .method = GET, .path = "/zdx/v1/devices/{device_id}/apps/{app_id}/cloudpath-probes",
      .args = ARGS(ROW_DEVICE, ROW_APP, ROW_SINCE), .at = "items",
      .model = "DeviceAppCloudPathProbes", .list = true },
    { 0 },
};
