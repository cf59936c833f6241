// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

#define GROUPS            "/zpa/mgmtconfig/v1/admin/customers/{customer}/appConnectorGroup"
#define CERTIFICATES      "/zpa/mgmtconfig/v2/admin/customers/{customer}/enrollmentCert"
#define CERTIFICATE_NAMED "search=name%2BEQ%2B{enrollment_cert_name}"
#define CERTIFICATE_FOUND "\"enrollmentCertId\": \"{1.list.[name=@enrollment_cert_name].id}\""
#define NO_CERTIFICATE                                                                             \
    "No enrollment certificate is called '{enrollment_cert_name}': name its id "                   \
    "(get_zpa_enrollment_certificate) or create it first."
#define GROUP_FIELDS                                                                               \
    "\"description\": null, \"latitude\": null, \"longitude\": null, \"location\": null, \"cityCountry\": null, \"countryCode\": null, \"dnsQueryType\": null, \"overrideVersionProfile\": null, \"lssAppConnectorGroup\": null, \"upgradeDay\": null, \"upgradeTimeInSecs\": null, \"versionProfile\": null, \"serverGroupIds\": [], \"connectorIds\": []"

// Every tenant has a certificate of this name, made for connectors.
static bool default_certificate(struct tool_call *call, struct err *err)
{
    (void)err;
    if (!call_arg(call, "enrollment_cert_id") && !call_text(call, "enrollment_cert_name").n)
        dom_set(call->args, "enrollment_cert_name", json_string("Connector"));
    return true;
}

