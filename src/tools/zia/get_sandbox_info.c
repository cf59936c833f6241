// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_get_sandbox_info[] = {
    { "zia_get_sandbox_quota", "zia_sandbox", READS, "Read ZIA sandbox quota.", .method = GET,
      .path = "/zia/api/v1/sandbox/report/quota" },
    { "zia_get_sandbox_behavioral_analysis", "zia_sandbox", READS,
      "Read ZIA sandbox behavioral analysis.", .method = GET,
      .path = "/zia/api/v1/behavioralAnalysisAdvancedSettings",
      .model = "BehavioralAnalysisAdvancedSettings" },
    { "zia_get_sandbox_file_hash_count", "zia_sandbox", READS, "Read ZIA sandbox file hash count.",
      .method = GET, .path = "/zia/api/v1/behavioralAnalysisAdvancedSettings/fileHashCount",
      .keys = KEYS_RAW },
    { "zia_get_sandbox_report", "zia_sandbox", READS, "Read ZIA sandbox report.", .method = GET,
      .path = "/zia/api/v1/sandbox/report/{md5_hash}", .query = "details=summary",
      .args = ARGS({ "md5_hash", STR, PATH, "Md5 hash." },
                   { "report_details", STR, NOWHERE, "Report details." }),
      .untrusted = "" },
    { 0 },
};
