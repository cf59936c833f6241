// SPDX-License-Identifier: MIT
// What would be sent is shown and not sent, what a replacement would change too; asked for by the
// operator or in a call. That every tool's writes are shown as they are sent is seen on the wire.
#include "desk.h"

#define GROUP2   "/zpa/mgmtconfig/v2/admin/customers/1/segmentGroup/77"
#define CATEGORY "/zia/api/v1/urlCategories/CUSTOM_01"
#define LABEL    "/zia/api/v1/ruleLabels/7"

static const struct desk_record records[] = {
    { GROUP2, "{\"id\":\"77\",\"name\":\"old\",\"description\":\"d <b>x</b>\",\"enabled\":true,"
              "\"applications\":[{\"id\":\"5\"}],\"config\":null,\"servers\":[]}" },
    { LABEL, "{\"id\":7,\"name\":\"Label\",\"description\":\"d\",\"lastModifiedBy\":{\"id\":3}}" },
    { CATEGORY,
      "{\"id\":\"CUSTOM_01\",\"configuredName\":\"C\",\"customCategory\":true,\"keywords\":[\"a\"]}" },
    { "/zpa/mgmtconfig/v1/admin/customers/1/policySet/policyType/ACCESS_POLICY", "{\"id\":\"9\"}" },
    { "/zia/api/v1/cyberThreatProtection/maliciousUrls", "{\"maliciousUrls\":[\"a.example\"]}" },
    { 0 },
};
static struct desk d;

static int set_up(void **state)
{
    (void)state;
    desk_open(&d, (struct serve_config){ 0 }, 100, records);
    return 0;
}

static int set_up_dry(void **state)
{
    (void)state;
    desk_open(&d, (struct serve_config){ .dry_run = true, .ask_person = true }, 100, records);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_close(&d);
    return 0;
}

static json_t *call(const char *tool, const char *arguments)
{
    return desk_call(&d.kit, tool, arguments, "", "{}");
}

static const struct {
    const char *tool, *arguments;
    const char *requests; // shown
    const char *asked;    // of the API
} shown[] = {
    { "zia_create_rule_label", "{\"name\":\"A & <b>\",\"dry_run\":true}",
      "[{\"method\":\"POST\",\"path\":\"/zia/api/v1/ruleLabels\",\"body\":{\"name\":\"A & <b>\"}}]",
      "" },
    // JSON text and lax booleans, as everywhere
    { "zia_create_rule_label", "{\"name\":\"A\",\"dry_run\":\"true\"}",
      "[{\"method\":\"POST\",\"path\":\"/zia/api/v1/ruleLabels\",\"body\":{\"name\":\"A\"}}]", "" },
    // a delete needs no confirmation to be shown
    { "zia_delete_rule_label", "{\"label_id\":\"7\",\"dry_run\":true}",
      "[{\"method\":\"DELETE\",\"path\":\"" LABEL "\",\"body\":{}}]", "" },
    // the difference; what is cleaned is what the API says
    { "zpa_update_segment_group",
      "{\"group_id\":\"77\",\"name\":\"<i>new</i>\",\"enabled\":true,\"dry_run\":true}",
      "[{\"method\":\"PUT\",\"path\":\"" GROUP2
      "\",\"body\":{\"name\":\"<i>new</i>\",\"description\":null,\"enabled\":true},"
      "\"changes\":{\"name\":{\"from\":\"old\",\"to\":\"<i>new</i>\"},"
      "\"description\":{\"from\":\"d x\",\"to\":null}},"
      "\"not_in_body\":[\"id\",\"applications\"]}]",
      "GET " GROUP2 "\n" },
    { "zia_update_rule_label", "{\"label_id\":\"7\",\"description\":\"d\",\"dry_run\":true}",
      "[{\"method\":\"PUT\",\"path\":\"" LABEL "\",\"body\":{\"description\":\"d\"},\"changes\":{},"
      "\"not_in_body\":[\"id\",\"name\",\"lastModifiedBy\"]}]",
      "GET " LABEL "\n" },
    // no difference where the record cannot be read, or is added to
    { "zia_update_rule_label", "{\"label_id\":\"8\",\"name\":\"N\",\"dry_run\":true}",
      "[{\"method\":\"PUT\",\"path\":\"/zia/api/v1/ruleLabels/8\",\"body\":{\"name\":\"N\"}}]",
      "GET /zia/api/v1/ruleLabels/8\n" },
    { "zia_add_atp_malicious_urls", "{\"malicious_urls\":[\"b.example\"],\"dry_run\":true}",
      "[{\"method\":\"PUT\",\"path\":\"/zia/api/v1/cyberThreatProtection/maliciousUrls\","
      "\"query\":\"action=ADD_TO_LIST\",\"body\":{\"maliciousUrls\":[\"b.example\"]}}]",
      "GET /zia/api/v1/cyberThreatProtection/maliciousUrls\n" },
    // several steps: what has to be read is, every write is shown
    { "zpa_delete_access_policy_rule", "{\"rule_id\":\"4\",\"dry_run\":true}",
      "[{\"method\":\"DELETE\",\"path\":\"/zpa/mgmtconfig/v1/admin/customers/1/policySet/9/rule/4\","
      "\"body\":{}}]",
      "GET /zpa/mgmtconfig/v1/admin/customers/1/policySet/policyType/ACCESS_POLICY\n" },
    { "zia_delete_gre_tunnel", "{\"tunnel_id\":\"1\",\"static_ip_id\":\"2\",\"dry_run\":true}",
      "[{\"method\":\"DELETE\",\"path\":\"/zia/api/v1/greTunnels/1\",\"body\":{}},"
      "{\"method\":\"DELETE\",\"path\":\"/zia/api/v1/staticIP/2\",\"body\":{}}]",
      "" },
    // what was read is no difference to a delete
    { "zia_delete_url_category", "{\"category_id\":\"CUSTOM_01\",\"dry_run\":true}",
      "[{\"method\":\"DELETE\",\"path\":\"" CATEGORY "\",\"body\":{}}]", "GET " CATEGORY "\n" },
    // what the tool has read is not read again
    { "zia_update_url_category",
      "{\"category_id\":\"CUSTOM_01\",\"configured_name\":\"C\",\"keywords\":[\"a\",\"b\"],"
      "\"dry_run\":true}",
      "[{\"method\":\"PUT\",\"path\":\"" CATEGORY "\",\"body\":{\"configuredName\":\"C\","
      "\"keywords\":[\"a\",\"b\"]},\"changes\":{\"keywords\":{\"from\":[\"a\"],"
      "\"to\":[\"a\",\"b\"]}},\"not_in_body\":[\"id\",\"customCategory\"]}]",
      "GET " CATEGORY "\n" },
    { "zia_create_vpn_credential",
      "{\"credential_type\":\"UFQDN\",\"fqdn\":\"a@b.example\",\"pre_shared_key\":\"s3cr3t\","
      "\"dry_run\":true}",
      "[{\"method\":\"POST\",\"path\":\"/zia/api/v1/vpnCredentials\",\"body\":{\"type\":\"UFQDN\","
      "\"preSharedKey\":\"***REDACTED***\",\"fqdn\":\"a@b.example\"}}]",
      "" },
};

