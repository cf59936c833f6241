// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

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
      .args = ARGS(ROW_FILTER, ROW_MICROTENANT, ROW_PAGE, ROW_PAGE_SIZE), .at = "list",
      .model = "ApplicationSegments", .list = true },
    { "zpa_get_application_segment", "zpa_app_segments", READS,
      "Reads one ZPA application segment: domains, ports, segment group, server groups, health reporting. zpa_list_application_segments shows the ids.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application/{segment_id}",
      .args = ARGS({ "segment_id", STR, PATH,
                     "Id of the application segment; zpa_list_application_segments shows it." },
                   ROW_MICROTENANT),
      .model = "ApplicationSegments" },
    { "zpa_create_application_segment", "zpa_app_segments", CREATES,
      "Creates a ZPA application segment; returns it as stored. Create its segment group and server groups first; access rules then let people in. For browser access use zpa_create_application_segment_ba, for remote consoles zpa_create_application_segment_pra.",
      .method = POST, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application",
      .args = ARGS(
          ROW_NEW_NAME,
          { "segment_group_id", STR | NEEDED, BODY,
            "Id of its segment group; zpa_list_segment_groups shows it." },
          ROW_DOMAINS, ROW_SERVER_GROUPS, ROW_TCP_PORTS, ROW_UDP_PORTS, ROW_DESCRIPTION,
          ROW_ENABLED_AT_FIRST, ROW_MICROTENANT_TWICE,
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
          ROW_NAME,
          { "segment_group_id", STR, BODY,
            "Id of its segment group; zpa_list_segment_groups shows it." },
          ROW_DOMAINS, ROW_SERVER_GROUPS, ROW_TCP_PORTS, ROW_UDP_PORTS, ROW_DESCRIPTION,
          ROW_ENABLED, ROW_MICROTENANT_TWICE,
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
                   ROW_MICROTENANT),
      .says = "Application segment {segment_id} deleted successfully." },
    { 0 },
};
