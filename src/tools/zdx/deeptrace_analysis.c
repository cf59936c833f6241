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

// The API names only the id, under one of two names.
static bool started(struct tool_call *call, json_t **value, struct err *err)
{
    (void)call, (void)err;
    json_t *id = json_object_get(*value, "id");
    if (id && !json_object_get(*value, "analysis_id"))
        json_object_set(*value, "analysis_id", id);
    if (!json_object_get(*value, "status"))
        dom_set(*value, "status", json_string("started"));
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
    { "zdx_start_analysis", "zdx_troubleshooting", CREATES,
      "Starts an analysis of why an application's score was bad on a device. Returns its id at once; zdx_get_analysis tells when it is COMPLETED and what it found. zdx_list_devices and zdx_list_applications show the ids.",
      .method = POST, .path = "/zdx/v1/analysis",
      .args = ARGS({ "device_id", STR | NEEDED, BODY,
                     "Id of the device; zdx_list_devices shows it.", .wire = "device_id" },
                   { "app_id", INT | NEEDED, BODY,
                     "Id of the application; zdx_list_applications shows it.", .wire = "app_id" },
                   { "t0", INT, BODY, "Begin of the time to analyse, in epoch seconds." },
                   { "t1", INT, BODY, "End of the time to analyse, in epoch seconds." }),
      .keys = KEYS_RAW, .finish = started,
      .view = "{\"analysis_id\": \"{.analysis_id}\", \"status\": \"{.status}\"}",
      .output =
          "{\"properties\": {\"analysis_id\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Analysis Id\"}, \"status\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Status\"}}, \"type\": \"object\", \"additionalProperties\": true, \"title\": \"StartedAnalysis\"}" },
    { "zdx_delete_analysis", "zdx_troubleshooting", DELETES,
      "Stops an analysis and deletes its result. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE, .path = "/zdx/v1/analysis/{analysis_id}",
      .args = ARGS({ "analysis_id", STR, PATH, "Id that zdx_start_analysis returned." }),
      .says = "Stopped/deleted analysis {analysis_id}." },
    { 0 },
};
