// SPDX-License-Identifier: MIT
#ifndef PLATFORM_INTERNAL_H
#define PLATFORM_INTERNAL_H

#include "base/arena.h"
#include "fetch/fetch.h"
#include "json/dom.h"
#include "platform/secrets.h"

// "it answered 403: AccessDenied: <its words>"; false. Reads what the clouds write: error (a word,
// or an object with code or status, and message), error_description, __type, message.
bool platform_refused(const struct fetch_response *response, enum err_code code, struct err *err);

// One reading of secrets. Everything allocated is the arena's.
struct reading {
    const struct secrets_from *from;
    struct fetcher *fetcher;
    struct arena *arena;
    secrets_take *take;
    void *ctx;
    struct buf *warnings;
};

const char *platform_variable(const struct reading *r, const char *name); // NULL: unset or empty
// GET, or POST where there is a body; false when nobody answered.
MUST_USE bool platform_ask(struct reading *r, const struct fetch_request *request,
                           struct fetch_response *ret, struct err *err);
// Posts fields as application/x-www-form-urlencoded.
MUST_USE bool platform_post_form(struct reading *r, const char *url, struct str form,
                                 struct fetch_response *ret, struct err *err);
// An answer of 200 that is a JSON object: *ret is a new reference.
MUST_USE bool platform_object(const struct fetch_response *response, json_t **ret, struct err *err);

MUST_USE bool aws_read(struct reading *r, struct err *err);
MUST_USE bool gcp_read(struct reading *r, struct err *err);
MUST_USE bool azure_read(struct reading *r, struct err *err);

// Who this machine is at AWS.
struct aws_credentials {
    struct str id, secret, token; // token empty: none
};
MUST_USE bool aws_credentials(struct reading *r, const char *region, struct aws_credentials *ret,
                              struct err *err);
// The region of the instance, from its metadata service; NULL: not known.
const char *aws_region_of_instance(struct reading *r);

// A store where each variable is a secret of its own, at <before>zscaler-client-id<after>.
struct separate_secrets {
    const char *before, *after;
    struct str token; // sent as a bearer
    // Hands the value in the answer, a JSON object, to r->take.
    bool (*take)(struct reading *r, const char *variable, const json_t *answer, struct err *err);
};
// Those that are not there (404) are skipped; false when none is.
MUST_USE bool platform_read_each(struct reading *r, const struct separate_secrets *of,
                                 struct err *err);

#endif
