// links: idp
// SPDX-License-Identifier: MIT
// What a token endpoint may answer: the first byte chooses the status, the rest is the body.
#include <stdlib.h>

#include "idp/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int statuses[] = { 200, 400, 401, 404, 429, 500, 503, 302 };

static void check(const struct err *err)
{
    if (err->code == ERR_NONE || !*err->text || !str_is_utf8(err_text(err)) ||
        strpbrk(err->text, "\r\n"))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *arena = arena_new();
    struct str body = str_of(data + 1, size - 1);
    int status = statuses[data[0] % ARRAY_LEN(statuses)];
    struct idp_grant grant = { 0 };
    struct err err = { 0 };
    if (status != 200)
        grant_read_failure(status, body, data[0] / 8, data[0] & 128, &err);
    else if (grant_read_success(arena, body, data[0] & 128, &grant, &err) &&
             (grant.expires_in < 1 || grant.expires_in > EXPIRES_MAX_S))
        abort();
    if (status != 200 || err.code != ERR_NONE)
        check(&err);
    arena_free(arena);
    return 0;
}
