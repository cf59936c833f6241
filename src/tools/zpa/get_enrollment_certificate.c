// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

#define CERTIFICATE  "/zpa/mgmtconfig/v1/admin/customers/{customer}/enrollmentCert"
#define CERTIFICATES "/zpa/mgmtconfig/v2/admin/customers/{customer}/enrollmentCert"

// name asks for exactly one certificate, whatever else matched the search.
static bool only_named(struct tool_call *call, json_t **value, struct err *err)
{
    struct str name = call_text(call, "name");
    if (!name.n)
        return true;
    size_t i;
    json_t *certificate, *found = NULL;
    json_array_foreach(*value, i, certificate)
    {
        if (!found && str_eq_nocase(dom_str(certificate, "name"), name))
            found = certificate;
    }
    if (!found)
        return err_set(err, ERR_TOOL_ARGUMENTS,
                       "No enrollment certificate is called '" STR_FMT "'.", STR_ARG(name));
    json_t *one = json_array();
    json_array_append(one, found);
    json_decref(*value);
    *value = one;
    return true;
}

const struct tool zpa_get_enrollment_certificate[] = {
    { "get_zpa_enrollment_certificate", "zpa_provisioning_keys", READS,
      "Lists the enrollment certificates, or reads one by its name or id. Use it to find the id for zpa_create_provisioning_key and zpa_create_app_connector_group: Connector for App Connectors, Service Edge for Private Service Edges. Returns one page.",
      .steps = STEPS(
          { GET, CERTIFICATES, .query = "search=name%2BEQ%2B{name}", .when = "name" },
          { GET, CERTIFICATE "/{certificate_id}", .when = "!name&certificate_id", .one = true },
          { GET, CERTIFICATES, .when = "!name&!certificate_id" }),
      .args = ARGS(
          { "certificate_id", STR | OR_NULL, PATH, "Id of the certificate to read.", .step = 2 },
          { "name", STR, NOWHERE, "Exact name of the certificate to read, in any case." },
          { "search", STR, QUERY, "Name to look for, or a filter like name+LIKE+part.",
            .as = as_search, .step = 3 },
          { "page", INT, QUERY, "Number of the page, from 1.", .step = 3, .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .step = 3, .min = 1,
            .max = 500 }),
      .at = "list", .model = "EnrollmentCertificate", .list = true, .finish = only_named },
    { 0 },
};
