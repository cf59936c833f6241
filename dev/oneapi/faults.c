// SPDX-License-Identifier: MIT
#include "faults.h"

#include "base/mem.h"

#define MS_MAX 60000

static const char *const kinds[] = {
    [FAULT_LATENCY] = "latency",
    [FAULT_401] = "401",
    [FAULT_429] = "429",
    [FAULT_500] = "500",
    [FAULT_503] = "503",
    [FAULT_CUT] = "cut",
    [FAULT_BAD_JSON] = "badJson",
    [FAULT_SLOW_BODY] = "slowBody",
    [FAULT_EDIT_LOCK] = "editLock",
};

static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };
static const char *const members[] = { "kind", "path", "method", "count", "ms", "retryAfter" };

struct faults {
    size_t n;
    struct fault at[FAULTS_MAX];
};

struct faults *faults_new(void)
{
    return mem_zalloc(1, sizeof(struct faults));
}

void faults_clear(struct faults *f)
{
    for (size_t i = 0; i < f->n; i++)
        free((void *)(uintptr_t)f->at[i].path.p);
    f->n = 0;
}

void faults_free(struct faults *f)
{
    if (!f)
        return;
    faults_clear(f);
    free(f);
}

static ptrdiff_t index_of(const char *const *list, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(name, list[i]))
            return (ptrdiff_t)i;
    }
    return -1;
}

static bool judge_members(const json_t *order, struct err *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)order, key, value)
    {
        if (index_of(members, ARRAY_LEN(members), str_c(key)) < 0)
            return err_set(err, ERR_CONFIG, "fault: '%s' is not a known member", key);
    }
    return true;
}

static bool read_method(const json_t *order, const char **ret, struct err *err)
{
    *ret = NULL;
    if (!dom_get(order, "method"))
        return true;
    struct str name = dom_str(order, "method");
    ptrdiff_t at = index_of(methods, ARRAY_LEN(methods), name);
    if (at < 0)
        return err_set(err, ERR_CONFIG, "fault.method: must be GET, POST, PUT or DELETE");
    *ret = methods[at];
    return true;
}

bool faults_order(struct faults *f, const json_t *order, struct err *err)
{
    struct fault fault = { .count = dom_int(order, "count", 1) };
    if (!json_is_object(order) || !judge_members(order, err))
        return json_is_object(order) ? false : err_set(err, ERR_CONFIG, "fault: must be an object");
    ptrdiff_t kind = index_of(kinds, ARRAY_LEN(kinds), dom_str(order, "kind"));
    int64_t ms = dom_int(order, "ms", 100);
    int64_t after =
        json_is_null(dom_get(order, "retryAfter")) ? -1 : dom_int(order, "retryAfter", 1);
    if (kind < 0)
        return err_set(err, ERR_CONFIG,
                       "fault.kind: must be latency, 401, 429, 500, 503, cut, "
                       "badJson, slowBody or editLock");
    if (ms < 0 || ms > MS_MAX)
        return err_set(err, ERR_CONFIG, "fault.ms: must be 0 to %d", MS_MAX);
    if (after > 86400)
        return err_set(err, ERR_CONFIG, "fault.retryAfter: must be at most 86400");
    if (!read_method(order, &fault.method, err))
        return false;
    if (f->n == FAULTS_MAX)
        return err_set(err, ERR_LIMIT, "there are %d faults already", FAULTS_MAX);
    fault.kind = (enum fault_kind)kind;
    fault.ms = (int)ms;
    fault.retry_after = (int)after;
    struct str path = dom_str(order, "path");
    if (!path.n && fault.kind == FAULT_EDIT_LOCK)
        path = STR("/zia/"); // not the token endpoint
    fault.path = (struct str){ str_dup(path), path.n };
    f->at[f->n++] = fault;
    return true;
}

static bool fits(const struct fault *fault, const char *method, struct str path)
{
    if (fault->kind == FAULT_EDIT_LOCK && strcmp(method, "GET") == 0)
        return false; // who only reads is not locked out
    return fault->count != 0 && (!fault->method || strcmp(fault->method, method) == 0) &&
           str_starts(path, fault->path);
}

bool faults_take(struct faults *f, const char *method, struct str path, struct fault *ret)
{
    for (size_t i = 0; i < f->n; i++) {
        struct fault *fault = &f->at[i];
        if (!fits(fault, method, path))
            continue;
        if (fault->count > 0)
            fault->count--;
        *ret = *fault;
        ret->path = STR_NONE; // stays ours
        if (fault->count == 0) {
            free((void *)(uintptr_t)fault->path.p);
            memmove(fault, fault + 1, (f->n - i - 1) * sizeof(*fault));
            f->n--;
        }
        return true;
    }
    return false;
}
