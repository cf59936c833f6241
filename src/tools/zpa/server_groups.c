// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

#define GROUPS "/zpa/mgmtconfig/v1/admin/customers/{customer}/serverGroup"

// Servers that are not discovered must be named.
static bool servers_named(struct tool_call *call, struct err *err)
{
    if (!json_is_false(call_arg(call, "dynamic_discovery")) ||
        json_array_size(call_arg(call, "server_ids")))
        return true;
    return err_set(err, ERR_TOOL_ARGUMENTS,
                   "dynamic_discovery=false needs server_ids: name the servers of the group.");
}

// --- update: the API replaces the record, so that what it holds is sent back ---

// The members that the API takes, in its order; what the record lacks is null, or what stands
// behind =. Applications are left out: they may be too many for one request.
static const char group_members[] =
    "id modifiedTime creationTime modifiedBy enabled=true name description ipAnchored "
    "configSpace weight extranetEnabled microtenantName extranetDTO readOnly restrictionType "
    "zscalerManaged dynamicDiscovery=true";
static const char connector_group_members[] =
    "id ipAcl=[] modifiedTime creationTime modifiedBy name enabled=true description "
    "versionProfileId overrideVersionProfile versionProfileName upgradePriority "
    "versionProfileVisibilityScope upgradeTimeInSecs upgradeDay location latitude longitude "
    "dnsQueryType connectorGroupType city cityCountry countryCode geoLocationId "
    "nameWithoutTrim enrollmentCertId tcpQuickAckApp=false tcpQuickAckAssistant=false "
    "tcpQuickAckReadAssistant=false praEnabled=false useInDrMode=false wafDisabled=false "
    "microtenantId microtenantName siteId siteName lssAppConnectorGroup=false readOnly "
    "restrictionType zscalerManaged dcHostingInfo privateCloudId connectors=[] "
    "serverGroups=[] npAssistantGroup version";

static void copy_member(const json_t *record, struct str word, json_t *out)
{
    struct err unused;
    struct str absent = word, name = str_cut(&absent, '=');
    CLEANUP(buf_release) struct buf key = BUF_INIT(256);
    buf_add(&key, name);
    json_t *value = json_incref(json_object_get(record, buf_cstr(&key))), *instead = NULL;
    if (value && !json_is_null(value)) {
        json_object_set_new(out, buf_cstr(&key), value);
        return;
    }
    json_decref(value);
    if (absent.p && !dom_parse(absent, &instead, &unused))
        instead = NULL;
    json_object_set_new(out, buf_cstr(&key), instead ? instead : json_null());
}

static json_t *whole_record(const json_t *record, const char *members)
{
    json_t *out = json_object();
    struct str rest = str_c(members);
    while (rest.p)
        copy_member(record, str_cut(&rest, ' '), out);
    return out;
}

static json_t *as_stored(const json_t *group)
{
    json_t *body = whole_record(group, group_members), *list = json_array();
    json_t *servers = json_object_get(group, "servers"), *item;
    size_t i;
    json_array_foreach(json_object_get(group, "appConnectorGroups"), i, item)
        json_array_append_new(list, whole_record(item, connector_group_members));
    json_object_set_new(body, "appConnectorGroups", list);
    if (json_array_size(servers))
        json_object_set(body, "servers", servers);
    return body;
}

static bool servers_known(const struct tool_call *call, const json_t *group, struct err *err)
{
    if (!json_is_false(call_arg(call, "dynamic_discovery")) ||
        json_array_size(call_arg(call, "server_ids")) ||
        json_array_size(json_object_get(group, "servers")))
        return true;
    return err_set(err, ERR_TOOL_ARGUMENTS,
                   "dynamic_discovery=false needs server_ids: the group has no servers yet.");
}

