// SPDX-License-Identifier: MIT
// What stands in a token, before it is signed.
#ifndef ENTRA_CLAIMS_H
#define ENTRA_CLAIMS_H

#include "mint.h"

json_t *claims_id_token(const struct mint *m);
json_t *claims_id_token_v1(const struct mint *m);
json_t *claims_api_v2(const struct mint *m, const json_t *api);
json_t *claims_v1(const struct mint *m, const json_t *api); // api NULL: Graph

#endif
