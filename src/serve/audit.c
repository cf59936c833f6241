// SPDX-License-Identifier: MIT
// Who called which tool, with what outcome: one line a call, at the edge.
#include "access/access.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "json/write.h"
#include "serve/mask.h"
#include "serve/serve_int.h"

#define ARGS_SHOWN_MAX (16 * 1024)
#define DETAIL_MAX     300

static json_t *without_nulls(const json_t *object)
{
    const char *key;
    json_t *value, *ret = json_object();
    json_object_foreach((json_t *)(uintptr_t)object, key, value) if (!json_is_null(value))
        dom_set(ret, key, json_incref(value));
    return ret;
}

static void count(const struct offered *o, const char *outcome, int64_t ms)
{
    struct serve_tally *t = &o->serve->tallies[o - o->serve->offered];
    atomic_fetch_add(strcmp(outcome, "ok") == 0      ? &t->ok
                     : strcmp(outcome, "error") == 0 ? &t->errors
                                                     : &t->others,
                     1);
    timing_add(o->serve->timing, ms);
}

void tool_audit(const struct offered *o, const struct mcp_call *mcp, const json_t *given,
                const struct outcome *outcome, int64_t began_mono_ms)
{
    const struct principal *who = mcp_principal(mcp);
    int64_t ms = clock_mono_ms() - began_mono_ms;
    count(o, outcome->word, ms);
    bool with_arguments = atomic_load(&o->serve->logs_arguments);
    CLEANUP(buf_release) struct buf args = BUF_INIT(ARGS_SHOWN_MAX);
    if (with_arguments && json_is_object(given)) {
        JSON_AUTO *set = without_nulls(given);
        JSON_AUTO *shown = masked(set);
        json_add_compact(&args, shown);
    }
    struct log_field fields[14] = { F_C("tool", o->tool->name), F_C("outcome", outcome->word),
                                    F_INT("ms", ms), F("request", mcp_request_id(mcp)),
                                    F("client", mcp_client_name(mcp)) };
    size_t n = 5;
    if (who)
        fields[n++] = F("principal", who->key);
    if (mcp_from(mcp).n)
        fields[n++] = F("from", mcp_from(mcp));
    if (outcome->has_result)
        fields[n++] = F_INT("bytes", outcome->bytes);
    if (outcome->records) {
        fields[n++] = F_INT("records", outcome->records);
        fields[n++] = F_INT("shown", outcome->shown);
    }
    if (outcome->detail.n)
        fields[n++] = F("detail", utf8_cut(outcome->detail, DETAIL_MAX));
    if (with_arguments)
        fields[n++] = args.overflow ? F_C("args", "(too long)") : F("args", buf_str(&args));
    log_event(LOG_AUDIT, "tool call", fields);
}

void tool_audit_refused(const struct offered *o, const struct mcp_call *mcp)
{
    const struct serve_config *c = &o->serve->config;
    CLEANUP(buf_release) struct buf why = BUF_INIT(DETAIL_MAX);
    if (c->why)
        c->why(c->right_ctx, mcp_principal(mcp), (size_t)(o - o->serve->offered), &why);
    tool_audit(o, mcp, NULL, &(struct outcome){ .word = "not allowed", .detail = buf_str(&why) },
               clock_mono_ms());
}

void serve_refused(const struct mcp_call *call, void *ctx)
{
    (void)ctx;
    tool_audit_refused(mcp_call_tool(call)->ctx, call);
}
