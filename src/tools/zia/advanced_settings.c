// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_advanced_settings[] = {
    { "zia_get_advanced_settings", "zia_advanced_settings", READS, "Read ZIA advanced settings.",
      .method = GET, .path = "/zia/api/v1/advancedSettings", .model = "AdvancedSettings" },
    { 0 },
};
