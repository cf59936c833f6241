// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zdx_list_software_inventory[] = {
    { "zdx_list_software", "zdx_software_inventory", READS, "List ZDX software.", .method = GET,
      .path = "/zdx/v1/inventory/software",
      .args = ARGS({ "location_id", STRS, QUERY, "Ids of locations.", .wire = "loc" },
                   { "department_id", STRS, QUERY, "Ids of departments.", .wire = "dept" },
                   { "geo_id", STRS, QUERY, "Ids of regions.", .wire = "geo" },
                   { "user_ids", STRS, QUERY, "Ids of the users." },
                   { "device_ids", STRS, QUERY, "Ids of the devices." }),
      .at = "software", .model = "DeviceSoftwareInventory", .list = true, .untrusted = "" },
    { "zdx_get_software_details", "zdx_software_inventory", READS, "Read ZDX software details.",
      .method = GET, .path = "/zdx/v1/inventory/software/{software_key}",
      .args = ARGS({ "location_id", STRS, QUERY, "Ids of locations.", .wire = "loc" },
                   { "department_id", STRS, QUERY, "Ids of departments.", .wire = "dept" },
                   { "geo_id", STRS, QUERY, "Ids of regions.", .wire = "geo" },
                   { "user_ids", STRS, QUERY, "Ids of the users." },
                   { "device_ids", STRS, QUERY, "Ids of the devices." },
                   { "software_key", STR, PATH, "Software key." }),
      .at = "software", .model = "DeviceSoftwareInventory", .list = true, .untrusted = "" },
    { 0 },
};
