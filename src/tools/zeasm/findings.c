// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zeasm_findings[] = {
    { "zeasm_list_findings", "zeasm_findings", READS,
      "Lists the weaknesses found in what the organisation shows to the Internet: asset, category, severity, state. Use it to find a finding id; zeasm_list_organizations shows org_id.",
      .method = GET, .path = "/easm/easm-ui/v1/organizations/{org_id}/findings",
      .args = ARGS(
          { "org_id", STR, PATH, "Id of the organisation; zeasm_list_organizations shows it." }),
      .at = "results", .model = "FindingDetails", .list = true },
    { "zeasm_get_finding_details", "zeasm_findings", READS,
      "Reads one EASM finding: what is wrong, on which asset, how bad (severity, CVE and CVSS where known), how to mend it. zeasm_list_findings shows the ids; zeasm_get_finding_evidence the proof.",
      .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/findings/{finding_id}/details",
      .args = ARGS(
          { "org_id", STR, PATH, "Id of the organisation; zeasm_list_organizations shows it." },
          { "finding_id", STR, PATH, "Id of the finding; zeasm_list_findings shows it." }),
      .model = "FindingDetails" },
    { "zeasm_get_finding_evidence", "zeasm_findings", READS,
      "Reads the proof of an EASM finding, as it was scraped from the asset. Use it to check that a finding is real; zeasm_get_finding_scan_output shows the whole scan.",
      .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/findings/{finding_id}/evidence",
      .args = ARGS(
          { "org_id", STR, PATH, "Id of the organisation; zeasm_list_organizations shows it." },
          { "finding_id", STR, PATH, "Id of the finding; zeasm_list_findings shows it." }),
      .model = "CommonFindings", .json = true, .untrusted = "" },
    { "zeasm_get_finding_scan_output", "zeasm_findings", READS,
      "Reads the whole output of the scan behind an EASM finding; it can be long. zeasm_get_finding_evidence shows only the proof and is enough in most cases.",
      .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/findings/{finding_id}/scan-output",
      .args = ARGS(
          { "org_id", STR, PATH, "Id of the organisation; zeasm_list_organizations shows it." },
          { "finding_id", STR, PATH, "Id of the finding; zeasm_list_findings shows it." }),
      .model = "CommonFindings", .json = true, .untrusted = "" },
    { 0 },
};
