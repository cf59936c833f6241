// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "catalog/select.h"
#include "policy/policy.h"

static const struct tool list_labels = { .name = "zia_list_rule_labels",
                                         .toolset = "zia_rule_labels",
                                         .risk = READS },
                         delete_label = { .name = "zia_delete_rule_label",
                                          .toolset = "zia_rule_labels",
                                          .risk = DELETES },
                         list_users = { .name = "zia_list_users",
                                        .toolset = "zia_users",
                                        .risk = READS },
                         list_segments = { .name = "zpa_list_app_segments",
                                           .toolset = "zpa_app_segments",
                                           .risk = READS },
                         update_segment = { .name = "zpa_update_app_segment",
                                            .toolset = "zpa_app_segments",
                                            .risk = UPDATES };
static const struct tool *const tools[] = { &list_labels,   &delete_label,   &list_users,
                                            &list_segments, &update_segment, NULL };

static struct policy *parse(const char *json)
{
    CLEANUP(buf_release) struct buf problems = BUF_INIT(65536);
    struct policy *p = policy_parse(str_c(json), tools, &problems);
    if (!p)
        fail_msg("%s", buf_cstr(&problems));
    return p;
}

// "LD..." : which of the five tools somebody with these claims may call.
static const char *allowed(const struct policy *p, const char *claims, const char *key)
{
    static char text[6];
    static const char letters[] = "LDUSX";
    CLEANUP(buf_release) struct buf marks = BUF_INIT(IDP_MARKS_MAX);
    JSON_AUTO *tree = NULL;
    assert_true(dom_parse(str_c(claims), &tree, NULL));
    policy_mark(p, NULL, tree, &marks);
    const struct principal who = { .key = str_c(key), .marks = buf_str(&marks) };
    uint64_t rules = policy_rules_for(p, &who);
    for (size_t i = 0; i < 5; i++)
        text[i] = '.';
    for (size_t i = 0; i < 5; i++)
        if (policy_grants(p, rules, i, NULL))
            text[i] = letters[i];
    return text;
}

