// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_list_software_inventory[] = {
    { "zdx_list_software", "zdx_software_inventory", READS,
      "Lists the software found on devices, with versions and numbers of users and devices. Use it to find a software key; zdx_get_software_details shows where one runs.",
      .method = GET, .path = "/zdx/v1/inventory/software",
      .args = ARGS(
          ROWS_WHERE,
          { "user_ids", STRS, QUERY,
            "Only these users, by id; zdx_list_application_users shows them." },
          { "device_ids", STRS, QUERY, "Only these devices, by id; zdx_list_devices shows them." }),
      .at = "software", .model = "DeviceSoftwareInventory", .list = true, .untrusted = "" },
    { "zdx_get_software_details", "zdx_software_inventory", READS,
      "Lists the users and devices that have one piece of software. zdx_list_software shows the keys.",
      .method = GET, .path = "/zdx/v1/inventory/software/{software_key}",
      .args = ARGS(
          ROWS_WHERE,
          { "user_ids", STRS, QUERY,
            "Only these users, by id; zdx_list_application_users shows them." },
          { "device_ids", STRS, QUERY, "Only these devices, by id; zdx_list_devices shows them." },
          { "software_key", STR, PATH,
            "Key of the software with its version, as Chrome_120; zdx_list_software shows it." }),
      .at = "software", .model = "DeviceSoftwareInventory", .list = true, .untrusted = "" },
    { 0 },
};
