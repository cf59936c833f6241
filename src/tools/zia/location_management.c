// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zia_location_management[] = {
    { "zia_list_locations", "zia_locations", READS, "List ZIA locations.", .method = GET,
      .path = "/zia/api/v1/locations",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." }),
      .model = "LocationManagement", .list = true },
    { "zia_get_location", "zia_locations", READS, "Read ZIA location by its id.", .method = GET,
      .path = "/zia/api/v1/locations/{location_id}",
      .args = ARGS({ "location_id", STR, PATH, "Ids of locations." }),
      .model = "LocationManagement" },
    { "zia_create_location", "zia_locations", CREATES,
      "Create ZIA location; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/locations",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name." }, { "country", STR, BODY, "Country." },
          { "tz", STR, BODY, "Tz." }, { "ip_addresses", STRS, BODY, "Addresses or networks." },
          { "description", STR, BODY, "Free text for administrators." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_rule_members }),
      .model = "LocationManagement" },
    { "zia_delete_location", "zia_locations", DELETES,
      "Delete ZIA location. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/locations/{location_id}",
      .args = ARGS({ "location_id", STR, PATH, "Ids of locations." }),
      .says = "Location {location_id} deleted successfully." },
    { "zia_list_location_groups", "zia_locations", READS, "List ZIA location groups.",
      .method = GET, .path = "/zia/api/v1/locations/groups",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." },
                   { "name", STR, QUERY, "Name." }),
      .model = "LocationGroup", .list = true },
    { "zia_get_location_group", "zia_locations", READS, "Read ZIA location group by its id.",
      .method = GET, .path = "/zia/api/v1/locations/groups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }), .model = "LocationGroup" },
    { 0 },
};
