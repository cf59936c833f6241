// SPDX-License-Identifier: MIT
// Parameters of ZDX that narrow a list to the records that have one of the given values, and to
// those of a range of scores.
#include "api.h"
#include "search.h"

static const struct {
    const char *store, *parameter, *member;
} members[] = {
    { "zdx.devices", "emails", "userEmail" },
    { "zdx.devices", "userIds", "userid" },
};

static const struct {
    const char *name;
    int64_t low, high;
} buckets[] = { { "poor", 0, 33 }, { "okay", 34, 65 }, { "good", 66, 100 } };

bool narrowing_read(struct call *c, struct narrowing *ret)
{
    struct err err = { 0 };
    struct str bucket = http_query(c->ex, "scoreBucket");
    *ret = (struct narrowing){ .low = 0, .high = INT64_MAX };
    if (!form_parse(c->arena, http_raw_query(c->ex), &ret->query, &err)) {
        answer_error(c, 400, NULL, STR_FMT, STR_ARG(err_text(&err)));
        return false;
    }
    if (!bucket.n || strcmp(c->resource->store, "zdx.users") != 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(buckets); i++) {
        if (!str_is(bucket, buckets[i].name))
            continue;
        ret->low = buckets[i].low;
        ret->high = buckets[i].high;
        return true;
    }
    answer_error(c, 400, NULL, "scoreBucket must be poor, okay or good");
    return false;
}

// Also if the parameter is not there at all.
static bool is_asked_for(const struct form *query, const char *parameter, const json_t *value)
{
    bool asked = false;
    for (size_t i = 0; i < form_count(query); i++) {
        struct str name, text;
        form_at(query, i, &name, &text);
        if (!str_is(name, parameter))
            continue;
        if (json_is_id(value, text))
            return true;
        asked = true;
    }
    return !asked;
}

bool narrowing_fits(const struct call *c, const struct narrowing *n, const json_t *record)
{
    int64_t score = dom_int(record, "score", 0);
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (strcmp(c->resource->store, members[i].store) == 0 &&
            !is_asked_for(n->query, members[i].parameter, dom_get(record, members[i].member)))
            return false;
    }
    return score >= n->low && score <= n->high;
}
