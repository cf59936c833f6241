// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zcell_audit_data_handling[] = {
    { "zcell_list_audit_customers_search", "zcell_audit_data_handling", READS,
      "Searches the audit log of Zscaler Cellular: who changed which object when, with the data before and after. zcell_list_audit_metadata lists the operations and object types to filter by. Returns one page, by default of the last 7 days.",
      .method = POST, .path = "/zcell/config/api/v1/audit/customers/{zcell_customer}/search",
      .args = ARGS(
          { "days", INT, BODY_SPAN, "Days to look back from now.", .wire = "startDate,endDate",
            .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
          { "operation_type", STR, BODY, "Only this operation: Create, Update, Delete or Export." },
          { "object_type", STR, BODY,
            "Only objects of this type; zcell_list_audit_metadata lists the words." },
          { "object_name", STR, BODY, "Only objects of this name." },
          { "object_id", STR, BODY, "Only the object with this id." },
          { "visibility", STR, BODY, "Only entries that Customer or Root may see." },
          { "modified_by_user_id", STR, BODY, "Only changes made by the user with this id." },
          { "page", INT, QUERY, "Number of the page, from 0.", .zero_ok = true },
          { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "AuditDataHandling", .list = true },
    { "zcell_list_audit_metadata", "zcell_audit_data_handling", READS,
      "Lists the operations and object types that the audit log knows. Use it before zcell_list_audit_customers_search to find the words to filter by.",
      .method = GET, .path = "/zcell/config/api/v1/audit/metadata", .at = "content",
      .model = "AuditMetadata", .list = true },
    { 0 },
};
