// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zia_mobile_threat_settings[] = {
    { "zia_get_mobile_advanced_settings", "zia_misc", READS, "Read ZIA mobile advanced settings.",
      .method = GET, .path = "/zia/api/v1/mobileAdvanceThreatSettings",
      .model = "MobileAdvancedThreatSettings" },
    { "zia_update_mobile_advanced_settings", "zia_misc", UPDATES,
      "Change ZIA mobile advanced settings; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/mobileAdvanceThreatSettings",
      .args = ARGS({ "settings", OBJ | NEEDED, MERGE, "The settings to change, in snake_case.",
                     .as = as_members }),
      .model = "MobileAdvancedThreatSettings" },
    { 0 },
};
