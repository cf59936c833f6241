// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zeasm_lookalike_domains[] = {
    { "zeasm_list_lookalike_domains", "zeasm_lookalike_domains", READS,
      "List EASM lookalike domains.", .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/lookalike-domains",
      .args = ARGS({ "org_id", STR, PATH, "Id of the org." }), .at = "results",
      .model = "LookalikeDomainDetails", .list = true, .untrusted = "" },
    { "zeasm_get_lookalike_domain", "zeasm_lookalike_domains", READS,
      "Read EASM lookalike domain by its id.", .method = GET,
      .path = "/easm/easm-ui/v1/organizations/{org_id}/lookalike-domains/{lookalike_raw}/details",
      .args = ARGS({ "org_id", STR, PATH, "Id of the org." },
                   { "lookalike_raw", STR, PATH, "Lookalike raw." }),
      .model = "LookalikeDomainDetails", .untrusted = "" },
    { 0 },
};
