// SPDX-License-Identifier: MIT
// Who called which tool, with what outcome: one line a call, at the edge.
#include <string.h>

#include "access/access.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "json/write.h"
#include "serve/serve_int.h"

#define ARGS_SHOWN_MAX (16 * 1024)
#define DETAIL_MAX     300

static bool has_word(struct str name, const char *word)
{
    struct str w = str_c(word);
    for (size_t i = 0; i + w.n <= name.n; i++)
        if (str_eq_nocase(str_slice(name, i, i + w.n), w))
            return true;
    return false;
}

// Names that hold a secret, and by the same rule some that do not (keyword): too much is blanked
// rather than too little.
static bool is_secret(const char *name)
{
    static const char *const words[] = { "secret",     "password", "token", "key",
                                         "credential", "private",  "otp" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (has_word(str_c(name), words[i]))
            return true;
    return false;
}

static json_t *redacted(const json_t *value, unsigned depth)
{
    const char *key;
    json_t *inner;
    if (!depth)
        return json_string("…");
    if (json_is_array(value)) {
        json_t *list = json_array();
        for (size_t i = 0; i < json_array_size(value); i++)
            json_array_append_new(list, redacted(json_array_get(value, i), depth - 1));
        return list;
    }
    if (!json_is_object(value))
        return json_incref((json_t *)(uintptr_t)value);
    json_t *object = json_object();
    json_object_foreach((json_t *)(uintptr_t)value, key, inner)
    {
        // kwargs is free text that carries a confirmation token
        bool hide = is_secret(key) || strcmp(key, "kwargs") == 0;
        if (!json_is_null(inner))
            json_object_set_new(object, key,
                                hide ? json_string("***REDACTED***") : redacted(inner, depth - 1));
    }
    return object;
}

void tool_audit(const struct offered *o, struct mcp_call *mcp, const json_t *given,
                const char *outcome, struct str detail, int64_t began_mono_ms)
{
    const struct principal *who = mcp_principal(mcp);
    CLEANUP(buf_release) struct buf args = BUF_INIT(ARGS_SHOWN_MAX);
    if (o->serve->config.log_tool_calls && json_is_object(given)) {
        JSON_AUTO *shown = redacted(given, 16);
        json_add_compact(&args, shown);
    }
    struct log_field fields[10] = { F_C("tool", o->tool->name), F_C("outcome", outcome),
                                    F_INT("ms", clock_mono_ms() - began_mono_ms),
                                    F("request", mcp_request_id(mcp)),
                                    F("client", mcp_client_name(mcp)) };
    size_t n = 5;
    if (who)
        fields[n++] = F("principal", who->key);
    if (detail.n)
        fields[n++] = F("detail", utf8_cut(detail, DETAIL_MAX));
    if (o->serve->config.log_tool_calls)
        fields[n++] = args.overflow ? F_C("args", "(too long)") : F("args", buf_str(&args));
    log_event(LOG_AUDIT, "tool call", fields);
}
