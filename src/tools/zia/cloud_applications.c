// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool zia_cloud_applications[] = {
    { "zia_list_cloud_app_policy", "zia_cloud_app_control", READS,
      "Lists the applications that URL filtering and cloud application control rules can name, with their classes. Use it to find the words for applications of a rule. Returns one page.",
      .method = GET, .path = "/zia/api/v1/cloudApplications/policy",
      .args = ARGS(ROW_SEARCH,
                   { "app_class", STR, QUERY,
                     "Only applications of this class, as WEBMAIL or SOCIAL_NETWORKING." },
                   { "page", INT, QUERY, "Number of the page, from 1." },
                   { "page_size", INT, QUERY, "Records a page." },
                   { "group_results", BOOL, QUERY,
                     "Whether to answer numbers for each class instead of the applications." }),
      .model = "CloudApplicationPolicy", .list = true },
    { "zia_list_cloud_app_ssl_policy", "zia_ssl_inspection", READS,
      "Lists the applications that SSL inspection rules can name, with their classes. Use it to find the words for cloud_applications of a rule. Returns one page.",
      .method = GET, .path = "/zia/api/v1/cloudApplications/sslPolicy",
      .args = ARGS(ROW_SEARCH,
                   { "app_class", STR, QUERY,
                     "Only applications of this class, as WEBMAIL or SOCIAL_NETWORKING." },
                   { "page", INT, QUERY, "Number of the page, from 1." },
                   { "page_size", INT, QUERY, "Records a page." },
                   { "group_results", BOOL, QUERY,
                     "Whether to answer numbers for each class instead of the applications." }),
      .model = "CloudApplicationPolicy", .list = true },
    { 0 },
};
