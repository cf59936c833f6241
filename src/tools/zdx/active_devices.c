// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_active_devices[] = {
    { "zdx_list_devices", "zdx_reports", READS,
      "Lists the devices that ZDX measures, filtered by user, e-mail, place or address. Use it to find a device id; zdx_get_device shows its health. Returns one page.",
      .method = GET, .path = "/zdx/v1/devices",
      .args = ARGS(
          { "emails", STRS, QUERY,
            "Only devices of these users, by e-mail address: [\"alice@example.com\"]." },
          { "user_ids", STRS, QUERY,
            "Only these users, by id; zdx_list_application_users shows them." },
          { "mac_address", STR, QUERY,
            "Only the device with this MAC address, as 00:1a:2b:3c:4d:5e." },
          { "private_ipv4", STR, QUERY, "Only devices with this private address, as 10.0.0.5." },
          ROWS_WHERE, ROW_SINCE, ROW_OFFSET),
      .at = "devices", .model = "DeviceDetail", .list = true },
    { "zdx_get_device", "zdx_reports", READS,
      "Reads one ZDX device: hardware, network, software, Zscaler services, measured in the last hours. zdx_list_devices shows the ids.",
      .method = GET, .path = "/zdx/v1/devices/{device_id}",
      .args = ARGS(ROW_DEVICE, ROWS_WHERE, ROW_SINCE), .model = "DeviceModelInfo" },
    { 0 },
};
