// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_activation[] = {
    { "zia_get_activation_status", "zia_admin", READS, "Read ZIA activation status.", .method = GET,
      .path = "/zia/api/v1/status", .model = "Activation" },
    { "zia_activate_configuration", "zia_admin", UPDATES, "Activate ZIA configuration.",
      .method = POST, .path = "/zia/api/v1/status/activate", .model = "Activation" },
    { 0 },
};
