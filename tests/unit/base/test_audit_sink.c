// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/audit_sink.h"
#include "base/file.h"
#include "base/log.h"

static char path[64], moved[80];
static int stream[2];

static int set_up(void **state)
{
    (void)state;
    snprintf(path, sizeof(path), "/tmp/test_audit_sink.%d", getpid());
    snprintf(moved, sizeof(moved), "%s.1", path);
    return pipe(stream);
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    unlink(moved);
    return 0;
}

static const char *text_of(const char *file)
{
    static char text[4096];
    CLEANUP(buf_release) struct buf all = BUF_INIT(sizeof(text) - 1);
    struct err err;
    assert_true(file_read(file, &all, &err));
    memcpy(text, buf_cstr(&all), all.n + 1);
    return text;
}

static const char *streamed(void)
{
    static char text[4096];
    log_setup(stream[1], LOG_FORMAT_TEXT, LOG_INFO);
    LOG(LOG_INFO, "end", F_INT("n", 0));
    ssize_t n = read(stream[0], text, sizeof(text) - 1);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void audit(int n)
{
    log_setup(stream[1], LOG_FORMAT_TEXT, LOG_INFO);
    LOG(LOG_AUDIT, "tool call", F_INT("n", n));
}

static void a_file_takes_the_audit_alone(void **state)
{
    (void)state;
    struct err err;
    struct stat st;
    assert_true(audit_sinks_open(&(struct audit_sinks){ .file = path }, &err));
    audit(1);
    LOG(LOG_INFO, "log", F_INT("n", 2));
    assert_non_null(strstr(text_of(path), "AUDIT event=\"tool call\" n=1\n"));
    assert_null(strstr(text_of(path), "log"));
    assert_null(strstr(streamed(), "tool call"));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    // both, and what is there stays
    assert_true(audit_sinks_open(&(struct audit_sinks){ .file = path, .log = true }, &err));
    audit(3);
    assert_non_null(strstr(text_of(path), "n=1"));
    assert_non_null(strstr(text_of(path), "n=3"));
    assert_non_null(strstr(streamed(), "n=3"));
    audit_sinks_close();
}

static void opened_anew_it_is_a_new_file(void **state)
{
    (void)state;
    struct err err;
    const struct audit_sinks sinks = { .file = path };
    assert_true(audit_sinks_open(&sinks, &err));
    audit(1);
    assert_int_equal(rename(path, moved), 0);
    audit(2); // to the file that was moved away
    assert_true(audit_sinks_open(&sinks, &err));
    audit(3);
    assert_non_null(strstr(text_of(moved), "n=2"));
    assert_null(strstr(text_of(moved), "n=3"));
    assert_non_null(strstr(text_of(path), "n=3"));
    audit_sinks_close();
}

static void what_cannot_be_opened_changes_nothing(void **state)
{
    (void)state;
    struct err err;
    assert_true(audit_sinks_open(&(struct audit_sinks){ .file = path }, &err));
    assert_false(audit_sinks_open(&(struct audit_sinks){ .file = "/nowhere/at/all" }, &err));
    assert_non_null(strstr(err.text, "/nowhere/at/all cannot be opened"));
    assert_int_equal(symlink(path, moved), 0);
    assert_false(audit_sinks_open(&(struct audit_sinks){ .file = moved }, &err)); // a link
    audit(1);
    assert_non_null(strstr(text_of(path), "n=1"));
    audit_sinks_close();
}

static void nothing_is_lost_on_a_full_disk(void **state)
{
    (void)state;
    struct err err;
    unsigned long before = audit_sink_failures();
    assert_true(audit_sinks_open(&(struct audit_sinks){ .file = "/dev/full" }, &err));
    audit(1);
    audit(2);
    assert_int_equal(audit_sink_failures() - before, 2);
    const char *said = streamed();
    assert_non_null(strstr(said, "event=\"tool call\" n=1\n"));
    assert_non_null(strstr(said, "event=\"tool call\" n=2\n"));
    const char *notice = strstr(said, "the audit file does not take lines");
    assert_non_null(notice);
    assert_null(strstr(notice + 1, "the audit file does not take lines")); // once
    audit_sinks_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_takes_the_audit_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(opened_anew_it_is_a_new_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_opened_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_lost_on_a_full_disk, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
