// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zia/rows.h"

const struct tool zia_url_filtering_rules[] = {
    { "zia_list_url_filtering_rules", "zia_url_filtering", READS,
      "Lists the URL filtering rules: which categories of sites are allowed, cautioned or blocked, for whom and when. Rules are judged by order, 1 first. zia_list_url_categories shows the categories.",
      .method = GET, .path = "/zia/api/v1/urlFilteringRules", .args = ARGS(ROW_SEARCH),
      .model = "URLFilteringRule", .list = true },
    { "zia_get_url_filtering_rule", "zia_url_filtering", READS,
      "Reads one ZIA URL filtering rule: action, URL categories, request methods, whom and where it holds, order, state. zia_list_url_filtering_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/urlFilteringRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the URL filtering rule; zia_list_url_filtering_rules shows it." }),
      .model = "URLFilteringRule" },
    { "zia_create_url_filtering_rule", "zia_url_filtering", CREATES,
      "Creates a ZIA URL filtering rule; returns it as stored. zia_list_url_categories lists the categories to name. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/urlFilteringRules",
      .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(ROW_NEW_NAME,
                   { "action", STR | NEEDED, BODY,
                     "What happens to matching traffic: ALLOW, CAUTION, BLOCK or ISOLATE." },
                   ROW_DESCRIPTION, ROW_ENABLED_AT_FIRST, ROW_ORDER, ROW_RANK, ROW_URL_RULE_FIELDS),
      .model = "URLFilteringRule" },
    { "zia_update_url_filtering_rule", "zia_url_filtering", UPDATES,
      "Changes a ZIA URL filtering rule; returns it as stored. The API replaces the record: read it first with zia_get_url_filtering_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/urlFilteringRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the URL filtering rule; zia_list_url_filtering_rules shows it." },
                   ROW_NAME,
                   { "action", STR, BODY,
                     "What happens to matching traffic: ALLOW, CAUTION, BLOCK or ISOLATE." },
                   ROW_DESCRIPTION, ROW_ENABLED, ROW_ORDER, ROW_RANK, ROW_URL_RULE_FIELDS),
      .model = "URLFilteringRule" },
    { "zia_delete_url_filtering_rule", "zia_url_filtering", DELETES,
      "Deletes a ZIA URL filtering rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/urlFilteringRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the URL filtering rule; zia_list_url_filtering_rules shows it." }),
      .says = "URL Filtering rule {rule_id} deleted successfully." },
    { 0 },
};
