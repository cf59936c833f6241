// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_network_services[] = {
    { "zia_get_network_service", "zia_cloud_firewall", READS, "Read ZIA network service by its id.",
      .method = GET, .path = "/zia/api/v1/networkServices/{service_id}",
      .args = ARGS({ "service_id", STR, PATH, "Id of the service." }), .model = "NetworkServices" },
    { "zia_delete_network_service", "zia_cloud_firewall", DELETES,
      "Delete ZIA network service. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/networkServices/{service_id}",
      .args = ARGS({ "service_id", STR, PATH, "Id of the service." }),
      .says = "Network service {service_id} deleted successfully." },
    { 0 },
};
