// SPDX-License-Identifier: MIT
#include "app/policy_file.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "tools/tools.h"

#define PROBLEMS_MAX (64 * 1024)

struct policy_file {
    char *path;
    struct stat seen; // all zeros: there was none
    struct policies *policies;
};

// Before it is read: a change in between is seen the next time.
static struct stat look(const char *path)
{
    struct stat st = { 0 };
    return stat(path, &st) == 0 ? st : (struct stat){ 0 };
}

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static struct policy *read_policy(const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf problems = BUF_INIT(PROBLEMS_MAX);
    struct policy *policy = policy_read(path, tools_all, &problems);
    struct str rest = buf_str(&problems);
    while (rest.n > 0)
        LOG(LOG_ERROR, "the policy file has a mistake", F("where", str_cut(&rest, '\n')));
    if (!policy)
        err_set(err, ERR_CONFIG, "ZSCALER_MCP_POLICY_FILE: %s cannot be used (see above)", path);
    return policy;
}

bool policy_file_open(const char *path, struct policy_file **ret, struct err *err)
{
    struct stat seen = look(path);
    struct policy *policy = read_policy(path, err);
    if (!policy)
        return false;
    LOG(LOG_INFO, "the policy is in force", F_C("file", path),
        F_INT("rules", policy_rules(policy)));
    struct policy_file *f = mem_zalloc(1, sizeof(*f));
    f->path = str_dup(str_c(path));
    f->seen = seen;
    f->policies = policies_new(policy);
    *ret = f;
    return true;
}

void policy_file_close(struct policy_file *f)
{
    if (!f)
        return;
    policies_free(f->policies);
    free(f->path);
    free(f);
}

struct policies *policy_file_policies(struct policy_file *f)
{
    return f ? f->policies : NULL;
}

bool policy_file_take(struct policy_file *f, const char *path, struct err *err)
{
    struct stat seen = look(path);
    struct policy *policy = read_policy(path, err);
    char *copy = str_dup(str_c(path)); // path may be f's own
    free(f->path);
    f->path = copy;
    f->seen = seen; // what cannot be used is told once
    if (policy)
        policies_replace(f->policies, policy);
    return policy;
}

void policy_file_look(struct policy_file *f)
{
    struct err err = { 0 };
    struct stat now = look(f->path);
    if (same(&now, &f->seen))
        return;
    if (policy_file_take(f, f->path, &err))
        LOG(LOG_INFO, "the policy file has changed, and is in force", F_C("file", f->path));
    else
        LOG(LOG_ERROR, "the policy file has changed, and cannot be used: the old policy stays",
            F("reason", err_text(&err)));
}
