// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zia_network_services_group[] = {
    { "zia_get_network_svc_group", "zia_cloud_firewall", READS,
      "Read ZIA network service group by its id.", .method = GET,
      .path = "/zia/api/v1/networkServiceGroups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }),
      .model = "NetworkServiceGroups" },
    { "zia_create_network_svc_group", "zia_cloud_firewall", CREATES,
      "Create ZIA network service group; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/networkServiceGroups", .body = "{\"description\": null}",
      .args = ARGS({ "name", STR | NEEDED, BODY, "Name." },
                   { "service_ids", STRS | NEEDED, BODY, "Ids of the services.", .wire = "services",
                     .as = as_number_ids },
                   { "description", STR, BODY, "Free text for administrators." }),
      .model = "NetworkServiceGroups" },
    { 0 },
};
