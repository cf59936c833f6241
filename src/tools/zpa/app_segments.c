// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

static bool ports_named(struct tool_call *call, struct err *err)
{
    const char *key;
    json_t *unused;
    json_object_foreach(call_arg(call, "advanced"), key, unused)
    {
        if (str_starts(str_c(key), STR("tcp_port")) || str_starts(str_c(key), STR("udp_port")) ||
            str_starts(str_c(key), STR("tcpPort")) || str_starts(str_c(key), STR("udpPort")))
            return true;
    }
    return json_array_size(call_arg(call, "tcp_port_ranges")) ||
           json_array_size(call_arg(call, "udp_port_ranges")) ||
           err_set(err, ERR_TOOL_ARGUMENTS,
                   "A segment needs ports: give tcp_port_ranges or udp_port_ranges.");
}

const struct tool zpa_app_segments[] = {
    { "zpa_list_application_segments", "zpa_app_segments", READS,
      "Lists application segments: names, domains, ports, server groups and segment group of the private applications. zpa_list_application_segments_ba and _pra serve browser access and privileged remote access, get_zpa_app_segments_by_type one kind only. Returns one page.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application",
      .args = ARGS(
          { "search", STR, QUERY, "Name to look for, or a filter like name+LIKE+part.",
            .as = as_search },
          { "microtenant_id", STR, QUERY,
            "Id of the microtenant; the default tenant if left out." },
          { "page", INT, QUERY, "Number of the page, from 1.", .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 }),
      .at = "list", .model = "ApplicationSegments", .list = true },
    { "zpa_get_application_segment", "zpa_app_segments", READS,
      "Reads one ZPA application segment with all its fields. zpa_list_application_segments shows the ids.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application/{segment_id}",
      .args = ARGS({ "segment_id", STR, PATH,
                     "Id of the application segment; zpa_list_application_segments shows it." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "ApplicationSegments" },
    { "zpa_create_application_segment", "zpa_app_segments", CREATES,
      "Creates a ZPA application segment; returns it as stored. Create its segment group and server groups first; access rules then let people in. For browser access use zpa_create_application_segment_ba, for remote consoles zpa_create_application_segment_pra.",
      .method = POST, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name, unique among its kind." },
          { "segment_group_id", STR | NEEDED, BODY,
            "Id of its segment group; zpa_list_segment_groups shows it." },
          { "domain_names", STRS, BODY,
            "Names or addresses: [\"app.example.com\", \"*.example.org\"]." },
          { "server_group_ids", STRS, BODY,
            "Ids of its server groups; zpa_list_server_groups shows them.", .wire = "serverGroups",
            .as = as_ids },
          { "tcp_port_ranges", STRS, BODY,
            "TCP ports as pairs of from and to: [\"443\", \"443\", \"8080\", \"8090\"]." },
          { "udp_port_ranges", STRS, BODY, "UDP ports as pairs of from and to: [\"53\", \"53\"]." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL, BODY, "Whether it is in force.", .otherwise = "true" },
          { "microtenant_id", STR, BOTH, "Id of the microtenant; the default tenant if left out." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_members }),
      .model = "ApplicationSegments", .prepare = ports_named },
    { "zpa_update_application_segment", "zpa_app_segments", UPDATES,
      "Changes a ZPA application segment; returns it as stored. The API replaces the record: read it first with zpa_get_application_segment and repeat what shall stay. Ports that are left out are cleared: give them again.",
      .method = PUT,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application/{segment_id}",
      .body =
          "{\"tcpPortRanges\": [], \"tcpPortRange\": [], \"udpPortRanges\": [], \"udpPortRange\": []}",
      .args = ARGS(
          { "segment_id", STR, PATH,
            "Id of the application segment; zpa_list_application_segments shows it." },
          { "name", STR, BODY, "Name, as it is or a new one." },
          { "segment_group_id", STR, BODY,
            "Id of its segment group; zpa_list_segment_groups shows it." },
          { "domain_names", STRS, BODY,
            "Names or addresses: [\"app.example.com\", \"*.example.org\"]." },
          { "server_group_ids", STRS, BODY,
            "Ids of its server groups; zpa_list_server_groups shows them.", .wire = "serverGroups",
            .as = as_ids },
          { "tcp_port_ranges", STRS, BODY,
            "TCP ports as pairs of from and to: [\"443\", \"443\", \"8080\", \"8090\"]." },
          { "udp_port_ranges", STRS, BODY, "UDP ports as pairs of from and to: [\"53\", \"53\"]." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL, BODY, "Whether it is in force." },
          { "microtenant_id", STR, BOTH, "Id of the microtenant; the default tenant if left out." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_members }),
      .model = "ApplicationSegments" },
    { "zpa_delete_application_segment", "zpa_app_segments", DELETES,
      "Deletes a ZPA application segment. People lose access to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application/{segment_id}",
      .args = ARGS({ "segment_id", STR, PATH,
                     "Id of the application segment; zpa_list_application_segments shows it." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .says = "Application segment {segment_id} deleted successfully." },
    { 0 },
};
