// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zpa_pra_credential[] = {
    { "zpa_list_pra_credentials", "zpa_pra", READS, "List ZPA PRA credentials. Returns one page.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/credential",
      .args = ARGS(
          { "search", STR, QUERY, "Part of the name to look for.", .as = as_search },
          { "page", INT, QUERY, "Number of the page.", .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 },
          { "microtenant_id", STR, QUERY,
            "Id of the microtenant; the default tenant if left out." }),
      .at = "list", .model = "PrivilegedRemoteAccessCredential", .list = true },
    { "zpa_get_pra_credential", "zpa_pra", READS, "Read ZPA PRA credential by its id.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/credential/{credential_id}",
      .args = ARGS({ "credential_id", STR, PATH, "Id of the credential." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "PrivilegedRemoteAccessCredential" },
    { "zpa_delete_pra_credential", "zpa_pra", DELETES,
      "Delete ZPA PRA credential. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/credential/{credential_id}",
      .args = ARGS({ "credential_id", STR, PATH, "Id of the credential." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .says = "PRA credential {credential_id} deleted successfully." },
    { 0 },
};
