// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zeasm_lookalike_domains[] = {
    { "zeasm_list_lookalike_domains", "zeasm_lookalike_domains", READS,
      "Lists domains that look like those of the organisation and may serve phishing: name, how it was made, when registered, risk. zeasm_get_lookalike_domain shows one whole.",
      .method = GET, .path = "/easm/easm-ui/v1/organizations/{org_id}/lookalike-domains",
      .args = ARGS(
          { "org_id", STR, PATH, "Id of the organisation; zeasm_list_organizations shows it." }),
      .at = "results", .model = "LookalikeDomainDetails", .list = true, .untrusted = "" },
    { "zeasm_get_lookalike_domain", "zeasm_lookalike_domains", READS,
      "Reads one domain that looks like one of the organisation's: registration, hosts, certificates, risk. zeasm_list_lookalike_domains shows them.",
      .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/lookalike-domains/{lookalike_raw}/details",
      .args = ARGS(
          { "org_id", STR, PATH, "Id of the organisation; zeasm_list_organizations shows it." },
          { "lookalike_raw", STR, PATH,
            "The domain as zeasm_list_lookalike_domains shows it in lookalike_raw." }),
      .model = "LookalikeDomainDetails", .untrusted = "" },
    { 0 },
};
