// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zia_advanced_settings[] = {
    { "zia_get_advanced_settings", "zia_advanced_settings", READS,
      "Reads the advanced settings of ZIA: bypasses of authentication, DNS, HTTP/2, session timeouts and the like. Read them before zia_update_advanced_settings, which replaces them all.",
      .method = GET, .path = "/zia/api/v1/advancedSettings", .model = "AdvancedSettings" },
    { "zia_update_advanced_settings", "zia_advanced_settings", UPDATES,
      "Writes the advanced settings of ZIA (bypasses of authentication, DNS, HTTP/2, session timeouts and the like) and returns them as stored. The API replaces the whole record: read it with zia_get_advanced_settings, change what is to change and send all of it back. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/advancedSettings",
      .args = ARGS({ "settings", OBJ | NEEDED, MERGE,
                     "All settings in snake_case, as zia_get_advanced_settings shows them.",
                     .as = as_members }),
      .model = "AdvancedSettings" },
    { 0 },
};
