// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcell_audit_data_handling[] = {
    { "zcell_list_audit_metadata", "zcell_audit_data_handling", READS,
      "List Zscaler Cellular audit metadata.", .method = GET,
      .path = "/zcell/config/api/v1/audit/metadata", .at = "content", .model = "AuditMetadata",
      .list = true },
    { 0 },
};
