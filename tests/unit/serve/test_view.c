// SPDX-License-Identifier: MIT
// What of a record is shown in each view.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "json/write.h"
#include "serve/view.h"

static void each_view(void **state)
{
    (void)state;
    static const struct tool list = { .name = "zia_list_things", .list = true };
    static const struct tool made = { .name = "zia_made", .output = "{}" };
    static const struct {
        const struct tool *tool;
        enum result_view view;
        const char *in, *out;
    } rows[] = {
        { &list, VIEW_FULL, "[{\"id\":1,\"x\":null}]", "[{\"id\":1,\"x\":null}]" },
        { &list, VIEW_LEAN, "[{\"id\":1,\"x\":null,\"y\":\"\",\"z\":[],\"o\":{\"p\":null}}]",
          "[{\"id\":1}]" },
        { &list, VIEW_LEAN, "[{\"zero\":0,\"no\":false,\"some\":[null,{},\"\"]}]",
          "[{\"zero\":0,\"no\":false,\"some\":[null,{},\"\"]}]" },
        { &list, VIEW_LEAN, "[{\"a\":null},null,\"\",5]", "[{},null,\"\",5]" },
        { &list, VIEW_LEAN, "{\"a\":null,\"b\":{\"c\":\"\"},\"d\":[{\"e\":null,\"f\":1}]}",
          "{\"d\":[{\"f\":1}]}" },
        { &list, VIEW_SUMMARY,
          "[{\"id\":1,\"name\":\"n\",\"ports\":[1],\"created_by\":\"x\",\"enabled\":false}]",
          "[{\"id\":1,\"name\":\"n\",\"enabled\":false}]" },
        { &list, VIEW_SUMMARY, "[{\"displayName\":\"n\",\"adminStatus\":\"UP\",\"tags\":\"t\"}]",
          "[{\"displayName\":\"n\",\"adminStatus\":\"UP\"}]" },
        { &list, VIEW_SUMMARY, "[{\"id\":null,\"sum\":5,\"unit\":\"\"}]", "[{\"sum\":5}]" },
        { &list, VIEW_SUMMARY, "[{\"id\":1,\"name\":\"n\",\"status\":{\"code\":1}}]",
          "[{\"id\":1,\"name\":\"n\"}]" },
        { &list, VIEW_SUMMARY, "[{\"id\":1,\"status\":{\"code\":1},\"type\":[]}]",
          "[{\"id\":1,\"status\":{\"code\":1}}]" },
        { &list, VIEW_SUMMARY, "[{\"machine_hostname\":\"h\",\"alert_status\":\"Up\",\"mtu\":1}]",
          "[{\"machine_hostname\":\"h\",\"alert_status\":\"Up\"}]" },
        { &list, VIEW_SUMMARY, "[\"a\",null]", "[\"a\",null]" },
        { &list, VIEW_SUMMARY, "{\"id\":1,\"deep\":{\"x\":null,\"y\":2}}",
          "{\"id\":1,\"deep\":{\"y\":2}}" },
        { &list, VIEW_SUMMARY, "[{\"a_name_much_longer_than_any_that_is_known_id\":1}]",
          "[{\"a_name_much_longer_than_any_that_is_known_id\":1}]" },
        { &made, VIEW_LEAN, "{\"a\":null}", "{\"a\":null}" },
        { &made, VIEW_SUMMARY, "[{\"id\":1,\"x\":null}]", "[{\"id\":1,\"x\":null}]" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
        JSON_AUTO *in = NULL;
        const char *note;
        struct err err;
        assert_true(dom_parse(str_c(rows[i].in), &in, &err));
        JSON_AUTO *shown = view_of(rows[i].view, rows[i].tool, in, &note);
        json_add_compact(&out, shown);
        assert_string_equal(buf_cstr(&out), rows[i].out);
        out.n = 0;
        json_add_compact(&out, in);
        assert_string_equal(buf_cstr(&out), rows[i].in); // what was given is left alone
    }
}

static void lists_say_that_there_is_more(void **state)
{
    (void)state;
    static const struct tool list = { .name = "zia_list_things", .list = true };
    static const struct {
        enum result_view view;
        const char *in;
        bool said;
    } rows[] = {
        { VIEW_SUMMARY, "[{\"id\":1,\"name\":\"n\",\"x\":1}]", true },
        { VIEW_SUMMARY, "[{\"id\":1,\"name\":\"n\"}]", false },
        { VIEW_SUMMARY, "[{\"id\":1,\"x\":2}]", false }, // shown whole
        { VIEW_SUMMARY, "[]", false },
        { VIEW_SUMMARY, "{\"id\":1,\"name\":\"n\",\"x\":1}", false },
        { VIEW_LEAN, "[{\"id\":1,\"name\":\"n\",\"x\":null}]", false },
        { VIEW_FULL, "[{\"id\":1,\"name\":\"n\",\"x\":1}]", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        JSON_AUTO *in = NULL;
        const char *note = "";
        struct err err;
        assert_true(dom_parse(str_c(rows[i].in), &in, &err));
        JSON_AUTO *shown = view_of(rows[i].view, &list, in, &note);
        assert_int_equal(note != NULL, rows[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_view),
        cmocka_unit_test(lists_say_that_there_is_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
