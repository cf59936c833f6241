// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

// The API says of a signature that it cannot use: {"status": n, "errMsg": …, "errPosition": …}.
static bool judge_text(const json_t *verdict, struct err *err)
{
    struct str message = dom_str(verdict, "errMsg"), at = dom_str(verdict, "errPosition");
    json_t *status = json_object_get(verdict, "status");
    bool good = !status || (json_is_integer(status) && json_integer_value(status) == 0);
    return (good && !message.n) || err_set(err, ERR_TOOL_ARGUMENTS,
                                           "rule_text is no valid signature: " STR_FMT "%s" STR_FMT
                                           ". Nothing was created; correct it and try again.",
                                           STR_ARG(message), at.n ? " at " : "", STR_ARG(at));
}

static bool validate_and_create(struct tool_call *call, json_t **ret, struct err *err)
{
    static const struct step validate = { POST, "/zia/api/v1/ipsSignatureRules/validateRuleText" };
    static const struct step create = { POST, "/zia/api/v1/ipsSignatureRules" };
    if (!call_step(call, &validate, 1, false, err) || !judge_text(call_answer(call, 1), err) ||
        !call_step(call, &create, 2, true, err))
        return false;
    *ret = json_incref(call_answer(call, 2));
    return true;
}

const struct tool zia_ips_signature_rules[] = {
    { "zia_list_ips_signature_rules", "zia_cloud_firewall", READS,
      "Lists the organisation's own IPS signatures (Snort-like texts) in ZIA. IPS control rules (zia_list_cloud_firewall_ips_rules) decide what happens to matches.",
      .method = GET, .path = "/zia/api/v1/ipsSignatureRules", .args = ARGS(ROW_SEARCH),
      .model = "IPSSignatureRules", .list = true },
    { "zia_get_ips_signature_rule", "zia_cloud_firewall", READS,
      "Reads one ZIA custom IPS signature: name, rule text, state of its validation. zia_list_ips_signature_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/ipsSignatureRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the custom IPS signature; zia_list_ips_signature_rules shows it." }),
      .model = "IPSSignatureRules" },
    { "zia_create_ips_signature_rule", "zia_cloud_firewall", CREATES,
      "Creates a ZIA custom IPS signature; returns it as stored. The text is checked by the API first; nothing is created if it is wrong. Takes effect after zia_activate_configuration.",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name, at most 31 characters, unique." },
          { "rule_text", STR | NEEDED, BODY,
            "The signature in the syntax of Snort, with a sid of its own and rev: alert tcp any any -> any any (msg:\"…\"; sid:1000001; rev:1;).",
            .step = ALL_STEPS },
          ROW_DESCRIPTION),
      .model = "IPSSignatureRules", .hook = validate_and_create },
    { "zia_update_ips_signature_rule", "zia_cloud_firewall", UPDATES,
      "Changes a ZIA custom IPS signature; returns it as stored. What is left out stays as it is. Takes effect after zia_activate_configuration.",
      .steps = STEPS({ GET, "/zia/api/v1/ipsSignatureRules/{rule_id}", .when = "!name,!rule_text" },
                     { PUT, "/zia/api/v1/ipsSignatureRules/{rule_id}",
                       .body = "{\"name\": \"{1.name}\", \"ruleText\": \"{1.ruleText}\"}" }),
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the custom IPS signature; zia_list_ips_signature_rules shows it.",
                     .step = ALL_STEPS },
                   { "name", STR, BODY, "New name, at most 31 characters." },
                   { "rule_text", STR, BODY, "New signature, in the syntax of Snort." },
                   ROW_DESCRIPTION),
      .model = "IPSSignatureRules" },
    { "zia_delete_ips_signature_rule", "zia_cloud_firewall", DELETES,
      "Deletes a ZIA custom IPS signature. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/ipsSignatureRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the custom IPS signature; zia_list_ips_signature_rules shows it." }),
      .says = "IPS signature rule {rule_id} deleted successfully." },
    { 0 },
};