static void rules_add_up_and_exceptions_win(void **state)
{
    (void)state;
    struct policy *p = parse(
        "{\"rules\":["
        "{\"name\":\"readers\",\"who\":{\"groups\":[\"g-read\"]},\"services\":[\"zia\"]},"
        "{\"name\":\"segments\",\"who\":{\"roles\":[\"Zpa.Admin\"]},\"toolsets\":[\"zpa_app_segments\"],"
        "\"writes\":[\"zpa_update_*\"]},"
        "{\"name\":\"labels\",\"who\":{\"scopes\":[\"labels\"],\"callers\":[\"zscaler:ci-*\"]},"
        "\"tools\":[\"zia_*_rule_label*\"],\"writes\":[\"*\"]},"
        "{\"name\":\"guests\",\"who\":{\"users\":[\"*@partner.example\",\"ada@example.com\",\"oid-7\"]},"
        "\"tools\":[\"zpa_*\"],\"except\":[\"zia_list_users\"]}]}");
    const struct {
        const char *claims, *key, *tools;
    } rows[] = {
        { "{}", "jwt:a:b", "....." },
        { "{\"groups\":[\"other\",\"g-read\"]}", "", "L.U.." },
        { "{\"roles\":[\"Zpa.Admin\"]}", "", "...SX" },
        { "{\"groups\":[\"Zpa.Admin\"]}", "", "....." }, // a group is no role
        { "{\"roles\":[\"labels\"]}", "", "....." },     // nor a role a scope
        { "{\"groups\":[\"g-read\"],\"roles\":[\"Zpa.Admin\"]}", "", "L.USX" },
        { "{\"scp\":\"openid labels\"}", "", "LD..." },
        { "{}", "zscaler:ci-7", "LD..." },
        { "{}", "zscaler:other", "....." },
        { "{\"email\":\"ada@example.com\"}", "", "....." }, // not proved
        { "{\"email\":\"Ada@Example.com\",\"email_verified\":true}", "", "...S." },
        { "{\"email\":\"x@partner.example\",\"email_verified\":true}", "", "...S." },
        { "{\"email\":\"x@sub.partner.example\",\"email_verified\":true}", "", "....." },
        { "{\"oid\":\"oid-7\",\"groups\":[\"g-read\"]}", "", "L..S." }, // the exception wins
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(allowed(p, rows[i].claims, rows[i].key), rows[i].tools);
    policy_free(p);
}

static void a_rule_without_limits_reads_everything(void **state)
{
    (void)state;
    struct policy *p = parse("{\"rules\":[{\"who\":{\"everybody\":true}}]}");
    assert_string_equal(allowed(p, "{}", "anonymous"), "L.US.");
    assert_string_equal(policy_rule_name(p, 0), "rule 0");
    policy_free(p);
}

// Bounds hold where every rule that grants has them.
static void rules_may_bound_what_they_grant(void **state)
{
    (void)state;
    struct policy *p = parse(
        "{\"rules\":["
        "{\"who\":{\"groups\":[\"try\"]},\"writes\":[\"*\"],\"dry_run\":true},"
        "{\"who\":{\"groups\":[\"ask\"]},\"services\":[\"zia\"],\"writes\":[\"*\"],\"confirm\":\"person\"},"
        "{\"who\":{\"groups\":[\"all\"]},\"services\":[\"zpa\"],\"writes\":[\"*\"]},"
        "{\"who\":{\"groups\":[\"not\"]},\"tools\":[\"zia_list_users\"],\"except\":[\"*delete*\"]}]}");
    enum { DELETE_LABEL = 1, UPDATE_SEGMENT = 4 };
    const struct {
        uint64_t rules;
        unsigned delete_label, update_segment;
    } rows[] = {
        { 0, 0, 0 },
        { 1, MAY_CALL | MAY_DRY_RUN, MAY_CALL | MAY_DRY_RUN },
        { 2, MAY_CALL | MAY_WITH_PERSON, 0 },
        { 4, 0, MAY_CALL },
        { 1 | 2, MAY_CALL, MAY_CALL | MAY_DRY_RUN },
        { 1 | 4, MAY_CALL | MAY_DRY_RUN, MAY_CALL },
        { 1 | 8, 0, MAY_CALL | MAY_DRY_RUN },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(policy_right(p, rows[i].rules, DELETE_LABEL), rows[i].delete_label);
        assert_int_equal(policy_right(p, rows[i].rules, UPDATE_SEGMENT), rows[i].update_segment);
    }
    policy_free(p);
}

static void every_mistake_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *json, *says;
    } rows[] = {
        { "[]", "no JSON object" },
        { "{}", "expected {\"rules\"" },
        { "{\"rules\":[]}", "1 to 48 rules" },
        { "{\"rules\":[{\"who\":{\"everybody\":true}}],\"rule\":1}", "'rule' is no key here" },
        { "{\"rules\":[7]}", "rules[0]: expected an object" },
        { "{\"rules\":[{}]}", "rules[0].who: expected an object that says whom" },
        { "{\"rules\":[{\"who\":{}}]}", "rules[0].who: expected an object" },
        { "{\"rules\":[{\"who\":{\"group\":[\"a\"]}}]}",
          "'group' is no key here: did you mean groups?" },
        { "{\"rules\":[{\"who\":{\"groups\":\"a\"}}]}", "rules[0].who.groups: expected a list" },
        { "{\"rules\":[{\"who\":{\"groups\":[]}}]}", "expected a list of 1" },
        { "{\"rules\":[{\"who\":{\"groups\":[\" \"]}}]}", "expected a list of 1" },
        { "{\"rules\":[{\"who\":{\"everybody\":false}}]}", "expected true, or no such key" },
        { "{\"rules\":[{\"who\":{\"everybody\":true},\"services\":[\"zai\"]}]}",
          "rules[0].services: 'zai' names no service: did you mean zia?" },
        { "{\"rules\":[{\"who\":{\"everybody\":true},\"toolsets\":[\"zia_rule_label\"]}]}",
          "did you mean zia_rule_labels?" },
        { "{\"rules\":[{\"who\":{\"everybody\":true},\"tools\":[\"zcc_*\"]}]}",
          "'zcc_*' names no tool" },
        { "{\"rules\":[{\"who\":{\"everybody\":true},\"writes\":[\"zia_list_*\"]}]}",
          "names no tool that changes something" },
        { "{\"rules\":[{\"who\":{\"everybody\":true},\"writes\":[\"*\"],\"dry_run\":\"yes\"}]}",
          "rules[0].dry_run: expected true" },
        { "{\"rules\":[{\"who\":{\"everybody\":true},\"writes\":[\"*\"],\"confirm\":true}]}",
          "rules[0].confirm: expected \"person\"" },
        { "{\"rules\":[{\"who\":{\"everybody\":true},\"dry_run\":true}]}",
          "this rule grants none" },
        { "{\"rules\":[{\"who\":{\"everybody\":true},\"deny\":[\"*\"]}]}",
          "'deny' is no key here" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(buf_release) struct buf problems = BUF_INIT(65536);
        assert_null(policy_parse(str_c(rows[i].json), tools, &problems));
        if (!strstr(buf_cstr(&problems), rows[i].says))
            fail_msg("row %zu: %s", i, buf_cstr(&problems));
    }
    // all at once
    CLEANUP(buf_release) struct buf problems = BUF_INIT(65536);
    assert_null(policy_parse(STR("{\"rules\":[{\"who\":1,\"tols\":[]},{\"services\":[\"x\"]}]}"),
                             tools, &problems));
    assert_non_null(strstr(buf_cstr(&problems), "rules[0].who"));
    assert_non_null(strstr(buf_cstr(&problems), "did you mean tools?"));
    assert_non_null(strstr(buf_cstr(&problems), "rules[1].services"));
}

