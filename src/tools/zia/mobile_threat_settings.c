// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zia_mobile_threat_settings[] = {
    { "zia_get_mobile_advanced_settings", "zia_misc", READS,
      "Reads what is blocked in applications of mobile devices: leaked credentials, location, personal data, ads, malicious behaviour.",
      .method = GET, .path = "/zia/api/v1/mobileAdvanceThreatSettings",
      .model = "MobileAdvancedThreatSettings" },
    { "zia_update_mobile_advanced_settings", "zia_misc", UPDATES,
      "Writes what is blocked in applications of mobile devices; returns it as stored. The API replaces the whole record: read it with zia_get_mobile_advanced_settings, change what is to change and send all of it back. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/mobileAdvanceThreatSettings",
      .args = ARGS({ "settings", OBJ | NEEDED, MERGE,
                     "All settings in snake_case, as zia_get_mobile_advanced_settings shows them.",
                     .as = as_members }),
      .model = "MobileAdvancedThreatSettings" },
    { 0 },
};
