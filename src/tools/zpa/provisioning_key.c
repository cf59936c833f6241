// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

// How the API names what a key enrols.
#define KEY_TYPES MAP({ "connector", "CONNECTOR_GRP" }, { "service_edge", "SERVICE_EDGE_GRP" })

// The API wants the group under two names.
static json_t *as_component(struct tool_call *call, const struct arg *arg, json_t *value,
                            struct err *err)
{
    (void)call, (void)arg, (void)err;
    return json_pack("{s:O, s:O}", "componentId", value, "zcomponentId", value);
}

static bool certificate_named(struct tool_call *call, struct err *err)
{
    return !str_is(call_text(call, "key_type"), "connector") ||
           call_text(call, "enrollment_cert_id").n ||
           err_set(err, ERR_TOOL_ARGUMENTS,
                   "key_type connector needs enrollment_cert_id: get_zpa_enrollment_certificate "
                   "with name Connector shows it.");
}

const struct tool zpa_provisioning_key[] = {
    { "zpa_list_provisioning_keys", "zpa_provisioning_keys", READS,
      "Lists the provisioning keys with which App Connectors or Private Service Edges enrol, their use so far and the group that they join. Returns one page.",
      .method = GET,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/associationType/{key_type}/provisioningKey",
      .args = ARGS({ "key_type", STR, PATH,
                     "Whose enrolment the key is for: App Connectors or Private Service Edges.",
                     .as = as_one_of, .map = KEY_TYPES,
                     .choices = CHOICES("connector", "service_edge") },
                   ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE, ROW_MICROTENANT),
      .at = "list", .model = "ProvisioningKey", .list = true },
    { "zpa_get_provisioning_key", "zpa_provisioning_keys", READS,
      "Reads one ZPA provisioning key: use count and limit, group, and the key itself, a secret: show it only to who asked for it. zpa_list_provisioning_keys shows the ids.",
      .method = GET,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/associationType/{key_type}/provisioningKey/{key_id}",
      .args = ARGS({ "key_id", STR, PATH, "Id of the key; zpa_list_provisioning_keys shows it." },
                   { "key_type", STR, PATH,
                     "Whose enrolment the key is for: App Connectors or Private Service Edges.",
                     .as = as_one_of, .map = KEY_TYPES,
                     .choices = CHOICES("connector", "service_edge") }),
      .model = "ProvisioningKey" },
    { "zpa_create_provisioning_key", "zpa_provisioning_keys", CREATES,
      "Creates a key with which App Connectors or Private Service Edges enrol into a group; returns it with the key itself. Create the group first (zpa_create_app_connector_group, zpa_create_service_edge_group).",
      .method = POST,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/associationType/{key_type}/provisioningKey",
      .body = "{\"description\": null, \"enrollmentCertId\": null}",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name of the key, unique." },
          { "key_type", STR, PATH,
            "Whose enrolment the key is for: App Connectors or Private Service Edges.",
            .as = as_one_of, .map = KEY_TYPES, .choices = CHOICES("connector", "service_edge") },
          { "max_usage", INT | NEEDED, BODY, "How many may enrol with it.", .min = 1 },
          { "component_id", STR | NEEDED, MERGE,
            "Id of the group to join; zpa_list_app_connector_groups and zpa_list_service_edge_groups show it.",
            .as = as_component },
          { "enrollment_cert_id", STR, BODY,
            "Id of the enrollment certificate, needed for connector; get_zpa_enrollment_certificate shows it." },
          ROW_DESCRIPTION, ROW_MICROTENANT_TWICE),
      .model = "ProvisioningKey", .prepare = certificate_named },
    { "zpa_update_provisioning_key", "zpa_provisioning_keys", UPDATES,
      "Writes a provisioning key; returns it as stored. The API replaces the record, so that what is left out is reset: read it first with zpa_get_provisioning_key.",
      .method = PUT,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/associationType/{key_type}/provisioningKey/{key_id}",
      .body =
          "{\"name\": null, \"description\": null, \"maxUsage\": null, \"componentId\": null, \"enrollmentCertId\": null}",
      .args = ARGS({ "key_id", STR, PATH, "Id of the key; zpa_list_provisioning_keys shows it." },
                   { "key_type", STR, PATH,
                     "Whose enrolment the key is for: App Connectors or Private Service Edges.",
                     .as = as_one_of, .map = KEY_TYPES,
                     .choices = CHOICES("connector", "service_edge") },
                   { "name", STR, BODY, "Name of the key." }, ROW_DESCRIPTION,
                   { "max_usage", INT, BODY, "How many may enrol with it.", .min = 1 },
                   { "component_id", STR, BODY, "Id of the group to join." },
                   { "enrollment_cert_id", STR, BODY, "Id of the enrollment certificate." },
                   { "microtenant_id", STR, HEADER,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "ProvisioningKey" },
    { "zpa_delete_provisioning_key", "zpa_provisioning_keys", DELETES,
      "Deletes a provisioning key; those that enrolled with it stay. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/associationType/{key_type}/provisioningKey/{key_id}" },
          { DELETE,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/associationType/{key_type}/provisioningKey/{key_id}" }),
      .args = ARGS({ "key_id", STR, PATH, "Id of the key; zpa_list_provisioning_keys shows it.",
                     .step = ALL_STEPS },
                   { "key_type", STR, PATH,
                     "Whose enrolment the key is for: App Connectors or Private Service Edges.",
                     .as = as_one_of, .map = KEY_TYPES, .step = ALL_STEPS,
                     .choices = CHOICES("connector", "service_edge") },
                   ROW_MICROTENANT),
      .says = "Provisioning key {key_id} deleted successfully." },
    { 0 },
};
