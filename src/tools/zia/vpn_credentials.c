// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_vpn_credentials[] = {
    { "zia_list_vpn_credentials", "zia_locations", READS, "List ZIA VPN credentials.",
      .method = GET, .path = "/zia/api/v1/vpnCredentials",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." }),
      .model = "TrafficVPNCredentials", .list = true },
    { "zia_get_vpn_credential", "zia_locations", READS, "Read ZIA VPN credential by its id.",
      .method = GET, .path = "/zia/api/v1/vpnCredentials/{credential_id}",
      .args = ARGS({ "credential_id", STR, PATH, "Id of the credential." }),
      .model = "TrafficVPNCredentials" },
    { "zia_update_vpn_credential", "zia_locations", UPDATES,
      "Change ZIA VPN credential; returns it as stored. Takes effect after zia_activate_configuration.",
      .steps = STEPS({ GET, "/zia/api/v1/vpnCredentials/{credential_id}" },
                     { PUT, "/zia/api/v1/vpnCredentials/{credential_id}",
                       .body = "{\"preSharedKey\": null, \"comments\": null}" }),
      .args = ARGS({ "credential_id", STR, PATH, "Id of the credential.", .step = ALL_STEPS },
                   { "pre_shared_key", STR, BODY, "Pre shared key." },
                   { "comments", STR, BODY, "Comments." }),
      .model = "TrafficVPNCredentials" },
    { "zia_delete_vpn_credential", "zia_locations", DELETES,
      "Delete ZIA VPN credential. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/vpnCredentials/{credential_id}",
      .args = ARGS({ "credential_id", STR, PATH, "Id of the credential." }),
      .says = "VPN credential {credential_id} deleted successfully." },
    { 0 },
};
