// SPDX-License-Identifier: MIT
#include "rig.h"

#include "base/clock.h"

static void order(const char *fault)
{
    assert_int_equal(ask("POST", "/_fake/fault", "", fault).status, 200);
}

static void test_statuses(void **state)
{
    static const struct {
        const char *fault;
        int status;
        const char *retry_after; // NULL: no header
    } cases[] = {
        { "{\"kind\":\"401\"}", 401, NULL },
        { "{\"kind\":\"500\"}", 500, NULL },
        { "{\"kind\":\"429\",\"retryAfter\":7}", 429, "7" },
        { "{\"kind\":\"503\"}", 503, "1" },
        { "{\"kind\":\"429\",\"retryAfter\":null}", 429, NULL },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        order(cases[i].fault);
        struct reply r = call("GET", ZIA "ruleLabels", "{}");
        assert_int_equal(r.status, cases[i].status);
        assert_true(dom_str(r.json, "code").n > 0);
        assert_true(str_eq(header_of(&r, "Retry-After"), str_c(cases[i].retry_after)));
        assert_int_equal(call("GET", ZIA "ruleLabels", "{}").status, 200);
    }
}

static void test_each_service_says_it_in_its_shape(void **state)
{
    static const struct {
        const char *path, *member;
    } cases[] = {
        { ZIA "ruleLabels", "code" },
        { ZPA "segmentGroup", "reason" },
        { "/zdx/v1/devices", "message" },
        { "/zcc/papi/public/v1/getDevices", "errorMessage" },
        { "/ztw/api/v1/ipGroups", "code" },
        { "/ziam/admin/api/v1/users", "message" },
        { "/easm/easm-ui/v1/organizations", "message" },
        { "/zcell/config/api/v1/customers/1/regions", "msgId" },
        { "/zms/graphql", "message" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        order("{\"kind\":\"429\",\"retryAfter\":3}");
        struct reply r = call("GET", cases[i].path, "{}");
        assert_int_equal(r.status, 429);
        assert_true(str_is(header_of(&r, "Retry-After"), "3"));
        if (!dom_str(r.json, cases[i].member).n)
            fail_msg("%s: no %s", cases[i].path, cases[i].member);
    }
}

// Reading goes on, and so do other services, while another administrator edits.
static void test_edit_lock(void **state)
{
    (void)state;
    order("{\"kind\":\"editLock\",\"count\":-1}");
    assert_int_equal(ask("POST", "/oauth2/v1/token", FORM, SECRET).status, 200);
    assert_int_equal(call("GET", ZIA "ruleLabels", "{}").status, 200);
    struct reply r = call("POST", ZIA "ruleLabels", "{\"name\":\"x\"}");
    assert_int_equal(r.status, 409);
    assert_string_equal(dom_str(r.json, "code").p, "EDIT_LOCK_NOT_AVAILABLE");
    assert_int_equal(call("POST", ZIA "status/activate", "{}").status, 409);
    assert_int_equal(call("POST", ZPA "segmentGroup", "{\"name\":\"x\"}").status, 200);
    assert_int_equal(ask("DELETE", "/_fake/fault", "", "").status, 200);
    assert_int_equal(call("POST", ZIA "ruleLabels", "{\"name\":\"x\"}").status, 200);
}

static void test_orders_are_judged(void **state)
{
    static const char *const wrong[] = {
        "[]",
        "{}",
        "{\"kind\":\"x\"}",
        "{\"kind\":\"401\",\"method\":\"x\"}",
        "{\"kind\":\"401\",\"nosuch\":1}",
        "{\"kind\":\"latency\",\"ms\":-1}",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_int_equal(ask("POST", "/_fake/fault", "", wrong[i]).status, 400);
    assert_int_equal(ask("GET", "/_fake/fault", "", "").status, 405);
    assert_int_equal(ask("GET", "/_fake/nosuch", "", "").status, 404);
}

static void test_path_method_count(void **state)
{
    (void)state;
    order("{\"kind\":\"500\",\"path\":\"/zia/api/v1/rule\",\"method\":\"GET\",\"count\":2}");
    assert_int_equal(call("GET", ZIA "locations", "{}").status, 200);
    assert_int_equal(call("POST", ZIA "ruleLabels", "{\"name\":\"x\"}").status, 200);
    assert_int_equal(call("GET", ZIA "ruleLabels", "{}").status, 500);
    assert_int_equal(call("GET", ZIA "ruleLabels", "{}").status, 500);
    assert_int_equal(call("GET", ZIA "ruleLabels", "{}").status, 200);
    order("{\"kind\":\"503\",\"path\":\"/oauth2\"}");
    assert_int_equal(ask("POST", "/oauth2/v1/token", FORM, SECRET).status, 503);
    order("{\"kind\":\"500\",\"count\":-1}");
    assert_int_equal(call("GET", ZIA "ruleLabels", "{}").status, 500);
    assert_int_equal(ask("DELETE", "/_fake/fault", "", "").status, 200);
    assert_int_equal(call("GET", ZIA "ruleLabels", "{}").status, 200);
}

static void test_cut_and_bad_json(void **state)
{
    (void)state;
    order("{\"kind\":\"cut\"}");
    struct reply r = call("GET", ZIA "ruleLabels", "{}");
    assert_true(r.head.n == 0 || r.body.n < 1024); // of the 1024 bytes that are announced
    assert_null(r.json);
    assert_int_equal(call("GET", ZIA "ruleLabels", "{}").status, 200);
    order("{\"kind\":\"badJson\"}");
    r = call("GET", ZIA "ruleLabels", "{}");
    assert_int_equal(r.status, 200);
    assert_null(r.json);
}

static void test_waits(void **state)
{
    static const char *const kinds[] = { "{\"kind\":\"latency\",\"ms\":80}",
                                         "{\"kind\":\"slowBody\",\"ms\":80}" };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        order(kinds[i]);
        int64_t began = clock_mono_ms();
        struct reply r = call("GET", ZIA "ruleLabels", "{}");
        assert_true(clock_mono_ms() - began >= 80);
        assert_int_equal(r.status, 200);
        assert_int_equal(json_array_size(r.json), 19);
    }
}

static void test_journal_and_stats(void **state)
{
    (void)state;
    call("POST", ZIA "ruleLabels?x=1", "{\"name\":\"n\"}");
    struct reply r = ask("GET", "/_fake/journal", "", "");
    const json_t *last = json_array_get(r.json, json_array_size(r.json) - 1);
    assert_string_equal(dom_str(last, "method").p, "POST");
    assert_string_equal(dom_str(last, "path").p, ZIA "ruleLabels");
    assert_string_equal(dom_str(last, "query").p, "x=1");
    assert_string_equal(dom_str(last, "body").p, "{\"name\":\"n\"}");
    assert_int_equal(dom_str(last, "token").n, 8);
    assert_int_equal(dom_int(last, "status", 0), 200);
    r = ask("GET", "/_fake/stats", "", "");
    assert_int_equal(dom_int(r.json, "tokenRequests", 0), 1);
    assert_int_equal(dom_int(r.json, "requests", 0), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(test_statuses),
        WITH_FAKE(test_each_service_says_it_in_its_shape),
        WITH_FAKE(test_edit_lock),
        WITH_FAKE(test_orders_are_judged),
        WITH_FAKE(test_path_method_count),
        WITH_FAKE(test_cut_and_bad_json),
        WITH_FAKE(test_waits),
        WITH_FAKE(test_journal_and_stats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
