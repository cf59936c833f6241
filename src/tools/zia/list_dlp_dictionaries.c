// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_list_dlp_dictionaries[] = {
    { "get_zia_dlp_dictionaries", "zia_dlp", READS,
      "Lists DLP dictionaries, or reads one by its id; read_lite returns them without their rules. Their ids serve ZIA DLP rules.",
      .steps = STEPS({ GET, "/zia/api/v1/dlpDictionaries", .when = "action=read&!dict_id" },
                     { GET, "/zia/api/v1/dlpDictionaries/lite", .when = "action=read_lite" },
                     { GET, "/zia/api/v1/dlpDictionaries/{dict_id}", .when = "action=read&dict_id",
                       .one = true }),
      .args = ARGS({ "action", STR, NOWHERE, "read, or read_lite for a short form.",
                     .otherwise = "\"read\"", .choices = CHOICES("read", "read_lite") },
                   { "dict_id", STR | OR_NULL, PATH,
                     "Id of the one to read; with read_lite all are returned." },
                   { "search", STR, QUERY, "Part of the name to look for.", .step = 1 }),
      .model = "DLPDictionary", .list = true, .find = "search=name" },
    { 0 },
};
