// SPDX-License-Identifier: MIT
// base64url without padding (RFC 7515 section 2) and plain base64 (RFC 4648 section 4). Decoding is
// strict: no blanks, no padding in base64url, no bits left over that are not zero.
#ifndef JOSE_B64URL_H
#define JOSE_B64URL_H

#include "base/buf.h"

void b64url_encode(struct buf *out, struct str bytes);
MUST_USE bool b64url_decode(struct buf *out, struct str text);
void b64_encode(struct buf *out, struct str bytes);
MUST_USE bool b64_decode(struct buf *out, struct str text);

#endif
