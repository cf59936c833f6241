// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_device_management[] = {
    { "zia_list_device_groups", "zia_devices", READS,
      "Lists the groups of devices (by system or Client Connector) that ZIA rules can name, with their ids. zia_list_devices shows the devices themselves.",
      .method = GET, .path = "/zia/api/v1/deviceGroups",
      .args = ARGS({ "include_device_info", BOOL, QUERY,
                     "Whether to answer the devices of each group too." },
                   { "include_pseudo_groups", BOOL, QUERY,
                     "Whether to answer groups that Zscaler made, too." }),
      .model = "DeviceGroups", .list = true },
    { "zia_list_devices", "zia_devices", READS,
      "Lists the devices enrolled with the Client Connector: model, system, owner. zia_list_devices_lite answers only ids and names. Returns one page.",
      .method = GET, .path = "/zia/api/v1/deviceGroups/devices",
      .args = ARGS({ "name", STR, QUERY, "Part of the name to look for." },
                   { "user_ids", STRS, QUERY,
                     "Only these users, by id; zdx_list_application_users shows them." },
                   { "include_all", BOOL, QUERY, "Whether to answer devices in any state." },
                   { "page", INT, QUERY, "Number of the page, from 1." },
                   { "page_size", INT, QUERY, "Records a page." }),
      .model = "Devices", .list = true },
    { "zia_list_devices_lite", "zia_devices", READS,
      "Lists the enrolled devices by id, name and owner only. Use it to find the ids for devices of a rule; zia_list_devices shows more.",
      .method = GET, .path = "/zia/api/v1/deviceGroups/devices/lite", .model = "DeviceGroups",
      .list = true },
    { 0 },
};
