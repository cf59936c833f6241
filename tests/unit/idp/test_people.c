// SPDX-License-Identifier: MIT
// Who may use the server: which claims count at which provider, how entries match, what the refusal
// says, and what is asked of applications' own tokens.
#include "unit/idp/fake_idp.h"

static struct arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return fake_set_up(state);
}

static int tear_down(void **state)
{
    arena_free(arena);
    return fake_tear_down(state);
}

#define OBJECT   "0d1c2b3a-1111-4222-8333-444444444444"
#define GROUP    "0d1c2b3a-1111-4222-8333-555555555555"
#define MACHINE  "cccccccc-1111-4222-8333-444444444444"
#define OTHER    "https://idp.example.com"
#define B2C      "https://contoso.b2clogin.com/" TENANT "/v2.0/"
#define EXTERNAL "https://contoso.ciamlogin.com/" TENANT "/v2.0"
#define LIST(...)                                                                                  \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static struct idp *open_with(const char *issuer, const char *const *users,
                             const char *const *groups)
{
    struct idp_config config = fake_config();
    config.issuer = issuer;
    config.allowed_users = users;
    config.allowed_groups = groups;
    config.machine_clients = LIST(MACHINE);
    return fake_open(&config);
}

// An ID token of this issuer with these claims besides. says NULL: let in.
static void signs_in(const char *name, struct idp *idp, const char *issuer, const char *claims,
                     const char *says)
{
    struct idp_person person = { .subject = STR_NONE };
    struct err err = { 0 };
    struct str all = arena_printf(arena,
                                  "\"iss\":\"%s\",\"aud\":\"" CLIENT "\",\"sub\":\"Sub-1\","
                                  "\"nonce\":\"n-1\"%s%s",
                                  issuer, *claims ? "," : "", claims);
    struct str token = fake_token_at(arena, key_a, "", all.p, NOW - 10);
    bool ok = idp_verify(idp, arena, token, STR("n-1"), NOW, &person, &err);
    if (ok != !says)
        fail_msg("%s: %s", name, ok ? "let in" : err.text);
    if (!ok && (err.code != ERR_ACCESS_DENIED || !strstr(err.text, says)))
        fail_msg("%s: %s (%s)", name, err.text, err_info(err.code)->name);
    if (!ok) // the audit names them
        assert_true(person.subject.n > 0);
}

#define NOT_USER  "is not among OIDCPROXY_ALLOWED_USERS"
#define TID       "\"tid\":\"" TENANT "\""
#define UPN(name) TID ",\"preferred_username\":\"" name "\""

static const struct {
    const char *name, *issuer, *entry, *claims, *says;
} users[] = {
    { "the sign-in name", ISSUER, "ada@example.com", UPN("ada@example.com"), NULL },
    { "in another case", ISSUER, "Ada@Example.com", UPN("aDA@example.COM"), NULL },
    { "upn", ISSUER, "ada@example.com", TID ",\"upn\":\"ada@example.com\"", NULL },
    { "somebody else", ISSUER, "ada@example.com", UPN("adam@example.com"), NOT_USER },
    { "longer", ISSUER, "ada@example.com", UPN("ada@example.com.evil.example"), NOT_USER },
    { "a domain", ISSUER, "*@example.com", UPN("bob@example.com"), NULL },
    { "a domain below it", ISSUER, "*@example.com", UPN("bob@sub.example.com"), NOT_USER },
    { "a domain that ends so", ISSUER, "*@example.com", UPN("bob@evil-example.com"), NOT_USER },
    { "two at signs", ISSUER, "*@example.com", UPN("bob@evil.example@example.com"), NOT_USER },
    { "no local part", ISSUER, "*@example.com", UPN("@example.com"), NOT_USER },
    { "the pattern as a name", ISSUER, "*@example.com", UPN("*@evil.example"), NOT_USER },
    { "a guest of the domain", ISSUER, "*@contoso.onmicrosoft.com",
      TID ",\"upn\":\"bob_evil.example#EXT#@contoso.onmicrosoft.com\"", NOT_USER },
    { "a guest by name", ISSUER, "bob_evil.example#EXT#@contoso.onmicrosoft.com",
      TID ",\"upn\":\"bob_evil.example#EXT#@contoso.onmicrosoft.com\"", NULL },
    // Entra: anybody who runs a tenant can write any address into its people's mail.
    { "Entra: e-mail", ISSUER, "ada@example.com", TID ",\"email\":\"ada@example.com\"", NOT_USER },
    { "Entra: email_verified is not its word", ISSUER, "ada@example.com",
      TID ",\"email\":\"ada@example.com\",\"email_verified\":true", NOT_USER },
    { "Entra: its own word", ISSUER, "ada@example.com",
      TID ",\"email\":\"ada@example.com\",\"xms_edov\":true", NULL },
    { "Entra: its own word, written as a number", ISSUER, "ada@example.com",
      TID ",\"email\":\"ada@example.com\",\"xms_edov\":\"1\"", NULL },
    { "Entra: its own word says no", ISSUER, "ada@example.com",
      TID ",\"email\":\"ada@example.com\",\"xms_edov\":false", NOT_USER },
    { "B2C: a policy writes what it likes", B2C, "ada@example.com", UPN("ada@example.com"),
      NOT_USER },
    { "External ID: customers name themselves", EXTERNAL, "ada@example.com", UPN("ada@example.com"),
      NOT_USER },
    { "elsewhere: verified", OTHER, "ada@example.com",
      "\"email\":\"ada@example.com\",\"email_verified\":true", NULL },
    { "elsewhere: verified, as text", OTHER, "ada@example.com",
      "\"email\":\"ada@example.com\",\"email_verified\":\"true\"", NULL },
    { "elsewhere: not verified", OTHER, "ada@example.com",
      "\"email\":\"ada@example.com\",\"email_verified\":false", "is verified" },
    { "elsewhere: not said", OTHER, "*@example.com", "\"email\":\"ada@example.com\"",
      "is verified" },
    { "elsewhere: names are chosen", OTHER, "ada@example.com",
      "\"preferred_username\":\"ada@example.com\",\"upn\":\"ada@example.com\"", NOT_USER },
    { "the object id", ISSUER, OBJECT, TID ",\"oid\":\"" OBJECT "\"", NULL },
    { "the object id in capitals", ISSUER, "0D1C2B3A-1111-4222-8333-444444444444",
      TID ",\"oid\":\"" OBJECT "\"", NULL },
    { "another object", ISSUER, OBJECT, TID ",\"oid\":\"" GROUP "\"", NOT_USER },
    { "a subject", OTHER, "Sub-1", "", NULL },
    { "a subject knows case", OTHER, "sub-1", "", NOT_USER },
    { "an id as a name", ISSUER, OBJECT, UPN(OBJECT), NOT_USER },
};

