// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

static bool group_or_idp(struct tool_call *call, struct err *err)
{
    return call_text(call, "scim_group_id").n || call_text(call, "idp_name").n ||
           err_set(err, ERR_TOOL_ARGUMENTS,
                   "Give idp_name to list the groups of an identity provider, or scim_group_id to "
                   "read one.");
}

const struct tool zpa_get_scim_groups[] = {
    { "get_zpa_scim_group", "zpa_idp", READS,
      "Lists the SCIM groups of an identity provider, or reads one by its id. Their internal ids serve SCIM_GROUP conditions of policy rules.",
      .steps = STEPS(
          { GET, "/zpa/mgmtconfig/v2/admin/customers/{customer}/idp",
            .query = "search=name%2BEQ%2B{idp_name}", .when = "!scim_group_id" },
          { GET,
            "/zpa/userconfig/v1/customers/{customer}/scimgroup/idpId/{1.list.[name=@idp_name].id}",
            .when = "!scim_group_id", .missing = "No matching IdP found with name '{idp_name}'" },
          { GET, "/zpa/userconfig/v1/customers/{customer}/scimgroup/{scim_group_id}",
            .when = "scim_group_id", .one = true }),
      .args = ARGS({ "scim_group_id", STR | OR_NULL, PATH, "Id of the group to read." },
                   { "idp_name", STR, NOWHERE,
                     "Exact name of the identity provider; needed without scim_group_id." },
                   ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE),
      .at = "list", .model = "SCIMGroup", .list = true, .prepare = group_or_idp },
    { 0 },
};