static void marks_are_few_and_short(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf json = BUF_INIT(65536);
    CLEANUP(buf_release) struct buf claims = BUF_INIT(65536);
    CLEANUP(buf_release) struct buf marks = BUF_INIT(65536);
    JSON_AUTO *tree = NULL;
    for (int i = 0; i < 100; i++) {
        buf_addf(&json, "%s\"g%d\"", i ? "," : "{\"rules\":[{\"who\":{\"groups\":[", i);
        buf_addf(&claims, "%s\"g%d\"", i ? "," : "{\"groups\":[", i);
    }
    buf_adds(&json, "]}}]}");
    buf_adds(&claims, "]}");
    struct policy *p = parse(buf_cstr(&json));
    assert_true(dom_parse(buf_str(&claims), &tree, NULL));
    policy_mark(p, NULL, tree, &marks);
    assert_int_equal(marks.n, POLICY_MARKS_MAX * 9 - 1);
    assert_true(marks.n < IDP_MARKS_MAX);
    policy_free(p);
}

// Whoever was judged by the old policy is judged by the new one from then on.
static void the_one_in_force_is_replaced(void **state)
{
    (void)state;
    const struct principal who = { .key = STR("api-key:1") };
    struct policies *s = policies_new(
        parse("{\"rules\":[{\"who\":{\"callers\":[\"api-key:*\"]},\"services\":[\"zia\"]}]}"));
    assert_int_equal(policies_right(s, &who, 0), MAY_CALL);
    assert_int_equal(policies_right(s, &who, 3), 0);
    policies_replace(
        s, parse("{\"rules\":[{\"who\":{\"callers\":[\"api-key:*\"]},\"services\":[\"zpa\"]}]}"));
    assert_int_equal(policies_right(s, &who, 0), 0);
    assert_int_equal(policies_right(s, &who, 3), MAY_CALL);
    assert_int_equal(policies_right(s, NULL, 0), MAY_CALL); // stdio
    policies_free(s);
}

static void a_refusal_names_its_rule(void **state)
{
    (void)state;
    struct policies *s = policies_new(
        parse("{\"rules\":[{\"who\":{\"callers\":[\"a\"]},\"services\":[\"zia\"]},"
              "{\"name\":\"no users\",\"who\":{\"callers\":[\"a\"]},\"services\":[\"zia\"],"
              "\"except\":[\"zia_list_users\"]}]}"));
    const struct {
        const char *caller;
        size_t tool;
        const char *why;
    } rows[] = {
        { "a", 2, "by the policy: excepted by the rule no users" },
        { "a", 3, "by the policy: no rule for them grants it" },
        { "b", 0, "by the policy: no rule is for them" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(buf_release) struct buf why = BUF_INIT(300);
        const struct principal who = { .key = str_c(rows[i].caller) };
        assert_int_equal(policies_right(s, &who, rows[i].tool), 0);
        policies_why(s, &who, rows[i].tool, &why);
        assert_string_equal(buf_cstr(&why), rows[i].why);
    }
    policies_free(s);
}

static void words_of_the_command_line(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf marks = BUF_INIT(IDP_MARKS_MAX);
    struct policy *p = parse("{\"rules\":[{\"who\":{\"groups\":[\"a:b\"]}}]}");
    assert_true(policy_mark_word(STR("group:a:b"), &marks));
    assert_true(policy_rules_for(p, &(struct principal){ .marks = buf_str(&marks) }) == 1);
    for (const char *const *w = (const char *const[]){ "group:", "groups:a", "a", "", NULL }; *w;
         w++)
        assert_false(policy_mark_word(str_c(*w), &marks));
    policy_free(p);
}

int main(void)
{
    const struct CMUnitTest tests_[] = {
        cmocka_unit_test(rules_add_up_and_exceptions_win),
        cmocka_unit_test(a_rule_without_limits_reads_everything),
        cmocka_unit_test(rules_may_bound_what_they_grant),
        cmocka_unit_test(every_mistake_is_told),
        cmocka_unit_test(marks_are_few_and_short),
        cmocka_unit_test(the_one_in_force_is_replaced),
        cmocka_unit_test(a_refusal_names_its_rule),
        cmocka_unit_test(words_of_the_command_line),
    };
    return cmocka_run_group_tests(tests_, NULL, NULL);
}
