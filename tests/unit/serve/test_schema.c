// SPDX-License-Identifier: MIT
// What tools/list says of every tool equals what the Python server said, but for the descriptions,
// which are ours, dry_run, and the bounds, which it judged by and did not publish. schemas.json
// holds both.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "base/file.h"
#include "catalog/model.h"
#include "catalog/schema.h"
#include "json/write.h"
#include "tools/tools.h"

static json_t *recorded(void)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(4 * 1024 * 1024);
    struct err err;
    json_t *tree = NULL;
    assert_true(file_read(SOURCE_DIR "/tests/unit/serve/schemas.json", &text, &err));
    assert_true(dom_parse_object(buf_str(&text), &tree, &err));
    return tree;
}

static json_t *rendered(const struct tool *tool, void (*render)(const struct tool *, struct buf *))
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(SCHEMA_MAX);
    struct err err;
    json_t *tree = NULL;
    render(tool, &text);
    assert_true(buf_ok(&text));
    assert_true(dom_parse_object(buf_str(&text), &tree, &err));
    return tree;
}

static void strip_descriptions(json_t *schema)
{
    const char *key;
    json_t *property;
    json_object_foreach(json_object_get(schema, "properties"), key, property)
        json_object_del(property, "description");
}

// The one argument that the Python server has not: of every tool that changes something.
static void take_dry_run(const struct tool *tool, json_t *schema)
{
    json_t *properties = json_object_get(schema, "properties");
    json_t *own = json_object_get(properties, "dry_run");
    if ((own != NULL) != (tool->risk != READS) || (own && !str_is(dom_str(own, "type"), "boolean")))
        fail_msg("%s: dry_run", tool->name);
    json_object_del(properties, "dry_run");
}

static void test_schemas_are_those_recorded(void **state)
{
    (void)state;
    JSON_AUTO *all = recorded();
    for (const struct tool *const *t = tools_all; *t; t++) {
        JSON_AUTO *ours = rendered(*t, schema_input);
        json_t *wanted = json_object_get(all, (*t)->name);
        assert_non_null(wanted);
        strip_descriptions(ours);
        take_dry_run(*t, ours);
        if (!json_equal(ours, json_object_get(wanted, "input")))
            fail_msg("%s: the input schema differs", (*t)->name);
        if (!str_eq(dom_str(wanted, "toolset"), str_c((*t)->toolset)))
            fail_msg("%s: the toolset differs", (*t)->name);
        JSON_AUTO *output = (*t)->output ? rendered(*t, schema_output) : NULL;
        json_t *wanted_output = json_object_get(wanted, "output");
        if (output != wanted_output && !json_equal(output, wanted_output))
            fail_msg("%s: the output schema differs", (*t)->name);
        JSON_AUTO *annotations = rendered(*t, schema_annotations);
        if (!json_equal(annotations, json_object_get(wanted, "annotations")))
            fail_msg("%s: the annotations differ", (*t)->name);
    }
}

// schemas.json stands in the order of tools/list.
static void test_order_is_that_recorded(void **state)
{
    (void)state;
    JSON_AUTO *all = recorded();
    const struct tool *const *t = tools_all;
    const char *name;
    json_t *unused;
    json_object_foreach(all, name, unused)
    {
        if (!*t || strcmp((*t)->name, name) != 0)
            fail_msg("%s is missing, or stands in the wrong place of the registry", name);
        t++;
    }
    if (*t)
        fail_msg("%s is no tool of the Python server", (*t)->name);
}

static bool has_place(const struct tool *tool, const char *name)
{
    struct step room;
    const struct step *steps;
    size_t n = tool_steps(tool, &steps, &room);
    char place[128];
    snprintf(place, sizeof(place), "{%s}", name);
    for (size_t i = 0; i < n; i++)
        if (strstr(steps[i].path, place))
            return true;
    return false;
}

static void judge_data(const struct tool *tool)
{
    if (!tool->text || !*tool->text || !tool->toolset)
        fail_msg("%s has no text or toolset", tool->name);
    if (strstr(tool->name, "_delete_") && tool->risk != DELETES)
        fail_msg("%s must be marked DELETES", tool->name);
    if ((strstr(tool->text, "has to confirm") != NULL) != (tool->risk == DELETES))
        fail_msg("%s: its text must speak of confirmation if it deletes, and only then",
                 tool->name);
    for (const struct arg *arg = tool->args; arg && arg->name; arg++) {
        if (!arg->text || !*arg->text)
            fail_msg("%s: argument %s has no text", tool->name, arg->name);
        if (arg->place == PATH && !has_place(tool, arg->name))
            fail_msg("%s: no path has a place for %s", tool->name, arg->name);
    }
}

static void test_data_is_whole(void **state)
{
    (void)state;
    struct models *models = NULL;
    struct err err;
    if (!models_new(tools_services, &models, &err))
        fail_msg("%s", err.text);
    for (const struct tool *const *t = tools_all; *t; t++) {
        judge_data(*t);
        if ((*t)->model && !models_find(models, tool_service(*t), (*t)->model))
            fail_msg("%s: model %s is unknown", (*t)->name, (*t)->model);
    }
    models_free(models);
}

// The warning about content from outside stands before the results of these, and no others.
static void test_content_from_outside_is_marked(void **state)
{
    (void)state;
    static const char *const marked[] = {
        "zdx_list_deeptrace_top_processes", "zdx_list_software",
        "zdx_get_software_details",         "zeasm_get_finding_evidence",
        "zeasm_get_finding_scan_output",    "zeasm_list_lookalike_domains",
        "zeasm_get_lookalike_domain",       "zia_get_sandbox_report",
    };
    for (const struct tool *const *t = tools_all; *t; t++)
        if (((*t)->untrusted != NULL) != str_is_among(str_c((*t)->name), marked, ARRAY_LEN(marked)))
            fail_msg("%s: content from outside", (*t)->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_data_is_whole),
        cmocka_unit_test(test_order_is_that_recorded),
        cmocka_unit_test(test_content_from_outside_is_marked),
        cmocka_unit_test(test_schemas_are_those_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
