// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

const struct tool zpa_get_app_protection_profile[] = {
    { "get_zpa_app_protection_profile", "zpa_misc", READS,
      "Lists the AppProtection (inspection) profiles of ZPA with their controls, or finds one by its name. Their ids serve AppProtection rules (zpa_create_app_protection_rule).",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/inspectionProfile",
      .args = ARGS({ "name", STR, QUERY, "Exact name of the one to read.", .wire = "search",
                     .as = as_search },
                   ROW_PAGE, ROW_PAGE_SIZE),
      .at = "list", .model = "AppProtectionProfile", .list = true, .find = "name==name" },
    { 0 },
};
