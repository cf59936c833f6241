// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"

// The name is looked for here, in all services; the API's own search would hide some from it.
static bool name_or_search(struct tool_call *call, struct err *err)
{
    (void)err;
    struct str name = str_trim(call_text(call, "name"));
    if (!name.n)
        return true;
    dom_set(call->args, "name", dom_string(name));
    json_object_del(call->args, "search");
    return true;
}

static const char *side_of(const json_t *entry, const char *const (*sides)[3])
{
    for (; (*sides)[0]; sides++)
        if (str_eq_nocase(dom_text(json_array_get(entry, 0)), str_c((*sides)[0])) &&
            str_eq_nocase(dom_text(json_array_get(entry, 1)), str_c((*sides)[1])))
            return (*sides)[2];
    return NULL;
}

static bool port_at(const json_t *entry, size_t at, json_t *range, const char *key)
{
    int64_t port = 0;
    if (!str_to_i64(dom_text(json_array_get(entry, at)), &port) || port < 1 || port > 65535)
        return false;
    json_object_set_new(range, key, json_integer(port));
    return true;
}

// [["dest", "tcp", "389"]] -> {"destTcpPorts": [{"start": 389}]}
static json_t *as_ports(struct tool_call *call, const struct arg *arg, json_t *value,
                        struct err *err)
{
    static const char *const sides[][3] = { { "src", "tcp", "srcTcpPorts" },
                                            { "dest", "tcp", "destTcpPorts" },
                                            { "src", "udp", "srcUdpPorts" },
                                            { "dest", "udp", "destUdpPorts" },
                                            { NULL, NULL, NULL } };
    (void)call;
    JSON_AUTO *members = json_object();
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *entry = json_array_get(value, i);
        const char *side = side_of(entry, sides);
        size_t n = json_array_size(entry);
        JSON_AUTO *range = json_object();
        if (!side || n < 3 || n > 4 || !port_at(entry, 2, range, "start") ||
            (n == 4 && !port_at(entry, 3, range, "end"))) {
            err_set(
                err, ERR_TOOL_ARGUMENTS,
                "%s[%zu] must be [\"src\" or \"dest\", \"tcp\" or \"udp\", port] or [.., from, to] with ports 1 to 65535",
                arg->name, i);
            return NULL;
        }
        if (!json_object_get(members, side))
            json_object_set_new(members, side, json_array());
        json_array_append(json_object_get(members, side), range);
    }
    return json_incref(members);
}

const struct tool zia_network_services[] = {
    { "zia_list_network_services", "zia_cloud_firewall", READS,
      "Lists network services (named sets of ports), predefined and custom. Use it to find the ids for nw_services of firewall rules and for zia_create_network_svc_group.",
      .method = GET, .path = "/zia/api/v1/networkServices",
      .args = ARGS(
          { "name", STR, NOWHERE,
            "Part of the name, in any case; looked for here, instead of search." },
          { "search", STR, QUERY,
            "Part of the name or description in this case; looked for by the API. name is more tolerant." },
          { "protocol", STR, QUERY,
            "Only services of this protocol: TCP, UDP, ICMP, GRE, ESP, OTHER.", .as = as_upper }),
      .model = "NetworkServices", .list = true, .find = "name=name", .prepare = name_or_search },
    { "zia_get_network_service", "zia_cloud_firewall", READS,
      "Reads one ZIA network service: its TCP and UDP ports, and whether it is custom or predefined. zia_list_network_services shows the ids.",
      .method = GET, .path = "/zia/api/v1/networkServices/{service_id}",
      .args = ARGS({ "service_id", STR, PATH,
                     "Id of the network service; zia_list_network_services shows it." }),
      .model = "NetworkServices" },
    { "zia_create_network_service", "zia_cloud_firewall", CREATES,
      "Creates a network service, a named set of ports for firewall rules; returns it as stored. Look first with zia_list_network_services: most services are predefined. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/networkServices",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name of the service, unique." },
          { "ports", STRSS | NEEDED, MERGE,
            "Ports as [direction, protocol, from] or with the end of a range: [[\"dest\", \"tcp\", \"443\"], [\"src\", \"udp\", \"1000\", \"2000\"]]; direction src or dest, protocol tcp or udp.",
            .as = as_ports },
          ROW_DESCRIPTION),
      .model = "NetworkServices" },
    { "zia_update_network_service", "zia_cloud_firewall", UPDATES,
      "Writes a custom network service; returns it as stored. ports replaces all ports. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/networkServices/{service_id}",
      .args = ARGS(
          { "service_id", STR, PATH,
            "Id of the network service; zia_list_network_services shows it." },
          { "name", STR | NEEDED, BODY, "Name of the service, unique." },
          { "ports", STRSS, MERGE,
            "Ports as [direction, protocol, from] or with the end of a range: [[\"dest\", \"tcp\", \"443\"], [\"src\", \"udp\", \"1000\", \"2000\"]]; direction src or dest, protocol tcp or udp.",
            .as = as_ports },
          ROW_DESCRIPTION),
      .model = "NetworkServices" },
    { "zia_delete_network_service", "zia_cloud_firewall", DELETES,
      "Deletes a ZIA network service. Fails while something refers to it. Predefined ones cannot be deleted. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/networkServices/{service_id}",
      .args = ARGS({ "service_id", STR, PATH,
                     "Id of the network service; zia_list_network_services shows it." }),
      .says = "Network service {service_id} deleted successfully." },
    { 0 },
};
