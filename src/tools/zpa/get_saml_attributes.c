// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

const struct tool zpa_get_saml_attributes[] = {
    { "get_zpa_saml_attribute", "zpa_idp", READS,
      "Lists the SAML attributes that ZPA knows, of all identity providers or of one. Their ids serve SAML conditions of policy rules.",
      .steps = STEPS(
          { GET, "/zpa/mgmtconfig/v2/admin/customers/{customer}/idp",
            .query = "search=name%2BEQ%2B{idp_name}", .when = "idp_name" },
          { GET, "/zpa/mgmtconfig/v2/admin/customers/{customer}/samlAttribute",
            .when = "!idp_name" },
          { GET,
            "/zpa/mgmtconfig/v2/admin/customers/{customer}/samlAttribute/idp/{1.list.[name=@idp_name].id}",
            .when = "idp_name", .missing = "No matching IdP found with name '{idp_name}'" }),
      .args = ARGS({ "idp_name", STR, NOWHERE, "Exact name of the identity provider." }, ROW_FILTER,
                   ROW_PAGE, ROW_PAGE_SIZE),
      .at = "list", .model = "SAMLAttribute", .list = true },
    { 0 },
};
