// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"

// Without an address or a VPN credential no traffic could ever belong to the location.
static bool needs_traffic(struct tool_call *call, struct err *err)
{
    const json_t *advanced = call_arg(call, "advanced");
    if (json_array_size(call_arg(call, "ip_addresses")) ||
        json_array_size(json_object_get(advanced, "vpnCredentials")) ||
        json_array_size(json_object_get(advanced, "vpn_credentials")))
        return true;
    return err_set(
        err, ERR_TOOL_ARGUMENTS,
        "A location needs ip_addresses or advanced.vpnCredentials. Create a static IP "
        "with zia_create_static_ip or a credential with zia_create_vpn_credential first.");
}

const struct tool zia_location_management[] = {
    { "zia_list_locations", "zia_locations", READS,
      "Lists the locations (offices and their static IPs, tunnels, settings). zia_list_location_groups shows how they are grouped.",
      .method = GET, .path = "/zia/api/v1/locations", .args = ARGS(ROW_SEARCH),
      .model = "LocationManagement", .list = true },
    { "zia_get_location", "zia_locations", READS,
      "Reads one ZIA location: addresses and tunnels, country and time zone, authentication, firewall, bandwidth. zia_list_locations shows the ids.",
      .method = GET, .path = "/zia/api/v1/locations/{location_id}",
      .args =
          ARGS({ "location_id", STR, PATH, "Id of the location; zia_list_locations shows it." }),
      .model = "LocationManagement" },
    { "zia_create_location", "zia_locations", CREATES,
      "Creates a ZIA location; returns it as stored. Register its addresses first with zia_create_static_ip, or a credential with zia_create_vpn_credential. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/locations",
      .args = ARGS(
          ROW_NEW_NAME, { "country", STR, BODY, "Country as the API writes it, as CANADA." },
          { "tz", STR, BODY, "Time zone as the API writes it, as CANADA_AMERICA_TORONTO." },
          { "ip_addresses", STRS, BODY,
            "Addresses, ranges or networks: [\"192.0.2.1\", \"198.51.100.0/24\"]." },
          ROW_DESCRIPTION,
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_members }),
      .model = "LocationManagement", .prepare = needs_traffic },
    { "zia_update_location", "zia_locations", UPDATES,
      "Writes a location; returns it as stored. The API replaces the whole record, so that what is left out is reset: read it first with zia_get_location. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/locations/{location_id}",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name of the location, unique." },
          { "country", STR, BODY, "Country as the API writes it, as CANADA." },
          { "tz", STR, BODY, "Time zone as the API writes it, as CANADA_AMERICA_TORONTO." },
          { "ip_addresses", STRS, BODY,
            "Static IPs of the location: [\"203.0.113.10\"]; zia_list_static_ips lists those registered." },
          ROW_DESCRIPTION,
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last: {\"vpn_credentials\": [{\"id\": 5, \"type\": \"UFQDN\"}], \"auth_required\": true, \"up_bandwidth\": 100000}.",
            .as = as_members },
          { "location_id", STR, PATH, "Id of the location; zia_list_locations shows it." }),
      .model = "LocationManagement" },
    { "zia_delete_location", "zia_locations", DELETES,
      "Deletes a ZIA location. Its traffic is then unknown to ZIA. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/locations/{location_id}",
      .args =
          ARGS({ "location_id", STR, PATH, "Id of the location; zia_list_locations shows it." }),
      .says = "Location {location_id} deleted successfully." },
    { "zia_list_location_groups", "zia_locations", READS,
      "Lists the groups of locations, manual and dynamic, that ZIA rules can name, with their ids. zia_get_location_group shows the members of one.",
      .method = GET, .path = "/zia/api/v1/locations/groups",
      .args = ARGS(ROW_SEARCH, { "name", STR, QUERY, "Part of the name to look for." }),
      .model = "LocationGroup", .list = true },
    { "zia_get_location_group", "zia_locations", READS,
      "Reads one ZIA group of locations, with its members or the condition that makes them. zia_list_location_groups shows the ids.",
      .method = GET, .path = "/zia/api/v1/locations/groups/{group_id}",
      .args =
          ARGS({ "group_id", STR, PATH, "Id of the group; zia_list_location_groups shows it." }),
      .model = "LocationGroup" },
    { 0 },
};
