// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_url_categories[] = {
    { "zia_get_url_category", "zia_url_categories", READS, "Read ZIA URL category by its id.",
      .method = GET, .path = "/zia/api/v1/urlCategories/{category_id}",
      .args = ARGS({ "category_id", STR, PATH, "Id of the category." }), .model = "URLCategory" },
    { "zia_add_urls_to_category", "zia_url_categories", UPDATES,
      "Add ZIA URLs to category. Takes effect after zia_activate_configuration.", .method = PUT,
      .path = "/zia/api/v1/urlCategories/{category_id}", .query = "action=ADD_TO_LIST",
      .args = ARGS({ "category_id", STR, PATH, "Id of the category." },
                   { "configured_name", STR | NEEDED, BODY, "Configured name." },
                   { "urls", STRS | NEEDED, BODY, "URLs, without scheme." }),
      .model = "URLCategory" },
    { "zia_remove_urls_from_category", "zia_url_categories", UPDATES,
      "Remove ZIA URLs from category. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/urlCategories/{category_id}",
      .query = "action=REMOVE_FROM_LIST",
      .args = ARGS({ "category_id", STR, PATH, "Id of the category." },
                   { "configured_name", STR | NEEDED, BODY, "Configured name." },
                   { "urls", STRS | NEEDED, BODY, "URLs, without scheme." }),
      .model = "URLCategory" },
    { 0 },
};
