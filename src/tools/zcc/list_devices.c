// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"

// The API counts the systems.
#define SYSTEMS                                                                                    \
    MAP({ "ios", "1" }, { "android", "2" }, { "windows", "3" }, { "macos", "4" }, { "linux", "5" })

const struct tool zcc_list_devices[] = {
    { "zcc_list_devices", "zcc_devices", READS,
      "Lists the devices with the Client Connector: owner, system, version, state, when last seen. Use it to find a udid. Returns one page.",
      .method = GET, .path = "/zcc/papi/public/v1/getDevices",
      .args = ARGS({ "username", STR, QUERY, "Only devices of this user, as alice@example.com." },
                   { "os_type", STR, QUERY, "ios, android, windows, macos or linux.",
                     .as = as_one_of, .map = SYSTEMS },
                   ROW_PAGE, { "page_size", INT, QUERY, "Records a page.", .min = 1, .max = 5000 }),
      .model = "Device", .list = true },
    { 0 },
};
