// SPDX-License-Identifier: MIT
// Arguments bound to requests; above all: no argument leaves its place.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "catalog/bind.h"
#include "catalog/forms.h"

static const struct tool tool = {
    .name = "zpa_update_thing",
    .method = PUT,
    .path = "/zpa/customers/{customer}/things/{id}",
    .body = "{\"always\": null, \"copied\": \"{1.value}\", \"gone\": \"{1.absent}\"}",
    .args =
        ARGS({ "id", STR, PATH, "x" }, { "some_text", STR, QUERY, "x" }, { "on", BOOL, QUERY, "x" },
             { "many", STRS, QUERY, "x" }, { "search", STR, QUERY, "x", .as = as_search },
             { "enabled", BOOL, BODY, "x", .wire = "state", .as = as_state },
             { "group_ids", STRS, BODY, "x", .wire = "deep.groups", .as = as_ids },
             { "label_ids", STRS, BODY, "x", .as = as_number_ids },
             { "hours", INT, SPAN, "x", .wire = "from,to", .as = as_hours_ago },
             { "advanced", OBJ, MERGE, "x", .as = as_rule_members },
             { "microtenant_id", STR, BOTH, "x" }),
};

static struct {
    json_t *answers[1];
    const char *microtenant, *customer;
} world;

static bool bind(struct arena *arena, const char *args, struct tool_request *ret, struct err *err)
{
    struct step room;
    const struct step *steps;
    JSON_AUTO *tree = NULL;
    assert_true(dom_parse(str_c(args), &tree, err));
    assert_int_equal(tool_steps(&tool, &steps, &room), 1);
    struct tool_call call = { .tool = &tool,
                              .arena = arena,
                              .args = tree,
                              .answers = world.answers,
                              .answer_count = 1,
                              .now = 1788220800,
                              .customer = world.customer,
                              .microtenant = world.microtenant };
    return bind_step(&call, steps, 1, true, ret, err);
}

static const struct {
    const char *args, *path, *query;
} bound[] = {
    { "{\"id\":\"7\"}", "/zpa/customers/42/things/7", "" },
    { "{\"id\":\"a/b c?d#e%41\"}", "/zpa/customers/42/things/a%2Fb%20c%3Fd%23e%2541", "" },
    { "{\"id\":\"../../x\"}", "/zpa/customers/42/things/..%2F..%2Fx", "" },
    { "{\"id\":\"7\",\"some_text\":\"a b&c=é\"}", "/zpa/customers/42/things/7",
      "someText=a+b%26c%3D%C3%A9" },
    { "{\"id\":\"7\",\"on\":true,\"many\":[\"x\",\"y\"]}", "/zpa/customers/42/things/7",
      "on=True&many=x&many=y" },
    { "{\"id\":\"7\",\"search\":\"name x\"}", "/zpa/customers/42/things/7",
      "search=name%2BEQ%2Bname+x" },
    { "{\"id\":\"7\",\"search\":\"name+like+x\"}", "/zpa/customers/42/things/7",
      "search=name%2Blike%2Bx" },
    { "{\"id\":\"7\",\"hours\":24}", "/zpa/customers/42/things/7",
      "from=1788134400&to=1788220800" },
};

static void test_paths_and_queries(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bound); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_new();
        struct tool_request request;
        struct err err;
        if (!bind(arena, bound[i].args, &request, &err))
            fail_msg("%s: %s", bound[i].args, err.text);
        assert_string_equal(arena_cstr(arena, request.path), bound[i].path);
        assert_string_equal(arena_cstr(arena, request.query), bound[i].query);
    }
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "{\"id\":\"\"}", "{\"id\":\".\"}", "{\"id\":\"..\"}" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_new();
        struct tool_request request;
        struct err err;
        if (bind(arena, bad[i], &request, &err))
            fail_msg("%s was bound", bad[i]);
        assert_int_equal(err.code, ERR_TOOL_ARGUMENTS);
    }
}

static void test_missing_customer_is_said(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct tool_request request;
    struct err err;
    world.customer = NULL;
    assert_false(bind(arena, "{\"id\":\"7\"}", &request, &err));
    world.customer = "42";
    assert_int_equal(err.code, ERR_ONEAPI_CREDENTIALS);
}

static void body_is(const char *args, const char *wanted)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct tool_request request;
    struct err err;
    JSON_AUTO *got = NULL;
    JSON_AUTO *expected = NULL;
    assert_true(bind(arena, args, &request, &err));
    assert_true(dom_parse(request.body, &got, &err));
    assert_true(dom_parse(str_c(wanted), &expected, &err));
    if (!json_equal(got, expected))
        fail_msg("%s: " STR_FMT, args, STR_ARG(request.body));
}

static void test_bodies(void **state)
{
    (void)state;
    body_is("{\"id\":\"7\"}", "{\"always\":null,\"copied\":5}");
    body_is(
        "{\"id\":\"7\",\"enabled\":false,\"group_ids\":[\"1\"],\"label_ids\":[\"2\",\"3\"]}",
        "{\"always\":null,\"copied\":5,\"state\":\"DISABLED\",\"deep\":{\"groups\":[{\"id\":\"1\"}]},\"labelIds\":[{\"id\":2},{\"id\":3}]}");
    body_is("{\"id\":\"7\",\"label_ids\":[\"x\",4]}",
            "{\"always\":null,\"copied\":5,\"labelIds\":[{\"id\":\"x\"},{\"id\":4}]}");
    body_is(
        "{\"id\":\"7\",\"advanced\":{\"service_ids\":[\"1\"],\"auditor\":{\"id\":\"8\",\"x\":null},\"locations\":[{\"id\":\"9\",\"name\":\"n\"}]}}",
        "{\"always\":null,\"copied\":5,\"services\":[{\"id\":1}],\"auditor\":{\"id\":8,\"x\":null},\"locations\":[{\"id\":9,\"name\":\"n\"}]}");
    body_is(
        "{\"id\":\"7\",\"advanced\":{\"src_ip_groups\":[\"1\"],\"nested_thing\":{\"inner_key\":1},\"none\":null,\"copied\":6}}",
        "{\"always\":null,\"copied\":6,\"srcIpGroups\":[{\"id\":1}],\"nestedThing\":{\"innerKey\":1}}");
}

static void test_microtenant(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct tool_request request;
    struct err err;
    world.microtenant = "99";
    assert_true(bind(arena, "{\"id\":\"7\"}", &request, &err));
    assert_string_equal(arena_cstr(arena, request.query), "microtenantId=99");
    assert_true(bind(arena, "{\"id\":\"7\",\"microtenant_id\":\"1\"}", &request, &err));
    assert_string_equal(arena_cstr(arena, request.query), "microtenantId=1");
    world.microtenant = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_refused),
                                        cmocka_unit_test(test_missing_customer_is_said),
                                        cmocka_unit_test(test_paths_and_queries),
                                        cmocka_unit_test(test_bodies),
                                        cmocka_unit_test(test_microtenant) };
    world.answers[0] = json_pack("{s:i}", "value", 5);
    world.customer = "42";
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    json_decref(world.answers[0]);
    return failed;
}
