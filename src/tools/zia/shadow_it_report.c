// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_shadow_it_report[] = {
    { "zia_list_shadow_it_apps", "zia_shadow_it", READS, "List ZIA shadow IT applications.",
      .method = GET, .path = "/zia/api/v1/cloudApplications/lite",
      .args = ARGS({ "page_number", INT, QUERY, "Page number." },
                   { "limit", INT, QUERY, "How many records at most." }),
      .model = "CloudapplicationsAndTags", .list = true },
    { "zia_list_shadow_it_custom_tags", "zia_shadow_it", READS, "List ZIA shadow IT custom tags.",
      .method = GET, .path = "/zia/api/v1/customTags", .model = "CloudapplicationsAndTags",
      .list = true },
    { 0 },
};
