// SPDX-License-Identifier: MIT
#include "tools/ztw/countries.h"
#include "tools/tools.h"
#include "tools/rows.h"

static bool countries_fit(struct tool_call *call, struct err *err)
{
    if (!json_array_size(call_arg(call, "countries")) ||
        str_is(call_text(call, "type"), "DSTN_OTHER"))
        return true;
    return err_set(err, ERR_TOOL_ARGUMENTS, "countries go with type DSTN_OTHER only.");
}

const struct tool ztw_ip_destination_groups[] = {
    { "ztw_list_ip_destination_groups", "ztw", READS,
      "Lists the groups of destinations for rules of Cloud Connectors: addresses, names, countries. ztw_list_ip_destination_groups_lite answers shorter.",
      .method = GET, .path = "/ztw/api/v1/ipDestinationGroups",
      .args =
          ARGS({ "exclude_type", STR, QUERY,
                 "Leave groups of this type out: DSTN_IP, DSTN_FQDN, DSTN_DOMAIN or DSTN_OTHER." }),
      .model = "IPDestinationGroups", .list = true },
    { "ztw_list_ip_destination_groups_lite", "ztw", READS,
      "Lists the groups of destinations for rules of Cloud Connectors by id, name and type only. Use it to find an id; ztw_list_ip_destination_groups shows the members.",
      .method = GET, .path = "/ztw/api/v1/ipDestinationGroups",
      .args =
          ARGS({ "exclude_type", STR, QUERY,
                 "Leave groups of this type out: DSTN_IP, DSTN_FQDN, DSTN_DOMAIN or DSTN_OTHER." }),
      .model = "IPDestinationGroups", .list = true },
    { "ztw_create_ip_destination_group", "ztw", CREATES,
      "Creates a group of destinations for forwarding and traffic rules of Cloud Connectors; returns it as stored. What it holds depends on type: addresses for DSTN_IP, names for DSTN_FQDN, domains for DSTN_DOMAIN, countries for DSTN_OTHER.",
      .method = POST, .path = "/ztw/api/v1/ipDestinationGroups",
      .body = "{\"description\": null, \"addresses\": null, \"countries\": null}",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name of the group, unique." },
          { "type", STR | NEEDED, BODY, "What kind of destination the group holds.",
            .pattern = "^(DSTN_IP|DSTN_FQDN|DSTN_DOMAIN|DSTN_OTHER)$" },
          ROW_DESCRIPTION,
          { "addresses", STRS, BODY,
            "For DSTN_IP addresses, ranges or networks: [\"192.0.2.1\", \"198.51.100.0/24\"]; for DSTN_FQDN and DSTN_DOMAIN names." },
          { "countries", STRS, BODY,
            "Only with DSTN_OTHER: countries as codes or English names, [\"CA\", \"USA\", \"Germany\"].",
            .as = as_countries }),
      .model = "IPDestinationGroups", .prepare = countries_fit },
    { "ztw_delete_ip_destination_group", "ztw", DELETES,
      "Deletes a group of destinations. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE, .path = "/ztw/api/v1/ipDestinationGroups/{group_id}",
      .args = ARGS(
          { "group_id", STR, PATH, "Id of the group; ztw_list_ip_destination_groups shows it." }),
      .says = "IP destination group {group_id} deleted successfully." },
    { 0 },
};
