// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

static bool router_named(struct tool_call *call, struct err *err)
{
    const char *needed = str_is(call_text(call, "credential_type"), "IP") ? "ip_address" : "fqdn";
    return call_text(call, needed).n ||
           err_set(err, ERR_TOOL_ARGUMENTS, "credential_type " STR_FMT " needs %s.",
                   STR_ARG(call_text(call, "credential_type")), needed);
}

const struct tool zia_vpn_credentials[] = {
    { "zia_list_vpn_credentials", "zia_locations", READS,
      "Lists the credentials (FQDN or address) with which routers open IPsec tunnels to ZIA, and the location of each; keys are never shown.",
      .method = GET, .path = "/zia/api/v1/vpnCredentials", .args = ARGS(ROW_SEARCH),
      .model = "TrafficVPNCredentials", .list = true },
    { "zia_get_vpn_credential", "zia_locations", READS,
      "Reads one ZIA VPN credential: type, FQDN or address, location; the key is never shown. zia_list_vpn_credentials shows the ids.",
      .method = GET, .path = "/zia/api/v1/vpnCredentials/{credential_id}",
      .args = ARGS({ "credential_id", STR, PATH,
                     "Id of the VPN credential; zia_list_vpn_credentials shows it." }),
      .model = "TrafficVPNCredentials" },
    { "zia_create_vpn_credential", "zia_locations", CREATES,
      "Creates a credential with which an office's router opens an IPsec tunnel; returns it as stored, without the key. Link it to a location with zia_create_location or zia_update_location (advanced.vpn_credentials). Use zia_create_gre_tunnel for GRE. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/vpnCredentials",
      .args = ARGS(
          { "credential_type", STR | NEEDED, BODY,
            "How the router names itself: IP by its address, UFQDN by a name like vpn@example.com.",
            .wire = "type", .pattern = "^(IP|UFQDN)$" },
          { "pre_shared_key", STR | NEEDED, BODY, "The secret that router and Zscaler share." },
          { "ip_address", STR, BODY,
            "For IP: a static IP that is registered; zia_list_static_ips lists them." },
          { "fqdn", STR, BODY, "For UFQDN: the name, as vpn@example.com." },
          { "comments", STR, BODY, "Free text for administrators." }),
      .model = "TrafficVPNCredentials", .prepare = router_named },
    { "zia_update_vpn_credential", "zia_locations", UPDATES,
      "Changes the key or the comment of a VPN credential; returns it as stored, without the key. What is left out is reset. Takes effect after zia_activate_configuration.",
      .steps = STEPS({ GET, "/zia/api/v1/vpnCredentials/{credential_id}" },
                     { PUT, "/zia/api/v1/vpnCredentials/{credential_id}",
                       .body = "{\"preSharedKey\": null, \"comments\": null}" }),
      .args = ARGS({ "credential_id", STR, PATH,
                     "Id of the VPN credential; zia_list_vpn_credentials shows it.",
                     .step = ALL_STEPS },
                   { "pre_shared_key", STR, BODY, "The new secret that router and Zscaler share." },
                   { "comments", STR, BODY, "Free text for administrators." }),
      .model = "TrafficVPNCredentials" },
    { "zia_delete_vpn_credential", "zia_locations", DELETES,
      "Deletes a ZIA VPN credential. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/vpnCredentials/{credential_id}",
      .args = ARGS({ "credential_id", STR, PATH,
                     "Id of the VPN credential; zia_list_vpn_credentials shows it." }),
      .says = "VPN credential {credential_id} deleted successfully." },
    { 0 },
};
