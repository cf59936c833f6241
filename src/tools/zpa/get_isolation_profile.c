// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zpa_get_isolation_profile[] = {
    { "get_zpa_isolation_profile", "zpa_misc", READS,
      "Lists the browser isolation profiles, or reads one by its name. Their ids serve isolation rules (zpa_create_isolation_policy_rule).",
      .method = GET, .path = "/zpa/cbiconfig/cbi/api/customers/{customer}/profiles",
      .args = ARGS({ "name", STR, NOWHERE, "Exact name of the one to read." }), .at = "list",
      .model = "CBIProfile", .list = true, .find = "name==name" },
    { 0 },
};
