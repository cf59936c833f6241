// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_auth_exempt_urls[] = {
    { "zia_list_auth_exempt_urls", "zia_authentication_settings", READS,
      "Lists the URLs that people reach through ZIA without signing in. zia_add_auth_exempt_urls and zia_delete_auth_exempt_urls change the list.",
      .method = GET, .path = "/zia/api/v1/authSettings/exemptedUrls", .with_query = true },
    { "zia_add_auth_exempt_urls", "zia_authentication_settings", CREATES,
      "Adds URLs to those that people reach without authentication; returns the whole list. Takes effect after zia_activate_configuration.",
      .steps =
          STEPS({ POST, "/zia/api/v1/authSettings/exemptedUrls", .query = "action=ADD_TO_LIST" },
                { GET, "/zia/api/v1/authSettings/exemptedUrls" }),
      .args = ARGS({ "exempt_urls", STRS | NEEDED, BODY, "The URLs to add: [\"example.com\"].",
                     .wire = "urls", .step = 1 }) },
    { "zia_delete_auth_exempt_urls", "zia_authentication_settings", DELETES,
      "Removes URLs from the list of those that need no authentication. The user has to confirm: if the first call answers with a confirmation, show it to them. zia_list_auth_exempt_urls shows the list. Takes effect after zia_activate_configuration.",
      .steps = STEPS(
          { POST, "/zia/api/v1/authSettings/exemptedUrls", .query = "action=REMOVE_FROM_LIST" },
          { GET, "/zia/api/v1/authSettings/exemptedUrls" }),
      .args = ARGS({ "exempt_urls", STRS | NEEDED, BODY,
                     "The URLs to remove, as the list shows them: [\"example.com\"].",
                     .wire = "urls", .step = 1 }),
      .says = "Removed {exempt_urls.#} URL(s) from the exempt list." },
    { 0 },
};
