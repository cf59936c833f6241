// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool zia_static_ips[] = {
    { "zia_list_static_ips", "zia_locations", READS,
      "Lists the public addresses of the organisation that are registered with ZIA, with coordinates and who manages them. GRE tunnels and locations need one.",
      .method = GET, .path = "/zia/api/v1/staticIP", .args = ARGS(ROW_SEARCH),
      .model = "TrafficStaticIP", .list = true },
    { "zia_get_static_ip", "zia_locations", READS,
      "Reads one ZIA static IP: address, coordinates, whether it is routable, comment. zia_list_static_ips shows the ids.",
      .method = GET, .path = "/zia/api/v1/staticIP/{static_ip_id}",
      .args =
          ARGS({ "static_ip_id", STR, PATH, "Id of the static IP; zia_list_static_ips shows it." }),
      .model = "TrafficStaticIP" },
    { "zia_create_static_ip", "zia_locations", CREATES,
      "Creates a ZIA static IP; returns it as stored. Then use it in zia_create_location, zia_create_gre_tunnel or zia_create_vpn_credential. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/staticIP",
      .args = ARGS(
          { "ip_address", STR | NEEDED, BODY, "The public IPv4 address, as 203.0.113.10." },
          { "comment", STR, BODY, "Free text for administrators." },
          { "geo_override", BOOL, BODY,
            "Whether latitude and longitude given here count instead of those of the address." },
          { "routable_ip", BOOL, BODY,
            "Whether the address is reachable from the Internet; true for all but virtual Service Edges." },
          { "latitude", NUM, BODY, "Latitude in degrees, as 45.5; zia_geo_search finds it." },
          { "longitude", NUM, BODY, "Longitude in degrees, as -73.6." }),
      .model = "TrafficStaticIP" },
    { "zia_update_static_ip", "zia_locations", UPDATES,
      "Changes a ZIA static IP; returns it as stored. What is left out stays as it is. Takes effect after zia_activate_configuration.",
      .steps = STEPS({ GET, "/zia/api/v1/staticIP/{static_ip_id}" },
                     { PUT, "/zia/api/v1/staticIP/{static_ip_id}",
                       .body = "{\"ipAddress\": \"{1.ipAddress}\"}" }),
      .args = ARGS(
          { "static_ip_id", STR, PATH, "Id of the static IP; zia_list_static_ips shows it.",
            .step = ALL_STEPS },
          { "comment", STR, BODY, "Free text for administrators." },
          { "geo_override", BOOL, BODY,
            "Whether latitude and longitude given here count instead of those of the address." },
          { "routable_ip", BOOL, BODY,
            "Whether the address is reachable from the Internet; true for all but virtual Service Edges." },
          { "latitude", NUM, BODY, "Latitude in degrees, as 45.5; zia_geo_search finds it." },
          { "longitude", NUM, BODY, "Longitude in degrees, as -73.6." }),
      .model = "TrafficStaticIP" },
    { "zia_delete_static_ip", "zia_locations", DELETES,
      "Deletes a ZIA static IP. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/staticIP/{static_ip_id}",
      .args =
          ARGS({ "static_ip_id", STR, PATH, "Id of the static IP; zia_list_static_ips shows it." }),
      .says = "Static IP {static_ip_id} deleted successfully." },
    { 0 },
};
