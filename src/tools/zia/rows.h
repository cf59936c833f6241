// SPDX-License-Identifier: MIT
// Rows of arguments that many ZIA tools have alike.
#ifndef TOOLS_ZIA_ROWS_H
#define TOOLS_ZIA_ROWS_H

#include "catalog/tool.h"

// The formatter takes the braces of a row for a block.
// clang-format off
#define ROW_ORDER                                                                     \
    { "order", INT, BODY,                                                             \
      "Position among the rules, from 1; lower is judged first.", .as = as_position }
#define ROW_RANK { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." }
#define ROW_ENABLED                                                                       \
    { "enabled", BOOL, BODY, "Whether it is in force.", .wire = "state", .as = as_state }
#define ROW_ENABLED_AT_FIRST                                                            \
    { "enabled", BOOL | OR_NULL, BODY,                                                  \
      "Whether it is in force.", .wire = "state", .as = as_state, .otherwise = "true" }
#define ROW_RULE_FIELDS                                                                     \
    { "advanced", OBJ, MERGE,                                                               \
      "Further fields of the API in snake_case, merged last; lists of ids are turned into " \
      "references.", .as = as_rule_members }
#define ROW_URL_RULE_FIELDS                                                                 \
    { "advanced", OBJ, MERGE,                                                               \
      "Further fields of the API in snake_case, merged last; lists of ids are turned into " \
      "references.", .as = as_url_rule_members }
#define ROW_RULE_TYPE                                                               \
    { "rule_type", STR, PATH,                                                       \
      "Type of the rule: WEBMAIL, FILE_SHARE, STREAMING_MEDIA, SOCIAL_NETWORKING, " \
      "INSTANT_MESSAGING, SYSTEM_AND_DEVELOPMENT, …." }
// clang-format on

#endif
