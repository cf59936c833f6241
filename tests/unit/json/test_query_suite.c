// SPDX-License-Identifier: MIT
// The JMESPath compliance suite, every case of it, and the answers recorded from the Python server.
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/buf.h"
#include "json/query.h"
#include "json/write.h"

#define SUITE_CASES 908 // what stands in jmespath/: a case that goes missing is a failure too

static int passed, failed;

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

// NULL and *ret_err filled on any error.
static json_t *search(struct str expression, json_t *given, struct err *ret_err)
{
    CLEANUP(query_free) struct query *q = NULL;
    json_t *v;
    if (!query_compile(expression, &q, ret_err) || !query_run(q, given, &v, ret_err))
        return NULL;
    return v;
}

// 1, 1.0 and 5e0 are one number in JMESPath.
static bool same(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b))
        return json_number_value(a) == json_number_value(b);
    if (json_typeof(a) != json_typeof(b))
        return false;
    if (json_is_array(a)) {
        bool equal = json_array_size(a) == json_array_size(b);
        for (size_t i = 0; equal && i < json_array_size(a); i++)
            equal = same(json_array_get(a, i), json_array_get(b, i));
        return equal;
    }
    if (!json_is_object(a))
        return json_equal(a, b);
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)a, key, v)
    {
        json_t *other = json_object_get(b, key);
        if (!other || !same(v, other))
            return false;
    }
    return json_object_size(a) == json_object_size(b);
}

static void report(bool ok, const char *file, struct str expression, const json_t *got,
                   const struct err *err)
{
    passed += ok;
    failed += !ok;
    if (ok)
        return;
    CLEANUP(buf_release) struct buf shown = BUF_INIT(4000);
    if (got)
        json_add_compact(&shown, got);
    print_error("%s: %.*s -> %s\n", file, STR_ARG(expression), got ? buf_cstr(&shown) : err->text);
}

static void run_case(const char *file, json_t *given, const json_t *c)
{
    struct str expression = dom_str(c, "expression");
    struct err err = { 0 };
    JSON_AUTO *got = search(expression, given, &err);
    bool ok = got && (dom_bool(c, "compiles", false) ||
                      (dom_get(c, "result") && same(got, dom_get(c, "result"))));
    if (dom_get(c, "error"))
        ok = !got && err.code == ERR_BAD_REQUEST &&
             str_starts(err_text(&err), STR("Invalid JMESPath expression: "));
    report(ok, file, expression, got, &err);
}

static void run_file(const char *file)
{
    char path[512];
    snprintf(path, sizeof(path), SOURCE_DIR "/tests/unit/json/jmespath/%s", file);
    JSON_AUTO *groups = load(path);
    for (size_t g = 0; g < json_array_size(groups); g++) {
        const json_t *group = json_array_get(groups, g), *cases = dom_get(group, "cases");
        for (size_t i = 0; i < json_array_size(cases); i++)
            run_case(file, dom_get(group, "given"), json_array_get(cases, i));
    }
}

static void passes_the_compliance_suite(void **state)
{
    (void)state;
    passed = failed = 0;
    DIR *dir = opendir(SOURCE_DIR "/tests/unit/json/jmespath");
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir));) {
        if (!str_ends(str_c(d->d_name), STR(".json")))
            continue;
        int before = passed;
        run_file(d->d_name);
        print_message("%-18s %4d passed\n", d->d_name, passed - before);
    }
    closedir(dir);
    print_message("compliance suite: %d passed, %d failed\n", passed, failed);
    assert_int_equal(failed, 0);
    assert_int_equal(passed, SUITE_CASES);
}

// The server turns null into no rows and a single value into one row.
static json_t *rows_of(json_t *v)
{
    json_t *rows = json_is_array(v) ? json_incref(v) : json_array();
    if (!json_is_array(v) && !json_is_null(v))
        json_array_append(rows, v);
    return rows;
}

static void answers_as_the_python_server(void **state)
{
    (void)state;
    passed = failed = 0;
    JSON_AUTO *file = load(SOURCE_DIR "/tests/unit/json/jmespath_python.json");
    const json_t *cases = dom_get(file, "cases");
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *c = json_array_get(cases, i);
        struct err err = { 0 };
        JSON_AUTO *got = search(dom_str(c, "expression"), dom_get(file, "given"), &err);
        JSON_AUTO *rows = got ? rows_of(got) : NULL;
        // json_equal, not same(): 5 and 5.0 differ in what the client reads
        bool ok =
            got ? json_equal(rows, dom_get(c, "rows")) : str_eq(err_text(&err), dom_str(c, "text"));
        report(ok, "python", dom_str(c, "expression"), got, &err);
    }
    print_message("recorded answers: %d passed, %d failed\n", passed, failed);
    assert_int_equal(failed, 0);
    assert_int_equal(passed, 69);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_the_compliance_suite),
        cmocka_unit_test(answers_as_the_python_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
