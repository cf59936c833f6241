// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_discovery_service[] = {
    { "ztw_get_discovery_settings", "ztw", READS,
      "Reads how Zscaler discovers workloads in public clouds: the account and role that it uses, the role to assume and its external id; the whole record stands under settings. ztw_list_public_cloud_info shows the cloud accounts themselves.",
      .method = GET, .path = "/ztw/api/v1/discoveryService/workloadDiscoverySettings",
      .model = "DiscoveryService",
      .view =
          "{\"discovery_role\": \"{.discovery_role}\", \"external_id\": \"{.external_id}\", \"settings\": \"{.}\"}",
      .output =
          "{\"properties\": {\"discovery_role\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Discovery Role\"}, \"external_id\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"External Id\"}, \"settings\": {\"additionalProperties\": true, \"title\": \"Settings\", \"type\": \"object\"}}, \"type\": \"object\", \"additionalProperties\": true, \"title\": \"DiscoverySettings\"}" },
    { 0 },
};