static void users_are_told_by_what_is_proved(void **state)
{
    (void)state;
    fake_publish(key_a, NULL);
    for (size_t i = 0; i < ARRAY_LEN(users); i++) {
        struct idp *idp = open_with(users[i].issuer, LIST(users[i].entry), NULL);
        signs_in(users[i].name, idp, users[i].issuer, users[i].claims, users[i].says);
        idp_free(idp);
    }
}

#define NOT_GROUP "OIDCPROXY_ALLOWED_GROUPS"

static const struct {
    const char *name, *entry, *claims, *says;
} groups[] = {
    { "a group", GROUP, TID ",\"groups\":[\"" OBJECT "\",\"" GROUP "\"]", NULL },
    { "a group alone, as text", GROUP, TID ",\"groups\":\"" GROUP "\"", NULL },
    { "a role", "Mcp.User", TID ",\"roles\":[\"Mcp.User\"]", NULL },
    { "a role knows case", "Mcp.User", TID ",\"roles\":[\"mcp.user\"]", NOT_GROUP },
    { "others", GROUP, TID ",\"groups\":[\"" OBJECT "\"],\"roles\":[\"Mcp.User\"]", NOT_GROUP },
    { "a part of a name", "Mcp", TID ",\"roles\":[\"Mcp.User\"]", NOT_GROUP },
    { "no words in one", "Mcp.User", TID ",\"roles\":\"Other Mcp.User\"", NOT_GROUP },
    { "not a name", GROUP, TID ",\"groups\":{\"" GROUP "\":1}", NOT_GROUP },
    { "no groups at all", GROUP, TID, "Add groups claim" },
    { "too many", GROUP, TID ",\"_claim_names\":{\"groups\":\"src1\"}",
      "Groups assigned to the application" },
    { "too many, in the browser", GROUP, TID ",\"hasgroups\":true", "app role" },
    { "too many, and a role", "Mcp.User",
      TID ",\"_claim_names\":{\"groups\":\"src1\"},\"roles\":[\"Mcp.User\"]", NULL },
    { "too many, of something else", GROUP, TID ",\"_claim_names\":{\"x\":\"src1\"}",
      "Add groups claim" },
};

static void groups_and_roles_let_in(void **state)
{
    (void)state;
    fake_publish(key_a, NULL);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        struct idp *idp = open_with(ISSUER, NULL, LIST(groups[i].entry));
        signs_in(groups[i].name, idp, ISSUER, groups[i].claims, groups[i].says);
        idp_free(idp);
    }
}

static void one_list_is_enough_and_none_is_everybody(void **state)
{
    (void)state;
    fake_publish(key_a, NULL);
    struct idp *both = open_with(ISSUER, LIST("ada@example.com"), LIST(GROUP));
    signs_in("by name", both, ISSUER, UPN("ada@example.com"), NULL);
    signs_in("by name, too many groups", both, ISSUER,
             UPN("ada@example.com") ",\"_claim_names\":{\"groups\":\"src1\"}", NULL);
    signs_in("by group", both, ISSUER, UPN("bob@example.com") ",\"groups\":[\"" GROUP "\"]", NULL);
    signs_in("by none", both, ISSUER, UPN("bob@example.com"),
             "bob@example.com is not among OIDCPROXY_ALLOWED_USERS, nor in one of "
             "OIDCPROXY_ALLOWED_GROUPS");
    idp_free(both);
    struct idp *all = open_with(ISSUER, NULL, NULL);
    signs_in("everybody", all, ISSUER, UPN("bob@example.com"), NULL);
    idp_free(all);
}

