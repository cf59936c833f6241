// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "trace/trace.h"

#define TRACE  "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"

static void traceparents(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid, sampled;
    } rows[] = {
        { "00-" TRACE "-" PARENT "-01", true, true },
        { "00-" TRACE "-" PARENT "-00", true, false },
        { "00-" TRACE "-" PARENT "-03", true, true },
        { "01-" TRACE "-" PARENT "-01-more", true, true }, // a newer version may have more
        { "00-" TRACE "-" PARENT "-01-more", false, false },
        { "ff-" TRACE "-" PARENT "-01", false, false },
        { "00-00000000000000000000000000000000-" PARENT "-01", false, false },
        { "00-" TRACE "-0000000000000000-01", false, false },
        { "00-4BF92F3577B34DA6A3CE929D0E0E4736-" PARENT "-01", false, false },
        { "00-" TRACE "-" PARENT, false, false },
        { "00-" TRACE "-" PARENT "-1", false, false },
        { "00-x" TRACE "-" PARENT "-01", false, false },
        { "", false, false },
        { "-", false, false },
        { "---", false, false },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint8_t trace[16], parent[8];
        bool sampled = false;
        bool valid = traceparent_read(str_c(rows[i].text), trace, parent, &sampled);
        if (valid != rows[i].valid || (valid && sampled != rows[i].sampled))
            fail_msg("%s", rows[i].text);
        if (valid)
            assert_true(trace[0] == 0x4b && trace[15] == 0x36 && parent[7] == 0xb7);
    }
}

static void without_a_tracer_nothing_happens(void **state)
{
    (void)state;
    struct span span, child;
    span_begin(&span, NULL, STR("00-" TRACE "-" PARENT "-01"), "x", SPAN_SERVER);
    span_text(&span, "a", STR("b"));
    span_number(&span, "c", 1);
    span_begin_child(&child, &span, "y", SPAN_CLIENT);
    span_begin_child(&child, NULL, "y", SPAN_CLIENT);
    assert_null(child.tracer);
    assert_int_equal(span.field_count, 0);
    span_end(&child, false);
    span_end(&span, true);
}

// A collector that takes nothing: what does not fit is dropped and counted, and the end comes.
static void a_full_queue_drops(void **state)
{
    (void)state;
    struct fetcher *fetcher;
    struct tracer *tracer;
    struct err err;
    const struct fetch_config fetching = { .user_agent = "test" };
    const struct trace_config config = {
        .url = "http://127.0.0.1:9/v1/traces", .service = "s", .version = "1", .ratio = 1
    };
    assert_true(fetcher_new(&fetching, &fetcher, &err));
    assert_true(tracer_new(&config, fetcher, &tracer, &err));
    for (int i = 0; i < 3 * TRACE_QUEUE_MAX; i++) {
        struct span span;
        span_begin(&span, tracer, STR_NONE, "x", SPAN_SERVER);
        for (int k = 0; k < 2 * SPAN_FIELDS_MAX; k++) // more than there is room for
            span_number(&span, "k", k);
        assert_true(span.field_count == SPAN_FIELDS_MAX);
        span_end(&span, false);
    }
    assert_true(tracer_dropped(tracer) > 0);
    tracer_free(tracer);
    fetcher_free(fetcher);
}

static void headers_are_judged(void **state)
{
    (void)state;
    static const char *const bad[] = { "a=b", "no value", NULL };
    struct tracer *tracer;
    struct err err;
    assert_false(tracer_new(&(struct trace_config){ .url = "http://x", .headers = bad }, NULL,
                            &tracer, &err));
    assert_non_null(strstr(err.text, "OTEL_EXPORTER_OTLP_HEADERS"));
    assert_null(strstr(err.text, "no value"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traceparents),
        cmocka_unit_test(without_a_tracer_nothing_happens),
        cmocka_unit_test(a_full_queue_drops),
        cmocka_unit_test(headers_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
