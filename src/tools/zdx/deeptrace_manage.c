// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_deeptrace_manage[] = {
    { "zdx_start_deeptrace", "zdx_troubleshooting", CREATES,
      "Starts a deep trace on a device for an application; fails if one is running. Ask zdx_get_device_deep_trace for its state and the zdx_get_deeptrace_ tools for its data.",
      .method = POST, .path = "/zdx/v1/devices/{device_id}/deeptraces",
      .args =
          ARGS(ROW_DEVICE,
               { "session_name", STR | NEEDED, BODY, "Name to find the trace by.",
                 .wire = "session_name" },
               { "app_id", INT | NEEDED, BODY,
                 "Id of the application; zdx_list_applications shows it.", .wire = "app_id" },
               { "web_probe_id", INT | NEEDED, BODY,
                 "Id of the web probe; zdx_get_web_probes shows it.", .wire = "web_probe_id" },
               { "cloudpath_probe_id", INT | NEEDED, BODY,
                 "Id of the cloud path probe; zdx_list_cloudpath_probes shows it.",
                 .wire = "cloudpath_probe_id" },
               { "session_length_minutes", INT, BODY, "How long to trace: 5, 15, 30 or 60 minutes.",
                 .wire = "session_length_minutes", .otherwise = "5" },
               { "probe_device", BOOL, BODY, "Whether to trace the device itself too.",
                 .wire = "probe_device", .otherwise = "true" }),
      .keys = KEYS_RAW,
      .view =
          "{\"trace_id\": \"{.trace_id}\", \"status\": \"started\", \"session_name\": \"{session_name}\"}",
      .output =
          "{\"properties\": {\"trace_id\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Trace Id\"}, \"status\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Status\"}, \"session_name\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Session Name\"}}, \"type\": \"object\", \"additionalProperties\": true, \"title\": \"StartedTrace\"}" },
    { "zdx_delete_deeptrace", "zdx_troubleshooting", DELETES,
      "Ends a deep trace and deletes what it measured. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE, .path = "/zdx/v1/devices/{device_id}/deeptraces/{trace_id}",
      .args = ARGS(ROW_DEVICE, ROW_TRACE),
      .says = "Deleted deep trace {trace_id} for device {device_id}." },
    { 0 },
};
