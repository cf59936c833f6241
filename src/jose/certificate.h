// SPDX-License-Identifier: MIT
// Private keys and X.509 certificates as administrators give them: PEM text, or a file that holds
// it. A certificate only names a key here (x5t#S256); nobody's chain is judged.
#ifndef JOSE_CERTIFICATE_H
#define JOSE_CERTIFICATE_H

#include "jose/jwk.h"

#define PEM_BYTES_MAX (64 * 1024)

// PEM text, appended as lines: one that came through an environment file often has "\n" as two
// characters.
void pem_add(struct buf *out, struct str text);
// given is PEM text or the path of a file with it. *ret_file says which.
MUST_USE bool pem_load(const char *given, struct buf *out, bool *ret_file, struct err *err);

struct certificate {
    char sha256[44]; // BASE64URL(SHA256(DER)), RFC 7515 section 4.1.8
    int64_t not_before, not_after;
    char subject[200];
};

// The first certificate of the text; ERR_CONFIG where there is none, or key is not the one it was
// made for.
MUST_USE bool certificate_read(struct str pem, const struct jwk *key, struct certificate *ret,
                               struct err *err);

#endif
