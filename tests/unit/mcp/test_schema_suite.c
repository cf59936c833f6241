// SPDX-License-Identifier: MIT
// The JSON Schema test suite, draft 2020-12: every case of every file in schema/. Not there are the
// files on other documents (refRemote, vocabulary) and those that want nothing (content, default,
// format). A group whose schema we do not take, because it refers to another document, counts among
// the skipped, whose number is known.
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mcp/internal.h"

#define SUITE_CASES   1088
#define SUITE_SKIPPED 17

static int passed, failed, skipped;

static json_t *load(const char *path)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char *room = buf_room(&text, 1 << 19);
    buf_grown(&text, fread(room, 1, 1 << 19, f));
    fclose(f);
    json_t *v;
    struct err err;
    if (!dom_parse(buf_str(&text), &v, &err))
        fail_msg("%s: %s", path, err.text);
    return v;
}

static void run_case(const struct schema *s, const json_t *one, const char *file, const char *group)
{
    struct err err = { 0 };
    bool ok = mcp_schema_check(s, dom_get(one, "data"), &err);
    if (ok == dom_bool(one, "valid", false) && (ok || err.text[0])) {
        passed++;
        return;
    }
    failed++;
    print_message("%s: %s: %s: %s\n", file, group, dom_str(one, "description").p,
                  ok ? "taken" : err.text);
}

static void run_group(const json_t *group, const char *file)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
    const json_t *tests = dom_get(group, "tests");
    struct schema *s;
    struct err err;
    json_add_compact(&text, dom_get(group, "schema"));
    if (!mcp_schema_new(buf_str(&text), &s, &err)) {
        print_message("skipped: %s: %s: %s\n", file, dom_str(group, "description").p, err.text);
        skipped += (int)json_array_size(tests);
        return;
    }
    for (size_t i = 0; i < json_array_size(tests); i++)
        run_case(s, json_array_get(tests, i), file, dom_str(group, "description").p);
    mcp_schema_free(s);
}

static void suite(void **state)
{
    (void)state;
    const char *folder = SOURCE_DIR "/tests/unit/mcp/schema";
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        char path[512];
        if (!str_ends(str_c(e->d_name), STR(".json")))
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
        JSON_AUTO *groups = load(path);
        for (size_t i = 0; i < json_array_size(groups); i++)
            run_group(json_array_get(groups, i), e->d_name);
    }
    closedir(dir);
    print_message("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
    assert_int_equal(failed, 0);
    assert_int_equal(skipped, SUITE_SKIPPED);
    assert_int_equal(passed, SUITE_CASES);
}

static const struct {
    const char *pattern, *fits, *fails;
} patterns[] = {
    { "^\\\\p{Lu}\\\\p{Lowercase_Letter}+$", "\xc3\x89tat", "tat" },
    { "^\\\\p{gc=Decimal_Number}$", "7", "x" },
    { "^(?!zia_)\\\\w+?$", "zpa_list", "zia_list" },
    { "^(?<year>\\\\d{4})-\\\\k<year>$", "2026-2026", "2026-2025" },
    { "^a\\\\sb$",
      "a\xc2\xa0"
      "b",
      "a-b" },
    { "^[^\\\\s\\\\]]+$", "x[", "x]" },
    { "^x$", "x", "x\\n" },
    { "\\\\u00e9$", "caf\xc3\xa9", "cafe" },
    { "^[[:alpha:]]$", "p]", "x" }, // a class of six letters and a bracket, as ECMA-262 reads it
};

static bool fits(const char *pattern, const char *value, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(4096), quoted = BUF_INIT(65536);
    JSON_AUTO *v = NULL;
    struct schema *s;
    buf_addf(&text, "{\"pattern\":\"%s\"}", pattern);
    if (!mcp_schema_new(buf_str(&text), &s, err))
        fail_msg("%s: %s", pattern, err->text);
    buf_addf(&quoted, "\"%s\"", value);
    assert_true(dom_parse(buf_str(&quoted), &v, err));
    bool ok = mcp_schema_check(s, v, err);
    mcp_schema_free(s);
    return ok;
}

static void patterns_are_those_of_ecmascript(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
        struct err err;
        if (!fits(patterns[i].pattern, patterns[i].fits, &err) ||
            fits(patterns[i].pattern, patterns[i].fails, &err))
            fail_msg("%s", patterns[i].pattern);
    }
}

static void a_pattern_cannot_take_long(void **state)
{
    (void)state;
    struct err err;
    char many[4000];
    memset(many, 'a', sizeof(many) - 1);
    many[sizeof(many) - 1] = '\0';
    assert_false(fits("^(a+)+b$", many, &err)); // 2^3999 tries without a bound
}

static void what_cannot_be_checked_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        { "{\"pattern\":\"(\"}", "the pattern \"(\" cannot be used: missing closing parenthesis" },
        { "{\"patternProperties\":{\"[z-a]\":true}}", "range out of order" },
        { "{\"pattern\":\"\\\\p{Nonsense}\"}", "cannot be used" },
        { "{\"$ref\":\"https://example.com/x\"}", "leads nowhere in the schema" },
        { "{\"properties\":{\"const\":{\"$ref\":\"#/no\"}}}", "$ref \"#/no\" leads nowhere" },
        { "{\"$dynamicRef\":\"#no\"}", "$dynamicRef \"#no\" leads nowhere" },
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct schema *s;
        struct err err;
        assert_false(mcp_schema_new(str_c(wrong[i][0]), &s, &err));
        if (!strstr(err.text, wrong[i][1]))
            fail_msg("%s: %s", wrong[i][0], err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suite),
        cmocka_unit_test(patterns_are_those_of_ecmascript),
        cmocka_unit_test(a_pattern_cannot_take_long),
        cmocka_unit_test(what_cannot_be_checked_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
