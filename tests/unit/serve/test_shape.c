// SPDX-License-Identifier: MIT
// What becomes of an answer, exactly: the wire cases only judge that nothing of the Python server's
// is missing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "json/write.h"
#include "serve/shape.h"

static const struct model_spec specs[] = {
    { "Rule", "name id owner:Owner labels:[Owner] tags=[] enabled=false self_made" },
    { "Owner", "id name" },
    { 0 },
};
static const struct service services[] = { { .name = "zia", .models = specs }, { 0 } };

static void shapes_to(const struct tool *tool, const char *answer, const char *wanted)
{
    struct models *models = NULL;
    struct err err;
    JSON_AUTO *tree = NULL;
    JSON_AUTO *value = NULL;
    struct tool_call call = { .tool = tool, .arena = arena_new() };
    assert_true(models_new(services, &models, &err));
    assert_true(dom_parse(str_c(answer), &tree, &err));
    const struct model *model = models_find(models, STR("zia"), tool->model ? tool->model : "");
    assert_true(shape(&call, &services[0], model, tree, &value, &err));
    CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 16);
    json_add_compact(&text, value);
    assert_string_equal(buf_cstr(&text), wanted);
    models_free(models);
    arena_free(call.arena);
}

static void test_records_keep_what_the_model_does_not_know(void **state)
{
    (void)state;
    static const struct tool one = { .name = "zia_get_rule", .model = "Rule" };
    static const char *const rows[][2] = {
        { "{\"zzNew\":{\"deepKey\":1},\"id\":1,\"name\":\"n\",\"none\":null}",
          "{\"name\":\"n\",\"id\":1,\"labels\":[],\"tags\":[],\"enabled\":false,\"zz_new\":{\"deep_key\":1}}" },
        { "{\"owner\":{\"name\":\"o\",\"extra\":2},\"labels\":[{\"id\":3},4]}",
          "{\"owner\":{\"name\":\"o\",\"extra\":2},\"labels\":[{\"id\":3},4],\"tags\":[],\"enabled\":false}" },
        // a key in either spelling is the model's, once
        { "{\"self_made\":5,\"Enabled\":true,\"selfMade\":6}",
          "{\"labels\":[],\"tags\":[],\"enabled\":false,\"self_made\":5}" },
        { "[]", "[]" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        shapes_to(&one, rows[i][0], rows[i][1]);
}

static void test_lists_are_lists_whatever_comes(void **state)
{
    (void)state;
    static const struct tool list = { .name = "zia_list_rules", .list = true, .at = "list" };
    static const char *const rows[][2] = {
        { "{\"list\":[{\"aB\":1}]}", "[{\"a_b\":1}]" },
        { "{\"list\":{}}", "[]" },
        { "{}", "[]" },
        { "7", "[]" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        shapes_to(&list, rows[i][0], rows[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_keep_what_the_model_does_not_know),
        cmocka_unit_test(test_lists_are_lists_whatever_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
