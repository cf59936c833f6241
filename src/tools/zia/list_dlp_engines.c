// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_list_dlp_engines[] = {
    { "get_zia_dlp_engines", "zia_dlp", READS,
      "Lists DLP engines, or reads one by its id; read_lite returns them without their rules. Their ids serve ZIA DLP rules.",
      .steps = STEPS({ GET, "/zia/api/v1/dlpEngines", .when = "action=read&!engine_id" },
                     { GET, "/zia/api/v1/dlpEngines/lite", .when = "action=read_lite" },
                     { GET, "/zia/api/v1/dlpEngines/{engine_id}", .when = "action=read&engine_id",
                       .one = true }),
      .args = ARGS({ "action", STR, NOWHERE, "read, or read_lite for a short form.",
                     .otherwise = "\"read\"", .choices = CHOICES("read", "read_lite") },
                   { "engine_id", STR | OR_NULL, PATH,
                     "Id of the one to read; with read_lite all are returned." },
                   { "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "DLPEngine", .list = true, .find = "search=name" },
    { 0 },
};
