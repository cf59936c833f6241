// SPDX-License-Identifier: MIT
// Rows of arguments that many ZPA tools have alike.
#ifndef TOOLS_ZPA_ROWS_H
#define TOOLS_ZPA_ROWS_H

#include "catalog/tool.h"

// The formatter takes the braces of a row for a block.
// clang-format off
#define ROW_MICROTENANT                                                                        \
    { "microtenant_id", STR, QUERY, "Id of the microtenant; the default tenant if left out." }
#define ROW_MICROTENANT_OF_ALL                                                      \
    { "microtenant_id", STR, QUERY,                                                 \
      "Id of the microtenant; the default tenant if left out.", .step = ALL_STEPS }
#define ROW_MICROTENANT_TWICE                                                                 \
    { "microtenant_id", STR, BOTH, "Id of the microtenant; the default tenant if left out." }
#define ROW_MICROTENANT_OF_RULE                                                        \
    { "microtenant_id", STR, QUERY,                                                    \
      "Id of the microtenant whose rule it is; the default microtenant if left out." }
#define ROW_FILTER                                                            \
    { "search", STR, QUERY,                                                   \
      "Name to look for, or a filter like name+LIKE+part.", .as = as_search }
#define ROW_PAGE_SIZE                                                                        \
    { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 }
#define ROW_NEW_RULE_NAME                                                             \
    { "name", STR | NEEDED, BODY, "Name of the rule; must be unique in the policy." }
#define ROW_RULE_NAME { "name", STR, BODY, "Name of the rule." }
#define ROW_NOTE { "description", STR, BODY, "A note for administrators." }
#define ROW_CONDITIONS                                                                    \
    { "conditions", ANY, BODY,                                                            \
      "Who and what the rule matches: a list of {\"operator\": \"OR\", \"operands\": "    \
      "[{\"objectType\": \"APP\", \"values\": [\"id\"]}]}; operands with two sides have " \
      "\"entryValues\": [{\"lhs\": …, \"rhs\": …}]. Conditions are ANDed.",               \
      .as = as_conditions }
#define ROW_DOMAINS                                                     \
    { "domain_names", STRS, BODY,                                       \
      "Names or addresses: [\"app.example.com\", \"*.example.org\"]." }
#define ROW_SERVER_GROUPS                                             \
    { "server_group_ids", STRS, BODY,                                 \
      "Ids of its server groups; zpa_list_server_groups shows them.", \
      .wire = "serverGroups", .as = as_ids }
#define ROW_TCP_PORTS                                                                \
    { "tcp_port_ranges", STRS, BODY,                                                 \
      "TCP ports as pairs of from and to: [\"443\", \"443\", \"8080\", \"8090\"]." }
#define ROW_UDP_PORTS                                                                         \
    { "udp_port_ranges", STRS, BODY, "UDP ports as pairs of from and to: [\"53\", \"53\"]." }
#define ROW_SEGMENT_FIELDS                                                                  \
    { "advanced", OBJ, MERGE,                                                               \
      "Further fields of the API in snake_case, merged last: {\"bypass_type\": \"NEVER\", " \
      "\"health_reporting\": \"ON_ACCESS\", \"is_cname_enabled\": true}.",                  \
      .as = as_members }
#define ROW_ENABLED { "enabled", BOOL, BODY, "Whether it is in force." }
#define ROW_ENABLED_AT_FIRST                                                  \
    { "enabled", BOOL, BODY, "Whether it is in force.", .otherwise = "true" }
#define ROW_CITY { "city_country", STR, BODY, "City and country, as Montreal, CA." }
#define ROW_COUNTRY                                                                        \
    { "country_code", STR, BODY, "Country code of two letters, as CA.", .as = as_country }
#define ROW_UPGRADE_DAY { "upgrade_day", STR, BODY, "Day of software updates, as SUNDAY." }
#define ROW_UPGRADE_TIME                                                      \
    { "upgrade_time_in_secs", STR, BODY,                                      \
      "Time of software updates in seconds after midnight, as text: 66600." }
// clang-format on

#endif
