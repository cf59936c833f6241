// SPDX-License-Identifier: MIT
#include "json/write.h"
#include "tools/tools.h"

static const struct step find_ip = { GET, "/zia/api/v1/staticIP",
                                     .query = "ipAddress={static_ip_address}" };
static const struct step make_ip = { POST, "/zia/api/v1/staticIP" };
static const struct step find_range = { GET, "/zia/api/v1/greTunnels/availableInternalIpRanges",
                                        .query = "staticIp={source}" };
static const struct step find_vips = { GET, "/zia/api/v1/vips/recommendedList",
                                       .query = "sourceIp={source}" };

static bool post(struct tool_call *call, const char *path, const json_t *body, json_t **ret,
                 struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(64 * 1024);
    json_add_compact(&text, body);
    const struct tool_request request = { .method = POST,
                                          .path = str_c(path),
                                          .body = arena_str(call->arena, buf_str(&text)) };
    return call->send(call, &request, ret, err);
}

// The registered static IP, which is made if there is none. Kept as the argument "source".
static bool source_ip(struct tool_call *call, struct err *err)
{
    JSON_AUTO *made = NULL;
    if (!call_step(call, &find_ip, 1, false, err))
        return false;
    json_t *ip = json_array_get(call_answer(call, 1), 0);
    if (!ip) {
        JSON_AUTO *body = json_pack("{s:O}", "ipAddress", call_arg(call, "static_ip_address"));
        if (call_arg(call, "comment"))
            json_object_set(body, "comment", call_arg(call, "comment"));
        if (!post(call, make_ip.path, body, &made, err))
            return false;
        ip = made;
    }
    json_t *address = json_object_get(ip, "ipAddress");
    json_object_set(call->args, "source", address ? address : call_arg(call, "static_ip_address"));
    return true;
}

static bool internal_range(struct tool_call *call, struct err *err)
{
    if (json_is_true(call_arg(call, "ip_unnumbered")) || call_arg(call, "internal_ip_range"))
        return true;
    if (!call_step(call, &find_range, 2, false, err))
        return false;
    struct str first = dom_str(json_array_get(call_answer(call, 2), 0), "startIPAddress");
    if (!first.n)
        return err_set(err, ERR_TOOL_ARGUMENTS, "No internal range is free for this address.");
    dom_set(call->args, "internal_ip_range", dom_string(first));
    return true;
}

// The nearest data center, and the nearest of another city.
static bool two_vips(struct tool_call *call, json_t *body, struct err *err)
{
    if (!call_step(call, &find_vips, 3, false, err))
        return false;
    size_t i;
    json_t *vip, *list = call_answer(call, 3), *first = json_array_get(list, 0);
    json_array_foreach(list, i, vip)
    {
        if (str_eq(dom_str(vip, "city"), dom_str(first, "city")))
            continue;
        dom_set(body, "primaryDestVip", json_pack("{s:O?}", "id", json_object_get(first, "id")));
        dom_set(body, "secondaryDestVip", json_pack("{s:O?}", "id", json_object_get(vip, "id")));
        return true;
    }
    return err_set(err, ERR_TOOL_ARGUMENTS,
                   "ZIA recommends no two data centers in different cities for this address.");
}

static json_t *or_null(json_t *value)
{
    return value ? json_incref(value) : json_null();
}

static bool create_tunnel(struct tool_call *call, json_t **ret, struct err *err)
{
    JSON_AUTO *body = json_object();
    if (!source_ip(call, err) || !internal_range(call, err))
        return false;
    dom_set(body, "ipUnnumbered", or_null(call_arg(call, "ip_unnumbered")));
    dom_set(body, "internalIpRange", or_null(call_arg(call, "internal_ip_range")));
    dom_set(body, "comment", or_null(call_arg(call, "comment")));
    dom_set(body, "sourceIp", or_null(call_arg(call, "source")));
    return two_vips(call, body, err) && post(call, "/zia/api/v1/greTunnels", body, ret, err);
}

const struct tool zia_gre_tunnels[] = {
    { "zia_list_gre_tunnels", "zia_locations", READS,
      "Lists the GRE tunnels from routers of the organisation to data centers of Zscaler: source address, primary and secondary data center, internal range. Needed for locations (zia_list_locations).",
      .method = GET, .path = "/zia/api/v1/greTunnels", .model = "TrafficGRETunnel", .list = true },
    { "zia_get_gre_tunnel", "zia_locations", READS,
      "Reads one ZIA GRE tunnel: source address, primary and secondary data center, internal range, comment. zia_list_gre_tunnels shows the ids.",
      .method = GET, .path = "/zia/api/v1/greTunnels/{tunnel_id}",
      .args =
          ARGS({ "tunnel_id", STR, PATH, "Id of the GRE tunnel; zia_list_gre_tunnels shows it." }),
      .model = "TrafficGRETunnel" },
    { "zia_create_gre_tunnel", "zia_locations", CREATES,
      "Creates a GRE tunnel from a public address of the organisation to the two nearest data centers in different cities; returns it as stored. An address that is not registered yet becomes a static IP. Use it for offices whose router speaks GRE, zia_create_vpn_credential for IPsec. Takes effect after zia_activate_configuration.",
      .args = ARGS(
          { "static_ip_address", STR | NEEDED, NOWHERE,
            "Public address the tunnel begins at, as 203.0.113.10; zia_list_static_ips lists those registered." },
          { "ip_unnumbered", BOOL, NOWHERE,
            "Whether the tunnel has no internal addresses (SD-WAN). Else a free range is taken." },
          { "internal_ip_range", STR, NOWHERE,
            "First address of the internal /29, as 172.17.46.0; if left out the first free one (zia_list_gre_ranges)." },
          { "comment", STR, NOWHERE, "Free text for administrators." }),
      .model = "TrafficGRETunnel", .hook = create_tunnel },
    { "zia_delete_gre_tunnel", "zia_locations", DELETES,
      "Deletes a GRE tunnel, and then the static IP it began at. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .steps = STEPS({ DELETE, "/zia/api/v1/greTunnels/{tunnel_id}" },
                     { DELETE, "/zia/api/v1/staticIP/{static_ip_id}" }),
      .args =
          ARGS({ "tunnel_id", STR, PATH, "Id of the GRE tunnel; zia_list_gre_tunnels shows it." },
               { "static_ip_id", STR, PATH, "Id of the static IP; zia_list_static_ips shows it." }),
      .says = "GRE tunnel {tunnel_id} and static IP {static_ip_id} deleted." },
    { 0 },
};
