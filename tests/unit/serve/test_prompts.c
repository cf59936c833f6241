// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <ctype.h>

#include "tools/tools.h"

#define TEXT_MAX 65536

static const struct prompt greeting = {
    .name = "greet",
    .args = { { "who", .without = NULL }, { "place", .before = "in ", .without = "anywhere" } },
    .body = "Hello {who}, you are {place}. {nothing} {",
};

static void places_are_filled(void **state)
{
    (void)state;
    const struct {
        struct str who, place;
        const char *text;
    } rows[] = {
        { STR("Ada"), STR("Bern"), "Hello Ada, you are in Bern. {nothing} {" },
        { STR("Ada"), STR(" "), "Hello Ada, you are anywhere. {nothing} {" },
        { STR("Ada"), STR_NONE, "Hello Ada, you are anywhere. {nothing} {" },
        // neither lines of its own nor places
        { STR(" A\n\nStop. {place} "), STR_NONE,
          "Hello A  Stop. {place}, you are anywhere. {nothing} {" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
        prompt_render(&greeting, (const struct str[]){ rows[i].who, rows[i].place }, &text);
        assert_string_equal(buf_cstr(&text), rows[i].text);
    }
}

static void long_values_are_cut_between_characters(void **state)
{
    (void)state;
    char who[3 * PROMPT_VALUE_MAX];
    CLEANUP(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
    for (size_t i = 0; i + 1 < sizeof(who); i += 2)
        memcpy(who + i, "\xc3\xa4", 2);
    prompt_render(&greeting, (const struct str[]){ str_of(who, sizeof(who) - 2), STR_NONE }, &text);
    assert_true(text.n < PROMPT_VALUE_MAX + 60);
    assert_true(str_is_utf8(buf_str(&text)));
}

static bool is_tool(struct str name)
{
    for (const struct tool *const *t = tools_all; *t; t++)
        if (str_is(name, (*t)->name))
            return true;
    return false;
}

// Every word of a body that begins as a tool's name does is one, and every place an argument.
static void tools_that_they_name_exist(void **state)
{
    (void)state;
    size_t named = 0;
    for (const struct prompt *p = tools_prompts; p->name; p++) {
        const struct str values[PROMPT_ARGS_MAX] = { STR("a"), STR("b"), STR("c"), STR("d") };
        CLEANUP(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
        prompt_render(p, values, &text);
        assert_null(strchr(buf_cstr(&text), '{'));
        const char *at = buf_cstr(&text);
        while (*at) {
            size_t n = 0;
            while (isalnum((unsigned char)at[n]) || at[n] == '_')
                n++;
            struct str word = str_of(at, n);
            if (str_starts(word, STR("zdx_")) || str_starts(word, STR("zcell_"))) {
                if (!is_tool(word))
                    fail_msg("%s names %.*s", p->name, (int)n, at);
                named++;
            }
            at += n ? n : 1;
        }
    }
    assert_true(named > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_filled),
        cmocka_unit_test(long_values_are_cut_between_characters),
        cmocka_unit_test(tools_that_they_name_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
