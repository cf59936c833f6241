// SPDX-License-Identifier: MIT
#include "tools/tools.h"

// The API puts the one quota into a list.
static bool only_record(struct tool_call *call, json_t **value, struct err *err)
{
    (void)call, (void)err;
    if (json_array_size(*value) != 1)
        return true;
    json_t *record = json_incref(json_array_get(*value, 0));
    json_decref(*value);
    *value = record;
    return true;
}

static bool summary_first(struct tool_call *call, struct err *err)
{
    (void)err;
    if (!call_text(call, "report_details").n)
        dom_set(call->args, "report_details", json_string("summary"));
    return true;
}

const struct tool zia_get_sandbox_info[] = {
    { "zia_get_sandbox_quota", "zia_sandbox", READS,
      "Reads how many ZIA sandbox reports may still be asked for today, of how many a day. Use it before several calls of zia_get_sandbox_report.",
      .method = GET, .path = "/zia/api/v1/sandbox/report/quota", .finish = only_record },
    { "zia_get_sandbox_behavioral_analysis", "zia_sandbox", READS,
      "Reads the MD5 hashes of files that the ZIA sandbox blocks or allows without analysis. zia_get_sandbox_file_hash_count says how many more fit on the lists.",
      .method = GET, .path = "/zia/api/v1/behavioralAnalysisAdvancedSettings",
      .model = "BehavioralAnalysisAdvancedSettings" },
    { "zia_get_sandbox_file_hash_count", "zia_sandbox", READS,
      "Reads how many file hashes are on the lists of the ZIA sandbox, and how many still fit. zia_get_sandbox_behavioral_analysis shows the hashes.",
      .method = GET, .path = "/zia/api/v1/behavioralAnalysisAdvancedSettings/fileHashCount",
      .keys = KEYS_RAW },
    { "zia_get_sandbox_report", "zia_sandbox", READS,
      "Reads what the sandbox found in a file: verdict, threat class and score, file properties, behaviour. Each report counts against zia_get_sandbox_quota.",
      .method = GET, .path = "/zia/api/v1/sandbox/report/{md5_hash}",
      .args = ARGS(
          { "md5_hash", STR, PATH, "MD5 hash of the file, 32 hexadecimal digits." },
          { "report_details", STR, QUERY, "summary (as if left out) or full.", .wire = "details" }),
      .keys = KEYS_RAW, .prepare = summary_first,
      .untrusted =
          "Names, signatures and certificate texts in it were chosen by whoever made the file." },
    { 0 },
};
