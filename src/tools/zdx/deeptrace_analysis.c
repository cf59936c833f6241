// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

static bool camel_keys(struct tool_call *call, json_t **value, struct err *err)
{
    json_t *renamed = as_members(call, NULL, *value, err);
    json_decref(*value);
    *value = renamed;
    return true;
}

const struct tool zdx_deeptrace_analysis[] = {
    { "zdx_get_analysis", "zdx_troubleshooting", READS,
      "Returns the state of an analysis and, when it is COMPLETED, the suspected causes of a bad score with their confidence.",
      .method = GET, .path = "/zdx/v1/analysis/{analysis_id}",
      .args = ARGS({ "analysis_id", STR, PATH, "Id that zdx_start_analysis returned." }),
      .keys = KEYS_RAW, .json = true, .finish = camel_keys,
      .view = "{\"analysis_id\": \"{analysis_id}\", \"status\": \"{.status}\", \"data\": \"{.}\"}",
      .output =
          "{\"properties\": {\"analysis_id\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Analysis Id\"}, \"status\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Status\"}, \"data\": {\"additionalProperties\": true, \"title\": \"Data\", \"type\": \"object\"}}, \"type\": \"object\", \"additionalProperties\": true, \"title\": \"AnalysisStatus\"}" },
    { "zdx_delete_analysis", "zdx_troubleshooting", DELETES,
      "Stops an analysis and deletes its result. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE, .path = "/zdx/v1/analysis/{analysis_id}",
      .args = ARGS({ "analysis_id", STR, PATH, "Id that zdx_start_analysis returned." }),
      .says = "Stopped/deleted analysis {analysis_id}." },
    { 0 },
};
