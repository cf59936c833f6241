// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_get_sandbox_info[] = {
    { "zia_get_sandbox_behavioral_analysis", "zia_sandbox", READS,
      "Read ZIA sandbox behavioral analysis.", .method = GET,
      .path = "/zia/api/v1/behavioralAnalysisAdvancedSettings",
      .model = "BehavioralAnalysisAdvancedSettings" },
    { "zia_get_sandbox_file_hash_count", "zia_sandbox", READS, "Read ZIA sandbox file hash count.",
      .method = GET, .path = "/zia/api/v1/behavioralAnalysisAdvancedSettings/fileHashCount",
      .keys = KEYS_RAW },
    { 0 },
};
