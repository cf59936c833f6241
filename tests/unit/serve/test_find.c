// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <pthread.h>

#include "base/file.h"
#include "find/find.h"
#include "tools/tools.h"

#define FIRST 5

static struct find *index_all(void)
{
    struct find *f;
    struct err err;
    assert_true(find_new(tools_all, tools_services, &f, &err));
    return f;
}

static bool is_expected(struct str expected, const char *name)
{
    while (expected.p)
        if (str_is(str_trim(str_cut(&expected, ',')), name))
            return true;
    return false;
}

static bool exists(struct str name)
{
    for (const struct tool *const *t = tools_all; *t; t++)
        if (str_is(name, (*t)->name))
            return true;
    return false;
}

// Nine of ten questions find their tool among the first five.
static void everyday_questions(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT(65536);
    struct err err;
    assert_true(file_read(SOURCE_DIR "/tests/unit/serve/questions.txt", &text, &err));
    struct find *f = index_all();
    struct str rest = buf_str(&text);
    int asked = 0, found = 0, first = 0;
    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        struct str question = str_cut(&line, '|'), expected = line;
        if (!line.p)
            continue;
        for (struct str names = expected; names.p;) {
            struct str name = str_trim(str_cut(&names, ','));
            if (!exists(name))
                fail_msg("there is no tool %.*s", (int)name.n, name.p);
        }
        size_t hits[FIND_RESULTS_MAX], n = find_search(f, str_trim(question), hits);
        bool hit = false;
        for (size_t i = 0; i < n && i < FIRST; i++) {
            bool right = is_expected(expected, tools_all[hits[i]]->name);
            hit |= right;
            first += right && i == 0;
        }
        if (!hit) {
            print_message("not found: %.*s ->", (int)question.n, question.p);
            for (size_t i = 0; i < n && i < FIRST; i++)
                print_message(" %s", tools_all[hits[i]]->name);
            print_message("\n");
        }
        asked++;
        found += hit;
    }
    print_message("%d of %d among the first %d, %d of them first\n", found, asked, FIRST, first);
    assert_true(asked >= 150);
    assert_true(found * 10 >= asked * 9);
    find_free(f);
}

static void a_name_finds_its_tool(void **state)
{
    (void)state;
    struct find *f = index_all();
    size_t misses = 0;
    for (size_t i = 0; tools_all[i]; i++) {
        size_t hits[FIND_RESULTS_MAX], n = find_search(f, str_c(tools_all[i]->name), hits);
        bool hit = false;
        for (size_t k = 0; k < n && k < FIRST; k++)
            hit |= hits[k] == i;
        misses += !hit;
        if (!hit)
            print_message("not by its name: %s\n", tools_all[i]->name);
    }
    assert_true(misses == 0);
    find_free(f);
}

static void odd_questions_are_harmless(void **state)
{
    (void)state;
    struct find *f = index_all();
    size_t hits[FIND_RESULTS_MAX];
    static const struct str odd[] = {
        STR_INIT(""),           STR_INIT("   "),
        STR_INIT("the of and"), STR_INIT("\"'*:^-()NEAR AND"),
        STR_INIT("\xff\xfe"),   STR_INIT("qqqqzzzz"),
        STR_INIT("name:zia"),   STR_INIT("a\0b"),
    };
    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        assert_true(find_search(f, odd[i], hits) <= FIND_RESULTS_MAX);
    assert_int_equal(find_search(f, STR("the of and"), hits), 0);
    assert_int_equal(find_search(f, STR("qqqqzzzz"), hits), 0);
    char *longest = malloc(100000);
    assert_non_null(longest);
    memset(longest, 'x', 100000);
    assert_int_equal(find_search(f, str_of(longest, 100000), hits), 0);
    free(longest);
    find_free(f);
}

static void *ask(void *f)
{
    size_t hits[FIND_RESULTS_MAX], bad = 0;
    for (int i = 0; i < 100; i++)
        bad += find_search(f, STR("firewall rules"), hits) == 0;
    return (void *)(uintptr_t)bad;
}

static void from_many_threads(void **state)
{
    (void)state;
    struct find *f = index_all();
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, f), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *bad;
        pthread_join(threads[i], &bad);
        assert_null(bad);
    }
    find_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everyday_questions),
        cmocka_unit_test(a_name_finds_its_tool),
        cmocka_unit_test(odd_questions_are_harmless),
        cmocka_unit_test(from_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
