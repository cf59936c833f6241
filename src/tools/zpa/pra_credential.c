// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

#define CREDENTIALS "/zpa/mgmtconfig/v1/admin/customers/{customer}/credential"
#define FIELDS                                                                                     \
    "{\"name\": null, \"description\": null, \"userDomain\": null, \"microtenantId\": null}"

// What a type needs; other secrets are not sent.
static const struct secret_kind {
    const char *type;
    bool username, password, private_key;
} secret_kinds[] = {
    { "USERNAME_PASSWORD", .username = true, .password = true },
    { "PASSWORD", .password = true },
    { "SSH_KEY", .username = true, .private_key = true },
};

static bool judge_part(struct tool_call *call, const struct secret_kind *kind, const char *name,
                       bool needed, struct err *err)
{
    if (!needed)
        json_object_del(call->args, name);
    return !needed || call_text(call, name).n ||
           err_set(err, ERR_TOOL_ARGUMENTS, "credential_type %s needs %s.", kind->type, name);
}

static bool judge_key(struct tool_call *call, struct err *err)
{
    struct str key = call_text(call, "private_key");
    return !key.p ||
           (str_find(key, STR("-----BEGIN ")) >= 0 && str_find(key, STR("PRIVATE KEY-----")) > 0) ||
           err_set(err, ERR_TOOL_ARGUMENTS,
                   "private_key must be a key in PEM: -----BEGIN OPENSSH PRIVATE KEY----- …");
}

static bool judge_secret(struct tool_call *call, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(secret_kinds); i++) {
        const struct secret_kind *kind = &secret_kinds[i];
        if (str_is(call_text(call, "credential_type"), kind->type))
            return judge_part(call, kind, "username", kind->username, err) &&
                   judge_part(call, kind, "password", kind->password, err) &&
                   judge_part(call, kind, "private_key", kind->private_key, err) &&
                   judge_key(call, err);
    }
    return err_set(err, ERR_TOOL_ARGUMENTS, "credential_type is unknown");
}

static bool update_credential(struct tool_call *call, json_t **ret, struct err *err)
{
    static const struct step get = { GET, CREDENTIALS "/{credential_id}" };
    static const struct step put = { PUT, CREDENTIALS "/{credential_id}", .body = FIELDS };
    if (!call_step(call, &get, 1, false, err))
        return false;
    struct str type = dom_str(call_answer(call, 1), "credentialType");
    if (type.n && !str_eq(type, call_text(call, "credential_type")))
        return err_set(err, ERR_TOOL_ARGUMENTS,
                       "credential_type is " STR_FMT " and cannot change: delete the credential "
                       "and create another.",
                       STR_ARG(type));
    if (!judge_secret(call, err) || !call_step(call, &put, 2, true, err))
        return false;
    *ret = json_incref(call_answer(call, 2));
    return true;
}

const struct tool zpa_pra_credential[] = {
    { "zpa_list_pra_credentials", "zpa_pra", READS,
      "Lists the credentials that consoles of ZPA privileged remote access use: name, type, user name; secrets are never shown. Returns one page.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/credential",
      .args = ARGS(ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE, ROW_MICROTENANT), .at = "list",
      .model = "PrivilegedRemoteAccessCredential", .list = true },
    { "zpa_get_pra_credential", "zpa_pra", READS,
      "Reads one ZPA credential for privileged remote access: type, user name, domain; never its secret. zpa_list_pra_credentials shows the ids.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/credential/{credential_id}",
      .args = ARGS(
          { "credential_id", STR, PATH,
            "Id of the credential for privileged remote access; zpa_list_pra_credentials shows it." },
          ROW_MICROTENANT),
      .model = "PrivilegedRemoteAccessCredential" },
    { "zpa_create_pra_credential", "zpa_pra", CREATES,
      "Stores a credential that consoles of privileged remote access use, so that people need not know it; returns it without its secret.",
      .method = POST, .path = CREDENTIALS, .body = FIELDS,
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name of the credential, unique." },
          { "credential_type", STR | NEEDED, BODY, "What it holds.",
            .choices = CHOICES("USERNAME_PASSWORD", "PASSWORD", "SSH_KEY") },
          { "username", STR, BODY, "For USERNAME_PASSWORD and SSH_KEY: the account.",
            .wire = "userName" },
          { "password", STR, BODY,
            "For USERNAME_PASSWORD and PASSWORD: the password; never returned." },
          { "private_key", STR, BODY,
            "For SSH_KEY: the key in PEM, -----BEGIN OPENSSH PRIVATE KEY-----; never returned." },
          ROW_DESCRIPTION, { "user_domain", STR, BODY, "Domain of the account." },
          ROW_MICROTENANT_TWICE),
      .model = "PrivilegedRemoteAccessCredential", .prepare = judge_secret },
    { "zpa_update_pra_credential", "zpa_pra", UPDATES,
      "Writes a credential of privileged remote access, its secret included; returns it without the secret. Its type cannot change: delete it and create another.",
      .args = ARGS(
          { "credential_id", STR | NEEDED, NOWHERE,
            "Id of the credential for privileged remote access; zpa_list_pra_credentials shows it." },
          { "credential_type", STR | NEEDED, BODY, "Its type, as it is.",
            .choices = CHOICES("USERNAME_PASSWORD", "PASSWORD", "SSH_KEY") },
          { "name", STR, BODY, "Name of the credential." },
          { "username", STR, BODY, "For USERNAME_PASSWORD and SSH_KEY: the account.",
            .wire = "userName" },
          { "password", STR, BODY,
            "For USERNAME_PASSWORD and PASSWORD: the password; never returned." },
          { "private_key", STR, BODY,
            "For SSH_KEY: the key in PEM, -----BEGIN OPENSSH PRIVATE KEY-----; never returned." },
          ROW_DESCRIPTION, { "user_domain", STR, BODY, "Domain of the account." },
          ROW_MICROTENANT_TWICE),
      .model = "PrivilegedRemoteAccessCredential", .hook = update_credential },
    { "zpa_delete_pra_credential", "zpa_pra", DELETES,
      "Deletes a ZPA credential for privileged remote access. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/credential/{credential_id}",
      .args = ARGS(
          { "credential_id", STR, PATH,
            "Id of the credential for privileged remote access; zpa_list_pra_credentials shows it." },
          ROW_MICROTENANT),
      .says = "PRA credential {credential_id} deleted successfully." },
    { 0 },
};