static bool update_group(struct tool_call *call, json_t **ret, struct err *err)
{
    static const struct step get = { GET, GROUPS "/{group_id}" };
    static const struct step put = { PUT, GROUPS "/{group_id}" };
    json_t *groups = call_arg(call, "app_connector_group_ids");
    if (groups && !json_array_size(groups))
        return err_set(err, ERR_TOOL_ARGUMENTS,
                       "app_connector_group_ids may not be empty: leave it out to keep those that "
                       "the group has.");
    if (!call_step(call, &get, 1, false, err) || !servers_known(call, call_answer(call, 1), err))
        return false;
    JSON_AUTO *body = as_stored(call_answer(call, 1));
    call->body = body;
    bool ok = call_step(call, &put, 2, true, err);
    call->body = NULL;
    if (!ok)
        return false;
    *ret = json_incref(call_answer(call, 2));
    return true;
}

const struct tool zpa_server_groups[] = {
    { "zpa_list_server_groups", "zpa_server_groups", READS,
      "Lists the server groups: which connectors reach the servers of application segments, and how they are found. Returns one page.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serverGroup",
      .args = ARGS(ROW_FILTER, ROW_MICROTENANT, ROW_PAGE, ROW_PAGE_SIZE), .at = "list",
      .model = "ServerGroup", .list = true },
    { "zpa_get_server_group", "zpa_server_groups", READS,
      "Reads one ZPA server group: connector groups, servers, whether servers are discovered. zpa_list_server_groups shows the ids.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serverGroup/{group_id}",
      .args = ARGS(
          { "group_id", STR, PATH, "Id of the server group; zpa_list_server_groups shows it." },
          ROW_MICROTENANT),
      .model = "ServerGroup" },
    { "zpa_create_server_group", "zpa_server_groups", CREATES,
      "Creates a ZPA server group; returns it as stored. Create its connector groups first; then name it in zpa_create_application_segment.",
      .method = POST, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serverGroup",
      .args = ARGS(
          ROW_NEW_NAME,
          { "app_connector_group_ids", STRS | NEEDED, BODY,
            "Ids of the connector groups that reach its servers, at least one; zpa_list_app_connector_groups shows them.",
            .wire = "appConnectorGroups", .as = as_ids },
          ROW_DESCRIPTION, ROW_ENABLED_AT_FIRST,
          { "server_ids", STRS, BODY,
            "Ids of its servers, needed without dynamic discovery; zpa_list_application_servers shows them.",
            .wire = "servers", .as = as_ids_if_any },
          { "ip_anchored", BOOL, BODY,
            "Whether traffic leaves with addresses of the organisation." },
          { "dynamic_discovery", BOOL, BODY,
            "Whether servers are found by name; false needs server_ids.", .otherwise = "true" },
          ROW_MICROTENANT_TWICE),
      .model = "ServerGroup", .prepare = servers_named },
    { "zpa_update_server_group", "zpa_server_groups", UPDATES,
      "Changes a ZPA server group; returns it as stored. What is left out stays as it is. zpa_get_server_group shows it before.",
      .args = ARGS(
          { "group_id", STR | NEEDED, NOWHERE,
            "Id of the server group; zpa_list_server_groups shows it." },
          { "name", STR, BODY, "New name." }, ROW_DESCRIPTION,
          { "enabled", BOOL, BODY, "Whether the group is in force." },
          { "app_connector_group_ids", STRS, BODY,
            "Ids of all connector groups that reach its servers, at least one; zpa_list_app_connector_groups shows them.",
            .wire = "appConnectorGroups", .as = as_ids },
          { "server_ids", STRS, BODY,
            "Ids of all its servers; zpa_list_application_servers shows them.", .wire = "servers",
            .as = as_ids },
          { "ip_anchored", BOOL, BODY,
            "Whether traffic leaves with addresses of the organisation." },
          { "dynamic_discovery", BOOL, BODY,
            "Whether servers are found by name; false needs servers." },
          ROW_MICROTENANT_TWICE),
      .model = "ServerGroup", .hook = update_group },
    { "zpa_delete_server_group", "zpa_server_groups", DELETES,
      "Deletes a ZPA server group. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serverGroup/{group_id}",
      .args = ARGS(
          { "group_id", STR, PATH, "Id of the server group; zpa_list_server_groups shows it." },
          ROW_MICROTENANT),
      .says = "Server group {group_id} deleted successfully." },
    { 0 },
};
