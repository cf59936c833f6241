// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"

#define NOW 1795489658
#define AT  "2026-11-24T03:07:38Z "

static int fds[2];
static char got[512 * 1024];

static void start(enum log_format format, enum log_level least)
{
    assert_int_equal(pipe(fds), 0);
    clock_freeze(NOW);
    log_setup(fds[1], format, least);
}

static const char *finish(void)
{
    close(fds[1]);
    size_t n = 0;
    for (ssize_t more; (more = read(fds[0], got + n, sizeof(got) - 1 - n)) > 0;)
        n += (size_t)more;
    got[n] = '\0';
    close(fds[0]);
    log_setup(2, LOG_FORMAT_TEXT, LOG_INFO);
    clock_freeze(0);
    return got;
}

static void one_event_is_one_line(void **state)
{
    (void)state;
    static const struct {
        struct str value;
        const char *text, *json;
    } cases[] = {
        { STR_INIT("a\nb\r\tc"), "\"a\\nb\\r\\tc\"", "\"a\\nb\\r\\tc\"" },
        { STR_INIT("\0\x1b[31m\x7f"), "\"\\u0000\\u001b[31m\\u007f\"",
          "\"\\u0000\\u001b[31m\\u007f\"" },
        { STR_INIT("\xc2\x85\xe2\x80\xa8"), "\"\\u0085\\u2028\"", "\"\\u0085\\u2028\"" },
        { STR_INIT("bad \xff\xc3"), "\"bad \xef\xbf\xbd\xef\xbf\xbd\"",
          "\"bad \xef\xbf\xbd\xef\xbf\xbd\"" },
        { STR_INIT("say \"hi\" \\"), "\"say \\\"hi\\\" \\\\\"", "\"say \\\"hi\\\" \\\\\"" },
        { STR_INIT("a=b"), "\"a=b\"", "\"a=b\"" },
        { STR_INIT("a=b level=AUDIT"), "\"a=b level=AUDIT\"", "\"a=b level=AUDIT\"" },
        { STR_INIT(""), "\"\"", "\"\"" },
        { STR_INIT("plain/\xc3\xa4"), "plain/\xc3\xa4", "\"plain/\xc3\xa4\"" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char want[200];
        start(LOG_FORMAT_TEXT, LOG_INFO);
        LOG(LOG_INFO, "sign-in finished", F("client", cases[i].value));
        snprintf(want, sizeof(want), AT "INFO event=\"sign-in finished\" client=%s\n",
                 cases[i].text);
        assert_string_equal(finish(), want);
        start(LOG_FORMAT_JSON, LOG_INFO);
        LOG(LOG_ERROR, "sign-in finished", F("client", cases[i].value), F_INT("n", -5));
        snprintf(
            want, sizeof(want),
            "{\"time\":\"2026-11-24T03:07:38Z\",\"level\":\"ERROR\",\"event\":\"sign-in finished\","
            "\"client\":%s,\"n\":-5}\n",
            cases[i].json);
        assert_string_equal(finish(), want);
    }
}

static void levels(void **state)
{
    (void)state;
    start(LOG_FORMAT_TEXT, LOG_ERROR);
    LOG(LOG_WARNING, "unheard", F_INT("n", 1));
    LOG(LOG_DEBUG, "unheard", F_INT("n", 1));
    LOG(LOG_AUDIT, "always", F_C("who", NULL));
    LOG(LOG_ERROR, "heard", F_INT("n", INT64_MIN));
    log_plain("as it is: %d %%", 5);
    assert_false(log_wants(LOG_WARNING));
    assert_true(log_wants(LOG_AUDIT));
    assert_string_equal(finish(),
                        AT "AUDIT event=\"always\" who=\"\"\n" AT
                           "ERROR event=\"heard\" n=-9223372036854775808\nas it is: 5 %\n");
}

static void lines_are_bounded(void **state)
{
    (void)state;
    static char big[100000];
    memset(big, '\n', sizeof(big)); // the worst: every byte grows
    struct log_field fields[40] = { { 0 } };
    for (size_t i = 0; i < 39; i++)
        fields[i] = F("key", str_of(big, sizeof(big)));
    for (int json = 0; json < 2; json++) {
        start(json ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT, LOG_INFO);
        log_event(LOG_INFO, "big", fields + 37);
        const char *line = finish();
        assert_true(strlen(line) < 64 * 1024);
        assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
        assert_true(str_ends(str_c(line), json ? STR("…\"}\n") : STR("…\"\n")));
        memset(big, '\x01', sizeof(big));
    }
    start(LOG_FORMAT_TEXT, LOG_INFO);
    log_event(LOG_INFO, "too many", fields);
    assert_true(str_ends(str_c(finish()), STR(" cut=true\n")));
}

static void *chatter(void *arg)
{
    for (int i = 0; i < 200; i++)
        LOG(LOG_INFO, "line", F_C("who", arg), F_INT("i", i));
    return NULL;
}

static void threads_do_not_mix_lines(void **state)
{
    (void)state;
    pthread_t ids[3];
    static char names[3][16] = { "a", "b", "c" };
    start(LOG_FORMAT_TEXT, LOG_INFO);
    for (size_t i = 0; i < 3; i++)
        pthread_create(&ids[i], NULL, chatter, names[i]);
    for (size_t i = 0; i < 3; i++)
        pthread_join(ids[i], NULL);
    struct str rest = str_c(finish());
    size_t lines = 0;
    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        assert_true(str_starts(line, STR(AT "INFO event=\"line\" who=")));
        lines++;
    }
    assert_int_equal(lines, 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_event_is_one_line),
        cmocka_unit_test(levels),
        cmocka_unit_test(lines_are_bounded),
        cmocka_unit_test(threads_do_not_mix_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