static void personal_accounts_have_no_proved_name(void **state)
{
    (void)state;
    static const char *const personal[] = { "9188040d-6c67-4c5b-b112-36a304b66dad", NULL };
    struct idp_config config = fake_config();
    fake_publish(key_a, NULL);
    config.issuer = "https://login.microsoftonline.com/common/v2.0";
    config.allowed_tenants = personal;
    config.allowed_users = LIST("ada@example.com", OBJECT);
    struct idp *idp = fake_open(&config);
    static const char issuer[] =
        "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";
#define PERSONAL "\"tid\":\"9188040d-6c67-4c5b-b112-36a304b66dad\","
    signs_in("by name", idp, issuer, PERSONAL "\"preferred_username\":\"ada@example.com\"",
             NOT_USER);
    signs_in("by object", idp, issuer, PERSONAL "\"oid\":\"" OBJECT "\"", NULL);
    idp_free(idp);
}

#define BEARER                                                                                     \
    "\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\"," TID ",\"azp\":\"" MACHINE                     \
    "\",\"azpacr\":\"1\","
#define STRANGER                                                                                   \
    "\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\"," TID ",\"azp\":\"other-app\",\"azpacr\":\"1\","

// The roles of applications are other roles than people's: MACHINE_CLIENTS alone counts.
static const struct {
    const char *name, *claims;
    bool good;
} bearers[] = {
    { "a person", STRANGER "\"sub\":\"s\",\"scp\":\"x\",\"oid\":\"" OBJECT "\"", true },
    { "a stranger", STRANGER "\"sub\":\"s\",\"scp\":\"x\",\"oid\":\"" GROUP "\"", false },
    { "a stranger through a machine's application",
      BEARER "\"sub\":\"s\",\"scp\":\"x\",\"oid\":\"" GROUP "\"", false },
    { "a stranger who is said to be no application",
      BEARER "\"sub\":\"s\",\"idtyp\":\"user\",\"oid\":\"" GROUP "\"", false },
    { "a stranger without a scope", BEARER "\"sub\":\"s\",\"oid\":\"" GROUP "\"", false },
    { "a machine", BEARER "\"sub\":\"" GROUP "\",\"oid\":\"" GROUP "\"", true },
    { "a machine that says so", BEARER "\"sub\":\"s\",\"idtyp\":\"app\"", true },
    { "another machine", STRANGER "\"sub\":\"s\",\"idtyp\":\"app\"", false },
    { "another machine with a role",
      STRANGER "\"sub\":\"s\",\"idtyp\":\"app\",\"roles\":[\"Mcp.User\"]", false },
    { "another machine by its object",
      STRANGER "\"sub\":\"" OBJECT "\",\"oid\":\"" OBJECT "\",\"idtyp\":\"app\"", false },
};

static void bearers_are_judged_too(void **state)
{
    (void)state;
    fake_publish(key_a, NULL);
    struct idp *idp = open_with(ISSUER, LIST(OBJECT), LIST("Mcp.User"));
    for (size_t i = 0; i < ARRAY_LEN(bearers); i++) {
        struct idp_person person = { .subject = STR_NONE };
        struct err err = { 0 };
        struct str token = fake_token(arena, key_a, bearers[i].claims);
        bool ok = idp_verify(idp, arena, token, STR_NONE, NOW, &person, &err);
        if (ok != bearers[i].good || (!ok && err.code != ERR_ACCESS_DENIED))
            fail_msg("%s: %s", bearers[i].name, ok ? "let in" : err.text);
    }
    idp_free(idp);
}

static void wrong_entries_stop_the_start(void **state)
{
    (void)state;
    static const char *const bad_users[] = {
        "*",       "@example.com", "ada@", "a@b@c", "*da@example.com", "ada@*.example.com",
        "a b@c.d", "*@*",          ""
    };
    static const char *const bad_groups[] = { "*", "Mcp.*", "" };
    for (size_t i = 0; i < ARRAY_LEN(bad_users) + ARRAY_LEN(bad_groups); i++) {
        bool user = i < ARRAY_LEN(bad_users);
        const char *entry = user ? bad_users[i] : bad_groups[i - ARRAY_LEN(bad_users)];
        struct idp_config config = fake_config();
        struct idp *idp = NULL;
        struct err err = { 0 };
        config.allowed_users = user ? LIST(entry) : NULL;
        config.allowed_groups = user ? NULL : LIST(entry);
        if (idp_new(&config, fetcher, &idp, &err))
            fail_msg("'%s' is taken", entry);
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(
            strstr(err.text, user ? "OIDCPROXY_ALLOWED_USERS" : "OIDCPROXY_ALLOWED_GROUPS"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(users_are_told_by_what_is_proved, set_up, tear_down),
        cmocka_unit_test_setup_teardown(groups_and_roles_let_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_list_is_enough_and_none_is_everybody, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(personal_accounts_have_no_proved_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bearers_are_judged_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_entries_stop_the_start, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("idp: people", tests, fake_group_set_up,
                                       fake_group_tear_down);
}
