// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_active_devices[] = {
    { "zdx_list_devices", "zdx_reports", READS, "List ZDX devices. Returns one page.",
      .method = GET, .path = "/zdx/v1/devices",
      .args = ARGS({ "emails", STRS, QUERY, "Emails, as a list." },
                   { "user_ids", STRS, QUERY, "Ids of the users." },
                   { "mac_address", STR, QUERY, "Mac address." },
                   { "private_ipv4", STR, QUERY, "Private ipv4." },
                   { "location_id", STRS, QUERY, "Ids of locations.", .wire = "loc" },
                   { "department_id", STRS, QUERY, "Ids of departments.", .wire = "dept" },
                   { "geo_id", STRS, QUERY, "Ids of regions.", .wire = "geo" },
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1 },
                   { "offset", STR, QUERY, "Where to continue: the offset of the next page." }),
      .at = "devices", .model = "DeviceDetail", .list = true },
    { "zdx_get_device", "zdx_reports", READS, "Read ZDX device by its id.", .method = GET,
      .path = "/zdx/v1/devices/{device_id}",
      .args = ARGS({ "device_id", STR, PATH, "Id of the device." },
                   { "location_id", STRS, QUERY, "Ids of locations.", .wire = "loc" },
                   { "department_id", STRS, QUERY, "Ids of departments.", .wire = "dept" },
                   { "geo_id", STRS, QUERY, "Ids of regions.", .wire = "geo" },
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .model = "DeviceModelInfo" },
    { 0 },
};
