// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

#define CERTIFICATE  "/zpa/mgmtconfig/v1/admin/customers/{customer}/enrollmentCert"
#define CERTIFICATES "/zpa/mgmtconfig/v2/admin/customers/{customer}/enrollmentCert"

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
      .at = "list", .model = "EnrollmentCertificate", .list = true, .find = "name==name" },
    { 0 },
};
