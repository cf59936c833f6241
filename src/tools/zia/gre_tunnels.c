// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_gre_tunnels[] = {
    { "zia_list_gre_tunnels", "zia_locations", READS, "List ZIA GRE tunnels.", .method = GET,
      .path = "/zia/api/v1/greTunnels", .model = "TrafficGRETunnel", .list = true },
    { "zia_get_gre_tunnel", "zia_locations", READS, "Read ZIA GRE tunnel by its id.", .method = GET,
      .path = "/zia/api/v1/greTunnels/{tunnel_id}",
      .args = ARGS({ "tunnel_id", STR, PATH, "Id of the tunnel." }), .model = "TrafficGRETunnel" },
    { "zia_delete_gre_tunnel", "zia_locations", DELETES,
      "Delete ZIA GRE tunnel. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .steps = STEPS({ DELETE, "/zia/api/v1/greTunnels/{tunnel_id}" },
                     { DELETE, "/zia/api/v1/staticIP/{static_ip_id}" }),
      .args = ARGS({ "tunnel_id", STR, PATH, "Id of the tunnel." },
                   { "static_ip_id", STR, PATH, "Id of the static IP." }),
      .says = "GRE tunnel {tunnel_id} and static IP {static_ip_id} deleted." },
    { 0 },
};
