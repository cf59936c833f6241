// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

#define APPLICATIONS "/zpa/mgmtconfig/v1/admin/customers/{customer}/application"
#define BY_TYPE      "applicationType=SECURE_REMOTE_ACCESS&expandAll=false"

// In the names of the API; every application says what it is.
static json_t *as_apps(struct tool_call *call, const struct arg *arg, json_t *value,
                       struct err *err)
{
    json_t *dto = as_members(call, arg, value, err);
    size_t i;
    json_t *app;
    json_array_foreach(json_object_get(dto, "appsConfig"), i, app)
    {
        if (!json_object_get(app, "appTypes"))
            json_object_set_new(app, "appTypes", json_pack("[s]", "SECURE_REMOTE_ACCESS"));
    }
    return dto;
}

static json_t *app_of_domain(json_t *apps, struct str domain)
{
    size_t i;
    json_t *app;
    json_array_foreach(apps, i, app) if (str_eq(dom_str(app, "domain"), domain)) return app;
    return NULL;
}

// Those of the segment among all remote access applications.
static json_t *apps_of_segment(const struct tool_call *call, size_t step)
{
    json_t *list = json_object_get(call_answer(call, step), "list"), *own = json_array(), *app;
    size_t i;
    json_array_foreach(list, i,
                       app) if (str_eq(dom_str(app, "appId"), call_text(call, "segment_id")))
        json_array_append(own, app);
    return own;
}

// The API knows the segment's applications by their ids: they are told from its domains, and those
// that are no longer named are deleted.
static void name_apps(struct tool_call *call, json_t *dto, json_t *old)
{
    size_t i;
    json_t *app, *configs = json_object_get(dto, "appsConfig"), *gone = json_array();
    json_array_foreach(configs, i, app)
    {
        json_t *known = app_of_domain(old, dom_str(app, "domain"));
        json_object_set(app, "appId", call_arg(call, "segment_id"));
        json_object_set_new(app, "praAppId",
                            known ? json_incref(json_object_get(known, "id")) : json_string(""));
    }
    json_array_foreach(old, i, app) if (!app_of_domain(configs, dom_str(app, "domain")))
        json_array_append(gone, json_object_get(app, "id"));
    if (json_array_size(gone))
        json_object_set(dto, "deletedPraApps", gone);
    json_decref(gone);
}

static bool update_segment(struct tool_call *call, json_t **ret, struct err *err)
{
    static const struct step find = { GET, APPLICATIONS "/getAppsByType", .query = BY_TYPE };
    static const struct step find_in_tenant = { GET, APPLICATIONS "/getAppsByType",
                                                .query =
                                                    "microtenantId={microtenant_id}&" BY_TYPE };
    static const struct step put = { PUT, APPLICATIONS "/{segment_id}",
                                     .body = "{\"tcpPortRanges\": [], \"tcpPortRange\": [], "
                                             "\"udpPortRanges\": [], \"udpPortRange\": []}" };
    json_t *given = call_arg(call, "common_apps_dto");
    JSON_AUTO *dto = given ? as_apps(call, NULL, given, err) : NULL;
    if (json_object_get(dto, "appsConfig")) {
        if (!call_step(call, call_arg(call, "microtenant_id") ? &find_in_tenant : &find, 1, false,
                       err))
            return false;
        JSON_AUTO *old = apps_of_segment(call, 1);
        name_apps(call, dto, old);
        json_object_set(call->args, "common_apps_dto", dto);
    }
    if (!call_step(call, &put, 2, true, err))
        return false;
    *ret = json_incref(call_answer(call, 2));
    return true;
}

const struct tool zpa_app_segments_pra[] = {
    { "zpa_list_application_segments_pra", "zpa_app_segments", READS,
      "Lists the application segments, with what privileged remote access they give. zpa_list_application_segments shows the same segments for any use. Returns one page.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application",
      .args = ARGS(ROW_FILTER, ROW_MICROTENANT, ROW_PAGE, ROW_PAGE_SIZE), .at = "list",
      .model = "ApplicationSegments", .list = true },
    { "zpa_get_application_segment_pra", "zpa_app_segments", READS,
      "Reads one ZPA application segment with its privileged remote access. zpa_list_application_segments_pra shows the ids.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application/{segment_id}",
      .args = ARGS({ "segment_id", STR, PATH,
                     "Id of the segment; zpa_list_application_segments_pra shows it." },
                   ROW_MICROTENANT),
      .model = "ApplicationSegments" },
    { "zpa_create_application_segment_pra", "zpa_app_segments", CREATES,
      "Creates an application segment with privileged remote access (RDP, SSH, VNC in the browser); returns it as stored. Create its segment group and server groups first; access policy rules then let people in.",
      .method = POST, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application",
      .body = "{\"commonAppsDto\": null}",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name of the segment, unique." },
          { "segment_group_id", STR | NEEDED, BODY,
            "Id of its segment group; zpa_list_segment_groups shows it." },
          ROW_DOMAINS, ROW_SERVER_GROUPS, ROW_TCP_PORTS, ROW_UDP_PORTS,
          { "common_apps_dto", OBJ, BODY,
            "The consoles: {\"apps_config\": [{\"name\": \"rdp1\", \"domain\": \"rdp.example.com\", \"application_protocol\": \"RDP\", \"application_port\": \"3389\", \"enabled\": true}]}; protocol RDP, SSH or VNC.",
            .as = as_apps },
          ROW_DESCRIPTION,
          { "enabled", BOOL, BODY, "Whether the segment is in force.", .otherwise = "true" },
          ROW_MICROTENANT_TWICE, ROW_SEGMENT_FIELDS),
      .model = "ApplicationSegments" },
    { "zpa_update_application_segment_pra", "zpa_app_segments", UPDATES,
      "Writes an application segment with privileged remote access (RDP, SSH, VNC in the browser); returns it as stored. Ports that are left out are cleared: give them again with every update.",
      .args = ARGS(
          { "segment_id", STR | NEEDED, NOWHERE,
            "Id of the segment; zpa_list_application_segments_pra shows it." },
          { "name", STR, BODY, "Name of the segment, unique." },
          { "segment_group_id", STR, BODY,
            "Id of its segment group; zpa_list_segment_groups shows it." },
          ROW_DOMAINS, ROW_SERVER_GROUPS, ROW_TCP_PORTS, ROW_UDP_PORTS,
          { "common_apps_dto", OBJ, BODY,
            "The consoles: {\"apps_config\": [{\"name\": \"rdp1\", \"domain\": \"rdp.example.com\", \"application_protocol\": \"RDP\", \"application_port\": \"3389\", \"enabled\": true}]}; protocol RDP, SSH or VNC.",
            .as = as_apps },
          ROW_DESCRIPTION, { "enabled", BOOL, BODY, "Whether the segment is in force." },
          ROW_MICROTENANT_TWICE, ROW_SEGMENT_FIELDS),
      .model = "ApplicationSegments", .hook = update_segment },
    { "zpa_delete_application_segment_pra", "zpa_app_segments", DELETES,
      "Deletes an application segment with privileged remote access; people lose access to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application/{segment_id}",
      .args = ARGS({ "segment_id", STR, PATH,
                     "Id of the segment; zpa_list_application_segments_pra shows it." },
                   ROW_MICROTENANT),
      .says = "PRA application segment {segment_id} deleted successfully." },
    { 0 },
};
