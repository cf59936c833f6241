// SPDX-License-Identifier: MIT
#include <time.h>

#include "catalog/forms.h"
#include "catalog/names.h"
#include "tools/tools.h"

#define ISO_MAX 32

static bool is_moment(const char *key)
{
    static const char *const words[] = { "created", "started",    "ended",      "timestamp",
                                         "time",    "created_at", "started_at", "ended_at" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eq_nocase(str_c(key), str_c(words[i])))
            return true;
    return false;
}

// Adds "<key>_epoch" and makes the value a date; what is no epoch second stays.
static void put_date(const char *key, const json_t *value, json_t *out)
{
    int64_t epoch = 0;
    char iso[ISO_MAX];
    struct tm tm;
    bool number = json_is_integer(value) ? (epoch = json_integer_value(value), true)
                                         : str_to_i64(str_trim(dom_text(value)), &epoch);
    time_t t = (time_t)epoch;
    if (!number || !gmtime_r(&t, &tm) || !strftime(iso, sizeof(iso), "%Y-%m-%dT%H:%M:%S", &tm)) {
        json_object_set(out, key, (json_t *)(uintptr_t)value);
        return;
    }
    CLEANUP(buf_release) struct buf name = BUF_INIT(NAME_MAX_BYTES);
    buf_addf(&name, "%s_epoch", key);
    json_object_set_new(out, key, json_string(iso));
    json_object_set_new(out, buf_cstr(&name), json_integer(epoch));
}

static json_t *with_dates(const json_t *value)
{
    const char *key;
    size_t i;
    json_t *inner, *out;
    if (json_is_array(value)) {
        out = json_array();
        json_array_foreach(value, i, inner) json_array_append_new(out, with_dates(inner));
        return out;
    }
    if (!json_is_object(value))
        return json_incref((json_t *)(uintptr_t)value);
    out = json_object();
    json_object_foreach((json_t *)(uintptr_t)value, key, inner)
    {
        if (is_moment(key) && (json_is_integer(inner) || json_is_string(inner)))
            put_date(key, inner, out);
        else
            json_object_set_new(out, key, with_dates(inner));
    }
    return out;
}

static bool camel_keys(struct tool_call *call, json_t **value, struct err *err)
{
    JSON_AUTO *renamed = as_members(call, NULL, *value, err);
    json_decref(*value);
    *value = with_dates(renamed);
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
      "Stops an analysis and deletes its result. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE, .path = "/zdx/v1/analysis/{analysis_id}",
      .args = ARGS({ "analysis_id", STR, PATH, "Id that zdx_start_analysis returned." }),
      .says = "Stopped/deleted analysis {analysis_id}." },
    { 0 },
};
