// SPDX-License-Identifier: MIT
#include "serve/dry_run.h"

#include "serve/clean.h"
#include "serve/mask.h"

void dry_run_begin(struct dry_run *d)
{
    *d = (struct dry_run){ json_array(), json_object() };
}

void dry_run_end(struct dry_run *d)
{
    json_decref(d->requests);
    json_decref(d->reads);
}

void dry_run_read(struct dry_run *d, struct str path, json_t *answer)
{
    json_object_setn(d->reads, path.p, path.n, answer);
}

const json_t *dry_run_known(const struct dry_run *d, struct str path)
{
    return json_object_getn(d->reads, path.p, path.n);
}

// With an action (ADD_TO_LIST) a body is added to the record or taken from it.
bool dry_run_replaces(const struct tool_request *request)
{
    return request->method == PUT && str_find(request->query, STR("action=")) < 0;
}

// --- the difference ---

static bool is_nothing(const json_t *value)
{
    return !value || json_is_null(value) || (json_is_array(value) && !json_array_size(value)) ||
           (json_is_object(value) && !json_object_size(value));
}

// Whether it is there already: records hold more than what is written (names beside ids).
static bool is_there(const json_t *present, const json_t *wanted)
{
    const char *key;
    json_t *member;
    size_t i;
    if (is_nothing(wanted))
        return is_nothing(present);
    if (json_is_object(wanted) && json_is_object(present)) {
        json_object_foreach(
            (json_t *)(uintptr_t)wanted, key,
            member) if (!is_there(json_object_get(present, key), member)) return false;
        return true;
    }
    if (!json_is_array(wanted) || json_array_size(present) != json_array_size(wanted))
        return json_equal(present, wanted);
    json_array_foreach((json_t *)(uintptr_t)wanted, i,
                       member) if (!is_there(json_array_get(present, i), member)) return false;
    return true;
}

static json_t *change(const json_t *present, const json_t *wanted, bool clean)
{
    json_t *ret = json_object();
    dom_set(ret, "from", present ? json_deep_copy(present) : json_null());
    if (clean)
        clean_tree(&ret);
    dom_set(ret, "to", json_incref((json_t *)(uintptr_t)wanted));
    return ret;
}

static json_t *changes(const json_t *present, const json_t *wanted, bool clean)
{
    json_t *ret = json_object(), *member;
    const char *key;
    json_object_foreach((json_t *)(uintptr_t)wanted, key, member)
    {
        const json_t *old = json_object_get(present, key);
        if (is_there(old, member))
            continue;
        bool inside = json_is_object(old) && json_is_object(member);
        dom_set(ret, key, inside ? changes(old, member, clean) : change(old, member, clean));
    }
    return ret;
}

// What the record holds and the request does not name.
static json_t *unnamed(const json_t *present, const json_t *wanted)
{
    json_t *ret = json_array(), *member;
    const char *key;
    json_object_foreach((json_t *)(uintptr_t)present, key,
                        member) if (!is_nothing(member) && !json_object_get(wanted, key))
        json_array_append_new(ret, json_string(key));
    return ret;
}

// --- a request ---

static json_t *body_of(const struct tool_request *request)
{
    json_t *body = NULL;
    struct err unused;
    bool ok = request->body.n && dom_parse(request->body, &body, &unused);
    return ok ? body : json_object(); // as it is sent (oneapi.h)
}

void dry_run_note(struct dry_run *d, const char *method, const struct tool_request *request,
                  const json_t *present, bool clean)
{
    JSON_AUTO *body = body_of(request);
    json_t *row = json_object();
    dom_set(row, "method", json_string(method));
    dom_set(row, "path", dom_string(request->path));
    if (request->query.n)
        dom_set(row, "query", dom_string(request->query));
    if (request->header)
        dom_set(row, "headers",
                json_pack("{s:o}", request->header, dom_string(request->header_value)));
    dom_set(row, "body", masked(body));
    if (json_is_object(present)) {
        JSON_AUTO *all = changes(present, body, clean);
        dom_set(row, "changes", masked(all));
        dom_set(row, "not_in_body", unnamed(present, body));
    }
    json_array_append_new(d->requests, row);
}
