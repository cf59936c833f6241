// SPDX-License-Identifier: MIT
#include "faults.h"

#define FAULTS_MAX 64

struct order {
    char endpoint[24];
    const char *kind; // one of `kinds`
    int64_t count;
    int seconds;
};

struct faults {
    struct order orders[FAULTS_MAX];
    size_t n;
};

static const char *const kinds[] = {
    "status429",     "status503", "slow",           "close",       "badJson",
    "p5defer",       "token:aud", "token:iss",      "token:tid",   "token:nonce",
    "token:nononce", "token:exp", "token:nbf",      "token:kid",   "token:algnone",
    "token:hs256",   "token:sig", "token:audarray", "token:nosub",
};

struct faults *faults_new(void)
{
    struct faults *f = calloc(1, sizeof(*f));
    if (!f)
        abort();
    return f;
}

void faults_free(struct faults *f)
{
    free(f);
}

static const char *kind_named(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_is(name, kinds[i]))
            return kinds[i];
    }
    return NULL;
}

bool faults_order(struct faults *f, const json_t *order, struct err *err)
{
    const char *kind = kind_named(dom_str(order, "kind"));
    struct str endpoint = dom_str(order, "endpoint");
    if (!kind)
        return err_set(err, ERR_BAD_REQUEST, "kind: '" STR_FMT "' is not known",
                       STR_ARG(dom_str(order, "kind")));
    if (endpoint.n == 0 || endpoint.n >= sizeof(f->orders[0].endpoint))
        return err_set(err, ERR_BAD_REQUEST,
                       "endpoint: name one, such as token, authorize, keys, discovery");
    if (f->n == FAULTS_MAX)
        return err_set(err, ERR_LIMIT, "more than %d faults are waiting; reset first", FAULTS_MAX);
    struct order *o = &f->orders[f->n++];
    *o = (struct order){ .kind = kind,
                         .count = dom_int(order, "count", 1),
                         .seconds = (int)dom_int(order, "seconds", 2) };
    memcpy(o->endpoint, endpoint.p, endpoint.n);
    return true;
}

const char *faults_take(struct faults *f, const char *endpoint, const char *prefix,
                        int *ret_seconds)
{
    for (size_t i = 0; i < f->n; i++) {
        struct order *o = &f->orders[i];
        if (o->count <= 0 || strcmp(o->endpoint, endpoint) != 0 ||
            strncmp(o->kind, prefix, strlen(prefix)) != 0)
            continue;
        o->count--;
        *ret_seconds = o->seconds;
        const char *kind = o->kind + strlen(prefix);
        if (o->count == 0)
            f->orders[i] = f->orders[--f->n];
        return kind;
    }
    return NULL;
}
