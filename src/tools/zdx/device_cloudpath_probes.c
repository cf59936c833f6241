// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_device_cloudpath_probes[] = {
    { "zdx_list_cloudpath_probes", "zdx_troubleshooting", READS,
      "Lists the cloud path probes of an application on a device with their average latencies. Their ids serve zdx_start_deeptrace.",
      .method = GET, .path = "/zdx/v1/devices/{device_id}/apps/{app_id}/cloudpath-probes",
      .args = ARGS(
          { "device_id", STR, PATH, "Id of the device; zdx_list_devices shows it." },
          { "app_id", STR, PATH, "Id of the application; zdx_list_applications shows it." },
          { "since", INT, SPAN, "Hours to look back from now; the API looks back 2 if left out.",
            .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .at = "items", .model = "DeviceAppCloudPathProbes", .list = true },
    { 0 },
};