static void is_shown_and_not_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        print_message("%s\n", shown[i].tool);
        struct err err;
        JSON_AUTO *wanted = NULL;
        JSON_AUTO *answer = call(shown[i].tool, shown[i].arguments);
        assert_true(dom_parse(str_c(shown[i].requests), &wanted, &err));
        json_t *got = kit_at(answer, "result.structuredContent.requests");
        if (!json_equal(wanted, got)) {
            CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
            json_add_compact(&text, got ? got : answer);
            fail_msg("%s\n  shows %s", shown[i].requests, buf_cstr(&text));
        }
        assert_true(json_is_false(kit_at(answer, "result.isError")));
        assert_true(json_is_true(kit_at(answer, "result.structuredContent.dry_run")));
        assert_true(json_is_false(kit_at(answer, "result.structuredContent.success")));
        const char *text = kit_text(answer, "result.content.0.text");
        const char *begin = "DRY RUN: nothing was changed.";
        assert_memory_equal(text, begin, strlen(begin));
        assert_asked(&d, shown[i].asked);
    }
}

// The same calls without a word about it in them: nothing is sent where the operator says so.
static void the_operator_asks_for_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        print_message("%s\n", shown[i].tool);
        struct err err;
        JSON_AUTO *arguments = NULL;
        CLEANUP(buf_release) struct buf text = BUF_INIT(4096);
        assert_true(dom_parse(str_c(shown[i].arguments), &arguments, &err));
        json_object_set_new(arguments, "dry_run", json_false());
        json_add_compact(&text, arguments);
        JSON_AUTO *answer = call(shown[i].tool, buf_cstr(&text));
        assert_true(json_is_true(kit_at(answer, "result.structuredContent.dry_run")));
        assert_asked(&d, shown[i].asked);
    }
    JSON_AUTO *read = call("zia_get_rule_label", "{\"label_id\":\"7\"}");
    assert_null(kit_at(read, "result.structuredContent.dry_run"));
    assert_string_equal(kit_text(read, "result.structuredContent.name"), "Label");
}

// A wish not to change anything that is not understood: nothing is changed.
static void odd_wishes_are_refused(void **state)
{
    (void)state;
    static const char *const odd[] = { "\"dry_run\":\"maybe\"", "\"dry_run\":null", "\"dry_run\":2",
                                       "\"dryRun\":true",       "\"dry-run\":1",    "\"DRYRUN\":1",
                                       "\"Dry_Run\":true" };
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        char arguments[100];
        snprintf(arguments, sizeof arguments, "{\"name\":\"A\",%s}", odd[i]);
        JSON_AUTO *answer = call("zia_create_rule_label", arguments);
        assert_true(json_is_true(kit_at(answer, "result.isError")));
        assert_non_null(strstr(kit_text(answer, "result.content.0.text"), "dry_run"));
        assert_asked(&d, "");
    }
}

static void what_fails_before_a_write_is_told(void **state)
{
    (void)state;
    JSON_AUTO *answer =
        call("zpa_delete_timeout_policy_rule", "{\"rule_id\":\"4\",\"dry_run\":true}");
    assert_true(json_is_true(kit_at(answer, "result.isError")));
    assert_non_null(strstr(kit_text(answer, "result.content.0.text"), "404"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(is_shown_and_not_sent),
        cmocka_unit_test_setup_teardown(the_operator_asks_for_all, set_up_dry, tear_down),
        TEST(odd_wishes_are_refused),
        TEST(what_fails_before_a_write_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
