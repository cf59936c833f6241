// SPDX-License-Identifier: MIT
#include "fake.h"
#include "json/write.h"

static void done(struct call *c)
{
    answer(c, 200, STR("{\"ok\":true}"));
}

static void order_fault(struct call *c)
{
    json_t *order;
    struct err err = { 0 };
    if (!call_body(c, &order))
        return;
    if (faults_order(c->fake->faults, order, &err))
        done(c);
    else
        answer_error(c, 400, NULL, STR_FMT, STR_ARG(err_text(&err)));
}

static void clear_faults(struct call *c)
{
    faults_clear(c->fake->faults);
    done(c);
}

static void show_journal(struct call *c)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(ANSWER_MAX);
    journal_write(c->fake->journal, &out);
    answer(c, 200, buf_str(&out));
}

static void show_stats(struct call *c)
{
    struct str text =
        arena_printf(c->arena, "{\"tokenRequests\":%lld,\"requests\":%lld}",
                     (long long)c->fake->token_requests, (long long)c->fake->requests);
    answer(c, 200, text);
}

static void reset(struct call *c)
{
    fake_reset(c->fake);
    done(c);
}

static void seed(struct call *c)
{
    fake_seed(c->fake);
    done(c);
}

static void expire(struct call *c)
{
    tokens_expire(c->fake->tokens);
    done(c);
}

static const struct {
    enum http_method method;
    const char *path;
    void (*handle)(struct call *c);
} controls[] = {
    { HTTP_POST, "/_fake/fault", order_fault },   { HTTP_DELETE, "/_fake/fault", clear_faults },
    { HTTP_GET, "/_fake/journal", show_journal }, { HTTP_GET, "/_fake/stats", show_stats },
    { HTTP_POST, "/_fake/reset", reset },         { HTTP_POST, "/_fake/tokens/expire", expire },
    { HTTP_POST, "/_fake/seed", seed },
};

void control_handle(struct call *c)
{
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
        if (!str_is(http_path(c->ex), controls[i].path))
            continue;
        known = true;
        if (http_method(c->ex) == controls[i].method) {
            controls[i].handle(c);
            return;
        }
    }
    answer_error(c, known ? 405 : 404, NULL, "there is no such control");
}
