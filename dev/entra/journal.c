// SPDX-License-Identifier: MIT
#include "journal.h"

#include "base/clock.h"

#define JOURNAL_MAX 500

struct journal {
    json_t *entries;
};

static const char *const masked[] = {
    "client_secret",    "code",         "refresh_token", "code_verifier", "passwd",
    "client_assertion", "assertion",    "password",      "canary",        "ctx",
    "device_code",      "access_token", "id_token_hint",
};

struct journal *journal_new(void)
{
    struct journal *j = calloc(1, sizeof(*j));
    if (!j)
        abort();
    j->entries = json_array();
    return j;
}

void journal_free(struct journal *j)
{
    if (!j)
        return;
    json_decref(j->entries);
    free(j);
}

static bool is_masked(struct str name)
{
    return str_is_among(name, masked, ARRAY_LEN(masked));
}

static json_t *parameters(struct call *c)
{
    json_t *out = json_object();
    for (size_t i = 0; i < form_count(c->params); i++) {
        struct str name, value;
        form_at(c->params, i, &name, &value);
        const char *key = arena_cstr(c->arena, name);
        if (!str_is_utf8(name) || json_object_get(out, key))
            continue;
        dom_set(out, key,
                is_masked(name) ? json_string("***") : dom_string(str_slice(value, 0, 500)));
    }
    return out;
}

void journal_add(struct call *c)
{
    char time[21];
    clock_iso(c->now, time);
    json_t *entry = json_object();
    dom_set(entry, "time", json_string(time));
    dom_set(entry, "endpoint", json_string(c->endpoint));
    dom_set(entry, "path", dom_string(http_path(c->ex)));
    dom_set(entry, "parameters", parameters(c));
    // As in the real sign-in log: a refusal before the sign-in names nobody.
    if (c->person.n)
        dom_set(entry, "user", dom_string(c->person));
    dom_set(entry, "aadsts", json_integer(c->refusal.code));
    dom_set(entry, "decision", c->refusal.code ? dom_string(c->refusal.text) : dom_string(c->note));
    if (c->remarks)
        dom_set(entry, "remarks", json_incref(c->remarks));
    dom_set(entry, "correlation_id", dom_string(c->correlation_id));
    dom_set(entry, "trace_id", json_string(c->trace_id));
    json_array_append_new(c->emu->journal->entries, entry);
    if (json_array_size(c->emu->journal->entries) > JOURNAL_MAX)
        json_array_remove(c->emu->journal->entries, 0);
}

json_t *journal_entries(const struct journal *j)
{
    return j->entries;
}
