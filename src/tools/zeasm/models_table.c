// SPDX-License-Identifier: MIT
// What survives of the records of this service, field by field; the notation stands in
// catalog/model.h.
#include "tools/tools.h"

const struct model_spec zeasm_models[] = {
    { "CommonIDName", "id name" },
    { "CommonFindings", "content source_type" },
    { "FindingDetails",
      "category cisa_likelihood country description epss_likelihood first_seen id "
      "impacted_asset_id impacted_asset_name is_stale last_seen name profile_id risk_level "
      "risk_score scan_type severity_score status type" },
    { "Findings", "results:[FindingDetails] total_results" },
    { "LookALikeDomains", "results:[LookalikeDomainDetails] total_results" },
    { "LookalikeDomainDetails",
      "created_date deception_method=[] description expiration_date is_registered "
      "lookalike_raw original_domain registered_by registrar remediation risk_category "
      "risk_score status updated_date" },
    { "Organizations", "next_page prev_page results:[CommonIDName] total_results" },
    { 0 },
};
