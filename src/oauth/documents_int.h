// SPDX-License-Identifier: MIT
// Client metadata documents and clients' key sets: what client_document.c and client_keys.c judge
// and document_cache.c keeps.
#ifndef OAUTH_DOCUMENTS_INT_H
#define OAUTH_DOCUMENTS_INT_H

#include "oauth/internal.h"

#define DOCUMENT_BYTES_MAX   5120 // as the draft recommends
#define DOCUMENT_DEPTH_MAX   16
#define DOCUMENT_TIMEOUT_MS  10000 // with the body
#define DOCUMENT_FRESH_MIN_S 60    // also under no-store: one sign-in asks several times
#define DOCUMENT_FRESH_S     3600  // where the answer says nothing
#define DOCUMENT_FRESH_MAX_S 86400
#define DOCUMENT_KEEP_MAX_S  172800 // after the last time its host confirmed it, while that is down
#define DOCUMENT_PAUSE_S     10     // after a failure, before the next try
#define DOCUMENT_RETRY_S     300    // … where an older copy bridges it
#define DOCUMENTS_KNOWN      64     // kept, of known and listed hosts
#define DOCUMENTS_STRANGERS  256    // kept, of all others: they never push out a known one
#define FAILURES_MAX         256
#define KEY_SET_BYTES_MAX    32768
#define KEY_SET_COOL_DOWN_S  60 // between two fetches for keys that the set we hold has not

// A copy that the release carries, or .p NULL.
struct str document_pinned(struct str url);
const char *document_pinned_when(void);
// Judges all but where it came from.
MUST_USE bool document_read(const struct call *c, struct str url, struct str body,
                            struct client *ret, struct err *err);

struct documents *documents_new(void);
void documents_free(struct documents *d); // NULL-safe
// The bytes, valid as document_read or jwks_parse judges, from memory or from its host. Blocks for
// up to DOCUMENT_TIMEOUT_MS. ERR_NOT_FOUND: its host says there is none; ERR_BUSY: ask again later.
// DOCUMENT_GIVEN_KEYS lie where the operator said: nothing that a stranger's document says of the
// same place, and no failure there, counts for them.
enum document_kind { DOCUMENT_CLIENT, DOCUMENT_KEYS, DOCUMENT_GIVEN_KEYS, DOCUMENT_KINDS };
MUST_USE bool documents_get(const struct call *c, enum document_kind kind, struct str url,
                            enum document_host host, struct str *ret_body, struct err *err);
// What we hold lacks something: the next documents_get asks its host, unless that was done within
// KEY_SET_COOL_DOWN_S.
void documents_doubt(const struct call *c, enum document_kind kind, struct str url,
                     enum document_host host);

#endif
