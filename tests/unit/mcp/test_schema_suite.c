// SPDX-License-Identifier: MIT
// The JSON Schema test suite, draft 2020-12: every case of every file in schema/. Not there are the
// files on other documents (refRemote, vocabulary), dynamicRef, and those that want nothing
// (content, default, format). A group whose schema we do not take (a reference to another document)
// counts among the skipped, whose number is known; so does the group whose pattern POSIX cannot
// say.
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mcp/internal.h"

#define SUITE_CASES   1012
#define SUITE_SKIPPED 49

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
    if (str_find(buf_str(&text), STR("\\\\p{")) >= 0) {
        skipped += (int)json_array_size(tests);
        return;
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(suite) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
