// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_device_management[] = {
    { "zia_list_device_groups", "zia_devices", READS, "List ZIA device groups.", .method = GET,
      .path = "/zia/api/v1/deviceGroups",
      .args = ARGS({ "include_device_info", BOOL, QUERY, "Switch: include device info." },
                   { "include_pseudo_groups", BOOL, QUERY, "Switch: include pseudo groups." }),
      .model = "DeviceGroups", .list = true },
    { "zia_list_devices", "zia_devices", READS, "List ZIA devices. Returns one page.",
      .method = GET, .path = "/zia/api/v1/deviceGroups/devices",
      .args =
          ARGS({ "name", STR, QUERY, "Name." }, { "user_ids", STRS, QUERY, "Ids of the users." },
               { "include_all", BOOL, QUERY, "Switch: include all." },
               { "page", INT, QUERY, "Number of the page." },
               { "page_size", INT, QUERY, "Records a page." }),
      .model = "Devices", .list = true },
    { "zia_list_devices_lite", "zia_devices", READS, "List ZIA devices lite.", .method = GET,
      .path = "/zia/api/v1/deviceGroups/devices/lite", .model = "DeviceGroups", .list = true },
    { 0 },
};
