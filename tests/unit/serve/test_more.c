// SPDX-License-Identifier: MIT
// Whether a list says that the API has more, and how the rest comes. The answers are those of
// Zscaler's services.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "json/write.h"
#include "serve/more.h"

static const struct tool paged = { .name = "zpa_list_x",
                                   .list = true,
                                   .at = "list",
                                   .args = ARGS({ "page", INT, QUERY, "", .min = 1 },
                                                { "page_size", INT, QUERY, "", .min = 1 }) };
static const struct tool from_zero = { .name = "zcell_list_x",
                                       .list = true,
                                       .at = "content",
                                       .args = ARGS({ "page", INT, QUERY, "", .zero_ok = true },
                                                    { "size", INT, QUERY, "" }) };
static const struct tool cursors = { .name = "zdx_list_x",
                                     .list = true,
                                     .at = "devices",
                                     .args = ARGS({ "offset", STR, QUERY, "" },
                                                  { "limit", INT, QUERY, "" }) };
static const struct tool offsets = { .name = "zid_list_x",
                                     .list = true,
                                     .at = "records",
                                     .args = ARGS({ "offset", INT, QUERY, "", .zero_ok = true },
                                                  { "limit", INT, QUERY, "" }) };
static const struct tool graph = { .name = "zms_list_x",
                                   .list = true,
                                   .at = "data.agents.nodes",
                                   .args = ARGS({ "page_num", INT, VARS, "", .otherwise = "1" }) };
static const struct tool plain = { .name = "zia_list_x",
                                   .list = true,
                                   .args = ARGS({ "page", INT, QUERY, "" },
                                                { "page_size", INT, QUERY, "" }) };
static const struct tool sized = {
    .name = "get_zpa_x", .list = true, .at = "list", .args = ARGS({ "page_size", INT, QUERY, "" })
};
static const struct tool object = { .name = "zpa_get_x" };

static const struct {
    const struct tool *tool;
    const char *args, *answer, *more, *text;
} rows[] = {
    { &paged, "{}", "{\"totalPages\":\"3\",\"totalCount\":\"600\",\"list\":[1]}",
      "{\"next\":{\"page\":2},\"page\":1,\"pages\":3,\"total\":600}",
      "More records exist: this is page 1 of 3. There are 600 in all. The next come with page=2." },
    { &paged, "{\"page\":3}", "{\"totalPages\":\"3\",\"list\":[1]}", NULL, NULL },
    { &paged, "{\"page_size\":1}", "{\"list\":[1]}", "{\"next\":{\"page\":2},\"maybe\":true}",
      "As many records came back as were asked for: there may be more. The next come with page=2." },
    { &paged, "{}", "{}", NULL, NULL },
    { &paged, "{}", "[]", NULL, NULL },
    { &paged, "{}", "{\"totalPages\":\"many\",\"list\":7}", NULL, NULL },
    { &from_zero, "{}", "{\"totalPages\":2,\"totalElements\":20,\"content\":[1]}",
      "{\"next\":{\"page\":1},\"page\":1,\"pages\":2,\"total\":20}", NULL },
    { &from_zero, "{\"page\":1}", "{\"totalPages\":2,\"content\":[1]}", NULL, NULL },
    { &cursors, "{}", "{\"next_offset\":\"b2Zm\",\"devices\":[1]}",
      "{\"next\":{\"offset\":\"b2Zm\"}}",
      "More records exist. The next come with offset=\"b2Zm\"." },
    { &cursors, "{}", "{\"next_offset\":null,\"devices\":[1]}", NULL, NULL },
    { &cursors, "{}", "{\"next_offset\":\"\",\"devices\":[1]}", NULL, NULL },
    { &offsets, "{}",
      "{\"results_total\":500,\"next_link\":\"https://x/users?offset=100&limit=100\",\"records\":[1]}",
      "{\"next\":{\"offset\":100},\"total\":500}", NULL },
    { &offsets, "{\"offset\":499}", "{\"results_total\":500,\"records\":[1]}", NULL, NULL },
    { &offsets, "{\"offset\":10}", "{\"results_total\":500,\"records\":[1,2]}",
      "{\"next\":{\"offset\":12},\"total\":500}", NULL },
    { &graph, "{\"page_num\":2}",
      "{\"data\":{\"agents\":{\"nodes\":[1],\"pageInfo\":{\"totalPages\":4,\"totalCount\":70}}}}",
      "{\"next\":{\"page_num\":3},\"page\":2,\"pages\":4,\"total\":70}", NULL },
    { &graph, "{}", "{\"data\":null}", NULL, NULL },
    { &plain, "{\"page_size\":2}", "[1,2]", "{\"next\":{\"page\":2},\"maybe\":true}", NULL },
    { &plain, "{\"page_size\":3}", "[1,2]", NULL, NULL },
    { &plain, "{}", "[1,2]", NULL, NULL },
    { &sized, "{}", "{\"totalPages\":\"2\",\"list\":[1]}",
      "{\"raise\":\"page_size\",\"page\":1,\"pages\":2}",
      "More records exist: this is page 1 of 2. A higher page_size brings them." },
    { &object, "{}", "{\"totalPages\":\"3\"}", NULL, NULL },
};

static void test_pages(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        JSON_AUTO *args = NULL;
        JSON_AUTO *answer = NULL;
        struct err err;
        assert_true(dom_parse(str_c(rows[i].args), &args, &err));
        assert_true(dom_parse(str_c(rows[i].answer), &answer, &err));
        struct tool_call call = { .tool = rows[i].tool, .arena = arena_new(), .args = args };
        JSON_AUTO *more = more_of(&call, answer);
        CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 12);
        if (more)
            json_add_compact(&text, more);
        if (!str_is(buf_str(&text), rows[i].more ? rows[i].more : ""))
            fail_msg("row %zu: %s, not %s", i, buf_cstr(&text), rows[i].more ? rows[i].more : "");
        buf_reset(&text);
        if (more)
            more_text(more, &text);
        if (rows[i].text)
            assert_string_equal(buf_cstr(&text), rows[i].text);
        arena_free(call.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_pages) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
