// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

#define NAMED_IDP "/zpa/mgmtconfig/v1/admin/customers/{customer}/idp/{1.list.[name=@idp_name].id}"
#define NO_IDP                                                                                     \
    "No identity provider is called '{idp_name}'; check its name in the ZPA admin portal."

const struct tool zpa_get_scim_attributes[] = {
    { "get_zpa_scim_attribute", "zpa_idp", READS,
      "Lists the SCIM attributes of an identity provider, or reads one by its id. Their ids serve SCIM conditions of policy rules. Returns one page.",
      .steps =
          STEPS({ GET, "/zpa/mgmtconfig/v2/admin/customers/{customer}/idp",
                  .query = "search=name%2BEQ%2B{idp_name}" },
                { GET, NAMED_IDP "/scimattribute/{attribute_id}", .when = "attribute_id",
                  .missing = NO_IDP, .one = true },
                { GET, NAMED_IDP "/scimattribute", .when = "!attribute_id", .missing = NO_IDP }),
      .args = ARGS({ "idp_name", STR | NEEDED, NOWHERE, "Exact name of the identity provider." },
                   { "attribute_id", STR | OR_NULL, PATH, "Id of the attribute to read." },
                   ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE),
      .at = "list", .model = "SCIMAttributeHeader", .list = true },
    { 0 },
};
