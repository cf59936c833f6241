// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "catalog/select.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct tool list_labels = { .name = "zia_list_rule_labels",
                                         .toolset = "zia_rule_labels",
                                         .risk = READS };
static const struct tool delete_label = { .name = "zia_delete_rule_label",
                                          .toolset = "zia_rule_labels",
                                          .risk = DELETES };
static const struct tool departments = { .name = "get_zia_user_departments",
                                         .toolset = "zia_users",
                                         .risk = READS };

static const struct {
    const char *pattern, *name;
    bool fits;
} patterns[] = {
    { "*", "zia_x", true },
    { "zia_*", "zia_x", true },
    { "zia_*", "ZIA_x", false },
    { "*_label", "zia_rule_labels", false },
    { "zia_?", "zia_x", true },
    { "zia_?", "zia_", false },
    { "z[ip]a_*", "zpa_x", true },
    { "z[!ip]a_*", "zpa_x", false },
    { "z[a-h]a", "zda", true },
    { "z[]]a", "z]a", true },
    { "z[a", "z[a", true },
    { "*create*rule*", "zia_create_ssl_rule", true },
    { "", "x", false },
    { "", "", true },
    { "a*b*c", "aXbYbZc", true },
};

static void test_patterns(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
        if (pattern_matches(patterns[i].pattern, patterns[i].name) != patterns[i].fits)
            fail_msg("%s on %s", patterns[i].pattern, patterns[i].name);
}

static void test_writes_need_both_keys(void **state)
{
    (void)state;
    assert_false(selection_has(&(struct selection){ 0 }, &delete_label));
    assert_false(selection_has(&(struct selection){ .enable_write = true }, &delete_label));
    assert_false(selection_has(&(struct selection){ .write_tools = LIST("*") }, &delete_label));
    assert_true(selection_has(&(struct selection){ .enable_write = true, .write_tools = LIST("*") },
                              &delete_label));
    assert_false(selection_has(
        &(struct selection){ .enable_write = true, .write_tools = LIST("*_create_*") },
        &delete_label));
    assert_true(selection_has(&(struct selection){ 0 }, &list_labels));
}

static void test_everything_must_agree(void **state)
{
    (void)state;
    assert_false(selection_has(&(struct selection){ .services = LIST("zpa") }, &list_labels));
    assert_true(selection_has(&(struct selection){ .services = LIST("zia") }, &departments));
    assert_false(selection_has(&(struct selection){ .entitled = LIST("zpa") }, &list_labels));
    assert_false(selection_has(
        &(struct selection){ .services = LIST("zia"), .entitled = LIST("zpa") }, &list_labels));
    assert_true(selection_has(&(struct selection){ .entitled = LIST("zpa", "zia") }, &list_labels));
    assert_false(selection_has(
        &(struct selection){ .services = LIST("zia"), .disabled_services = LIST("zia") },
        &list_labels));
    assert_false(selection_has(
        &(struct selection){ .services = LIST("zia"), .toolsets = LIST("zpa_x") }, &list_labels));
    assert_false(selection_has(&(struct selection){ .toolsets = LIST("all"),
                                                    .disabled_toolsets = LIST("zia_rule_labels") },
                               &list_labels));
    assert_true(selection_has(&(struct selection){ .toolsets = LIST("all") }, &list_labels));
    assert_false(
        selection_has(&(struct selection){ .disabled_tools = LIST("zia_*") }, &list_labels));
    assert_false(selection_has(&(struct selection){ .services = LIST("bogus") }, &list_labels));
}

static void test_warnings(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
    selection_warnings(&(struct selection){ .enable_write = true }, &out);
    assert_non_null(strstr(buf_cstr(&out), "no allowlist was given — registering 0 write tools"));
    buf_reset(&out);
    selection_warnings(&(struct selection){ .write_tools = LIST("*") }, &out);
    assert_non_null(
        strstr(buf_cstr(&out),
               "A write-tool allowlist was given (1 pattern(s)) but write tools are disabled"));
}

static void test_names_that_are_none(void **state)
{
    (void)state;
    const struct tool *const tools[] = { &list_labels, &departments, &delete_label, NULL };
    CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
    selection_problems(&(struct selection){ .services = LIST("zia"),
                                            .toolsets = LIST("all", "zia_rule_labels"),
                                            .write_tools = LIST("zia_delete_*"),
                                            .disabled_tools = LIST("*_rule_labels") },
                       tools, &out);
    assert_string_equal(buf_cstr(&out), "");
    selection_problems(&(struct selection){ .services = LIST("zai"),
                                            .disabled_services = LIST("frobnicate"),
                                            .toolsets = LIST("zia_rule_label"),
                                            .write_tools = LIST("zia_list_*"),
                                            .disabled_tools = LIST("zia_list_rule_lables") },
                       tools, &out);
    assert_string_equal(
        buf_cstr(&out),
        "ZSCALER_MCP_SERVICES: 'zai' is no service: did you mean zia?\n"
        "ZSCALER_MCP_DISABLED_SERVICES: 'frobnicate' is no service\n"
        "ZSCALER_MCP_TOOLSETS: 'zia_rule_label' is no toolset: did you mean zia_rule_labels?\n"
        "ZSCALER_MCP_WRITE_TOOLS: 'zia_list_*' fits no tool that changes something\n"
        "ZSCALER_MCP_DISABLED_TOOLS: 'zia_list_rule_lables' fits no tool: did you mean "
        "zia_list_rule_labels?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_patterns),
                                        cmocka_unit_test(test_writes_need_both_keys),
                                        cmocka_unit_test(test_everything_must_agree),
                                        cmocka_unit_test(test_warnings),
                                        cmocka_unit_test(test_names_that_are_none) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
