// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_activation[] = {
    { "zia_get_activation_status", "zia_admin", READS,
      "Tells whether changes wait for activation: ACTIVE, PENDING or INPROGRESS. Use it before and after zia_activate_configuration.",
      .method = GET, .path = "/zia/api/v1/status", .model = "Activation" },
    { "zia_activate_configuration", "zia_admin", UPDATES,
      "Puts all saved changes of ZIA into force, those of other administrators too; returns the status. Use it once after the last change of a task: until then no create, update or delete has an effect.",
      .method = POST, .path = "/zia/api/v1/status/activate", .model = "Activation" },
    { 0 },
};
