// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

#define STATES                                                                                     \
    MAP({ "sanctioned", "SANCTIONED" }, { "unsanctioned", "UN_SANCTIONED" }, { "any", "ANY" })

const struct tool zia_shadow_it_report[] = {
    { "zia_list_shadow_it_apps", "zia_shadow_it", READS,
      "Lists the cloud applications that ZIA knows, by id and name. Use it to find the ids for zia_bulk_update_shadow_it_apps; zins_get_shadow_it_apps shows which are used. Returns one page.",
      .method = GET, .path = "/zia/api/v1/cloudApplications/lite",
      .args = ARGS({ "page_number", INT, QUERY, "Number of the page, from 1." },
                   { "limit", INT, QUERY, "How many records at most; 1000 is sensible." }),
      .model = "CloudapplicationsAndTags", .list = true },
    { "zia_list_shadow_it_custom_tags", "zia_shadow_it", READS,
      "Lists the custom tags for cloud applications. Use it to find the ids for zia_bulk_update_shadow_it_apps.",
      .method = GET, .path = "/zia/api/v1/customTags", .model = "CloudapplicationsAndTags",
      .list = true },
    { "zia_bulk_update_shadow_it_apps", "zia_shadow_it", UPDATES,
      "Marks applications as sanctioned or not and sets their custom tags, many at once. zia_list_shadow_it_apps and zia_list_shadow_it_custom_tags show the ids. Returns how many were named. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/cloudApplications/bulkUpdate",
      .args = ARGS({ "sanction_state", STR | NEEDED, BODY, "sanctioned, unsanctioned or any.",
                     .wire = "sanctionedState", .as = as_one_of, .map = STATES },
                   { "application_ids", STRS, BODY, "Ids of the applications: [\"12345\"].",
                     .as = as_items_if_any },
                   { "custom_tag_ids", STRS, BODY, "Ids of the custom tags that they get.",
                     .wire = "customTags", .as = as_ids_if_any }),
      .says = "Bulk-updated {application_ids.#} app(s) to sanction state '{sanction_state}'.",
      .output =
          "{\"properties\": {\"success\": {\"title\": \"Success\", \"type\": \"boolean\"}, \"message\": {\"title\": \"Message\", \"type\": \"string\"}}, \"required\": [\"success\", \"message\"], \"type\": \"object\", \"additionalProperties\": true, \"title\": \"OperationResult\"}" },
    { 0 },
};