const struct tool zpa_app_connector_groups[] = {
    { "zpa_list_app_connector_groups", "zpa_app_connector_groups", READS,
      "Lists the groups of App Connectors: place, version profile, connectors, server groups. zpa_list_app_connectors shows the connectors themselves. Returns one page.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/appConnectorGroup",
      .args = ARGS(ROW_FILTER, ROW_MICROTENANT, ROW_PAGE, ROW_PAGE_SIZE), .at = "list",
      .model = "AppConnectorGroup", .list = true },
    { "zpa_get_app_connector_group", "zpa_app_connector_groups", READS,
      "Reads one ZPA App Connector group: place, upgrade window, its connectors and server groups. zpa_list_app_connector_groups shows the ids.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/appConnectorGroup/{group_id}",
      .args = ARGS({ "group_id", STR, PATH,
                     "Id of the App Connector group; zpa_list_app_connector_groups shows it." },
                   ROW_MICROTENANT),
      .model = "AppConnectorGroup" },
    { "zpa_create_app_connector_group", "zpa_app_connector_groups", CREATES,
      "Creates a group of App Connectors; returns it as stored. Afterwards zpa_create_provisioning_key makes the key with which connectors join it, and server groups name it.",
      .steps =
          STEPS({ GET, CERTIFICATES, .query = CERTIFICATE_NAMED, .when = "!enrollment_cert_id" },
                { POST, GROUPS, .body = "{" GROUP_FIELDS ", " CERTIFICATE_FOUND "}",
                  .when = "!enrollment_cert_id", .missing = NO_CERTIFICATE },
                { POST, GROUPS, .body = "{" GROUP_FIELDS "}", .when = "enrollment_cert_id" }),
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name of the group, unique." }, ROW_DESCRIPTION,
          { "enabled", BOOL, BODY, "Whether its connectors take traffic.", .otherwise = "true" },
          { "latitude", STR, BODY, "Degrees as text, as 45.5; zia_geo_search finds them." },
          { "longitude", STR, BODY, "Degrees as text, as -73.6." },
          { "location", STR, BODY, "Name of the place, as Montreal, QC, Canada." }, ROW_CITY,
          ROW_COUNTRY, { "dns_query_type", STR, BODY, "IPV4_IPV6, IPV4 or IPV6." },
          { "override_version_profile", BOOL, BODY,
            "Whether version_profile counts instead of the tenant's." },
          { "server_group_ids", STRS, BODY,
            "Ids of the server groups; zpa_list_server_groups shows them." },
          { "connector_ids", STRS, BODY,
            "Ids of its connectors; zpa_list_app_connectors shows them." },
          { "lss_app_connector_group", BOOL, BODY,
            "Whether the group serves log streaming (LSS)." },
          ROW_UPGRADE_DAY, ROW_UPGRADE_TIME,
          { "version_profile", STR, BODY, "Version profile, as Default." },
          { "enrollment_cert_id", STR, BODY,
            "Id of the enrollment certificate; get_zpa_enrollment_certificate shows it." },
          { "enrollment_cert_name", STR, NOWHERE,
            "Exact name of the certificate, instead of its id; Connector if both are left out." },
          ROW_MICROTENANT_TWICE),
      .model = "AppConnectorGroup", .prepare = default_certificate },
    { "zpa_update_app_connector_group", "zpa_app_connector_groups", UPDATES,
      "Writes a group of App Connectors; returns it as stored. The API replaces the record, so that what is left out is reset: read it first with zpa_get_app_connector_group. The enrollment certificate becomes the one called Connector unless another is named.",
      .steps = STEPS(
          { GET, CERTIFICATES, .query = CERTIFICATE_NAMED, .when = "!enrollment_cert_id" },
          { PUT, GROUPS "/{group_id}",
            .body = "{\"name\": null, \"enabled\": null, " GROUP_FIELDS ", " CERTIFICATE_FOUND "}",
            .when = "!enrollment_cert_id", .missing = NO_CERTIFICATE },
          { PUT, GROUPS "/{group_id}",
            .body = "{\"name\": null, \"enabled\": null, " GROUP_FIELDS "}",
            .when = "enrollment_cert_id" }),
      .args = ARGS(
          { "group_id", STR, PATH,
            "Id of the App Connector group; zpa_list_app_connector_groups shows it." },
          { "name", STR, BODY, "Name of the group, unique." }, ROW_DESCRIPTION,
          { "enabled", BOOL, BODY, "Whether its connectors take traffic." },
          { "latitude", STR, BODY, "Degrees as text, as 45.5; zia_geo_search finds them." },
          { "longitude", STR, BODY, "Degrees as text, as -73.6." },
          { "location", STR, BODY, "Name of the place, as Montreal, QC, Canada." }, ROW_CITY,
          ROW_COUNTRY, { "dns_query_type", STR, BODY, "IPV4_IPV6, IPV4 or IPV6." },
          { "override_version_profile", BOOL, BODY,
            "Whether version_profile counts instead of the tenant's." },
          { "server_group_ids", STRS, BODY,
            "Ids of the server groups; zpa_list_server_groups shows them." },
          { "connector_ids", STRS, BODY,
            "Ids of its connectors; zpa_list_app_connectors shows them." },
          { "lss_app_connector_group", BOOL, BODY,
            "Whether the group serves log streaming (LSS)." },
          ROW_UPGRADE_DAY, ROW_UPGRADE_TIME,
          { "version_profile", STR, BODY, "Version profile, as Default." },
          { "enrollment_cert_id", STR, BODY,
            "Id of the enrollment certificate; get_zpa_enrollment_certificate shows it." },
          { "enrollment_cert_name", STR, NOWHERE,
            "Exact name of the certificate, instead of its id; Connector if both are left out." },
          ROW_MICROTENANT_TWICE),
      .model = "AppConnectorGroup", .prepare = default_certificate },
    { "zpa_delete_app_connector_group", "zpa_app_connector_groups", DELETES,
      "Deletes a ZPA App Connector group. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/appConnectorGroup/{group_id}",
      .args = ARGS({ "group_id", STR, PATH,
                     "Id of the App Connector group; zpa_list_app_connector_groups shows it." },
                   ROW_MICROTENANT),
      .says = "App connector group {group_id} deleted successfully." },
    { 0 },
};
