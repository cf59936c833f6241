// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zeasm_findings[] = {
    { "zeasm_list_findings", "zeasm_findings", READS, "List EASM findings.", .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/findings",
      .args = ARGS({ "org_id", STR, PATH, "Id of the org." }), .at = "results",
      .model = "FindingDetails", .list = true },
    { "zeasm_get_finding_details", "zeasm_findings", READS, "Read EASM finding details by its id.",
      .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/findings/{finding_id}/details",
      .args = ARGS({ "org_id", STR, PATH, "Id of the org." },
                   { "finding_id", STR, PATH, "Id of the finding." }),
      .model = "FindingDetails" },
    { "zeasm_get_finding_evidence", "zeasm_findings", READS,
      "Read EASM finding evidence by its id.", .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/findings/{finding_id}/evidence",
      .args = ARGS({ "org_id", STR, PATH, "Id of the org." },
                   { "finding_id", STR, PATH, "Id of the finding." }),
      .model = "CommonFindings", .json = true, .untrusted = "" },
    { "zeasm_get_finding_scan_output", "zeasm_findings", READS,
      "Read EASM finding scan output by its id.", .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/findings/{finding_id}/scan-output",
      .args = ARGS({ "org_id", STR, PATH, "Id of the org." },
                   { "finding_id", STR, PATH, "Id of the finding." }),
      .model = "CommonFindings", .json = true, .untrusted = "" },
    { 0 },
};
