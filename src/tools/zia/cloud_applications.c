// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_cloud_applications[] = {
    { "zia_list_cloud_app_policy", "zia_cloud_app_control", READS,
      "List ZIA cloud application policy. Returns one page.", .method = GET,
      .path = "/zia/api/v1/cloudApplications/policy",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." },
                   { "app_class", STR, QUERY, "Application class." },
                   { "page", INT, QUERY, "Number of the page." },
                   { "page_size", INT, QUERY, "Records a page." },
                   { "group_results", BOOL, QUERY, "Switch: group results." }),
      .model = "CloudApplicationPolicy", .list = true },
    { "zia_list_cloud_app_ssl_policy", "zia_ssl_inspection", READS,
      "List ZIA cloud application SSL policy. Returns one page.", .method = GET,
      .path = "/zia/api/v1/cloudApplications/sslPolicy",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." },
                   { "app_class", STR, QUERY, "Application class." },
                   { "page", INT, QUERY, "Number of the page." },
                   { "page_size", INT, QUERY, "Records a page." },
                   { "group_results", BOOL, QUERY, "Switch: group results." }),
      .model = "CloudApplicationPolicy", .list = true },
    { 0 },
};
