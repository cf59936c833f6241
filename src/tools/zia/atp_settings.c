// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zia_atp_settings[] = {
    { "zia_get_atp_settings", "zia_atp_policy", READS,
      "Reads the Advanced Threat Protection settings: risk tolerance, and which threats (command and control, phishing, tunnels, …) are blocked and captured. Read them before zia_update_atp_settings.",
      .method = GET, .path = "/zia/api/v1/cyberThreatProtection/advancedThreatSettings",
      .model = "AdvancedThreatProtectionSettings" },
    { "zia_update_atp_settings", "zia_atp_policy", UPDATES,
      "Writes the Advanced Threat Protection settings and returns them as stored. The API replaces the whole record: read it with zia_get_atp_settings, change what is to change and send all of it back. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/cyberThreatProtection/advancedThreatSettings",
      .args = ARGS(
          { "settings", OBJ | NEEDED, MERGE,
            "All settings in snake_case, as zia_get_atp_settings shows them: {\"risk_tolerance\": 35, \"cmd_ctl_server_blocked\": true, …}.",
            .as = as_members }),
      .model = "AdvancedThreatProtectionSettings" },
    { "zia_get_atp_security_exceptions", "zia_atp_policy", READS,
      "Reads the URLs that Advanced Threat Protection (ZIA) does not check. Use it before zia_update_atp_security_exceptions, which replaces the list.",
      .method = GET, .path = "/zia/api/v1/cyberThreatProtection/securityExceptions" },
    { "zia_update_atp_security_exceptions", "zia_atp_policy", UPDATES,
      "Replaces the list of URLs that Advanced Threat Protection does not check; returns it as stored. Read it first with zia_get_atp_security_exceptions to keep what is on it. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/cyberThreatProtection/securityExceptions",
      .args = ARGS(
          { "bypass_urls", STRS | NEEDED, BODY,
            "The whole list of URLs that are not checked: [\"example.com\"]; [] for none." }) },
    { "zia_list_atp_malicious_urls", "zia_atp_policy", READS,
      "Lists the URLs that the organisation blocks as malicious, whatever their category. For categories use zia_list_url_categories.",
      .method = GET, .path = "/zia/api/v1/cyberThreatProtection/maliciousUrls",
      .with_query = true },
    { "zia_add_atp_malicious_urls", "zia_atp_policy", CREATES,
      "Adds URLs to those blocked as malicious; returns the whole list. Takes effect after zia_activate_configuration.",
      .steps = STEPS(
          { PUT, "/zia/api/v1/cyberThreatProtection/maliciousUrls", .query = "action=ADD_TO_LIST" },
          { GET, "/zia/api/v1/cyberThreatProtection/maliciousUrls" }),
      .args = ARGS({ "malicious_urls", STRS | NEEDED, BODY, "The URLs: [\"bad.example.com\"].",
                     .step = 1 }) },
    { "zia_delete_atp_malicious_urls", "zia_atp_policy", DELETES,
      "Takes URLs off the list of those blocked as malicious. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .steps = STEPS({ PUT, "/zia/api/v1/cyberThreatProtection/maliciousUrls",
                       .query = "action=REMOVE_FROM_LIST" },
                     { GET, "/zia/api/v1/cyberThreatProtection/maliciousUrls" }),
      .args = ARGS(
          { "malicious_urls", STRS | NEEDED, BODY, "The URLs: [\"bad.example.com\"].", .step = 1 }),
      .says = "Removed {malicious_urls.#} URL(s) from the ATP denylist." },
    { 0 },
};
