// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zia_atp_settings[] = {
    { "zia_get_atp_settings", "zia_atp_policy", READS, "Read ZIA ATP settings.", .method = GET,
      .path = "/zia/api/v1/cyberThreatProtection/advancedThreatSettings",
      .model = "AdvancedThreatProtectionSettings" },
    { "zia_update_atp_settings", "zia_atp_policy", UPDATES,
      "Change ZIA ATP settings; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/cyberThreatProtection/advancedThreatSettings",
      .args = ARGS({ "settings", OBJ | NEEDED, MERGE, "The settings to change, in snake_case.",
                     .as = as_members }),
      .model = "AdvancedThreatProtectionSettings" },
    { "zia_get_atp_security_exceptions", "zia_atp_policy", READS,
      "Read ZIA ATP security exceptions.", .method = GET,
      .path = "/zia/api/v1/cyberThreatProtection/securityExceptions" },
    { "zia_update_atp_security_exceptions", "zia_atp_policy", UPDATES,
      "Change ZIA ATP security exceptions; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/cyberThreatProtection/securityExceptions",
      .args = ARGS({ "bypass_urls", STRS | NEEDED, BODY, "Bypass urls, as a list." }) },
    { "zia_list_atp_malicious_urls", "zia_atp_policy", READS, "List ZIA ATP malicious URLs.",
      .method = GET, .path = "/zia/api/v1/cyberThreatProtection/maliciousUrls",
      .with_query = true },
    { "zia_add_atp_malicious_urls", "zia_atp_policy", CREATES,
      "Add ZIA ATP malicious URLs. Takes effect after zia_activate_configuration.",
      .steps = STEPS(
          { PUT, "/zia/api/v1/cyberThreatProtection/maliciousUrls", .query = "action=ADD_TO_LIST" },
          { GET, "/zia/api/v1/cyberThreatProtection/maliciousUrls" }),
      .args = ARGS(
          { "malicious_urls", STRS | NEEDED, BODY, "Malicious urls, as a list.", .step = 1 }) },
    { "zia_delete_atp_malicious_urls", "zia_atp_policy", DELETES,
      "Delete ZIA ATP malicious URLs. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .steps = STEPS({ PUT, "/zia/api/v1/cyberThreatProtection/maliciousUrls",
                       .query = "action=REMOVE_FROM_LIST" },
                     { GET, "/zia/api/v1/cyberThreatProtection/maliciousUrls" }),
      .args =
          ARGS({ "malicious_urls", STRS | NEEDED, BODY, "Malicious urls, as a list.", .step = 1 }),
      .says = "Removed {malicious_urls.#} URL(s) from the ATP denylist." },
    { 0 },
};
