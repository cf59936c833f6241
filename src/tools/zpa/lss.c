// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zpa_lss[] = {
    { "zpa_get_lss_config", "zpa_misc", READS, "Read ZPA LSS config by its id.", .method = GET,
      .path = "/zpa/mgmtconfig/v2/admin/customers/{customer}/lssConfig/{lss_config_id}",
      .args = ARGS({ "lss_config_id", STR, PATH, "Id of the LSS config." }),
      .model = "LSSResourceModel" },
    { 0 },
};
