// SPDX-License-Identifier: MIT
// Bearers of any issuer, judged by its keys (mode jwt).
#include "access/internal.h"

#include "base/clock.h"
#include "idp/jwt.h"

// Who it is there: the application (or, where the token names none, whom it was made for), then the
// person. Encoded, so that no two pairs have the same key.
static struct str key_of(struct arena *arena, const struct idp_person *person)
{
    CLEANUP(buf_release) struct buf key = BUF_INIT(BEARER_MAX);
    const json_t *aud = dom_get(person->claims, "aud");
    struct str client = idp_token_client(person->claims);
    if (!client.n)
        client = dom_text(json_is_array(aud) ? json_array_get(aud, 0) : aud);
    buf_adds(&key, "jwt:");
    buf_add_urlencoded(&key, client, true);
    buf_addf(&key, ":" STR_FMT, STR_ARG(person->subject));
    return arena_str(arena, buf_str(&key));
}

static struct held *held_of(const struct access *a, struct arena *arena,
                            const struct idp_person *person)
{
    const struct principal who = { .mode = ACCESS_JWT,
                                   .key = key_of(arena, person),
                                   .subject = person->subject,
                                   .name = person->name,
                                   .email = person->email,
                                   .client = idp_token_client(person->claims),
                                   .marks = access_marks(a, arena, person->claims),
                                   .machine = str_is(dom_str(person->claims, "idtyp"), "app"),
                                   .expires = dom_int(person->claims, "exp", 1) };
    return held_new(&who, STR_NONE, dom_int(person->claims, "iat", 0));
}

bool jwt_check(struct access *a, struct exchange *ex, bool *ret_would_block, struct held **ret,
               struct str *ret_scope, struct err *err)
{
    struct str token;
    struct idp_person person;
    uint8_t key[SHA256_SIZE];
    int64_t now = clock_now();
    if (!bearer_token(ex, &token, err) || !token.p)
        return false;
    sha256(token, key);
    if (cache_get(a->cache, key, now, 0, ret) != VERDICT_NONE)
        return true; // there is no store to ask again
    if (ret_would_block) {
        *ret_would_block = true;
        return false;
    }
    if (!jwt_judge_verify(a->config.jwt, http_arena(ex), token, now, &person, err) ||
        !access_client_ok(a, idp_token_client(person.claims), err) ||
        !access_scopes_ok(a, http_arena(ex), person.claims, ret_scope, err))
        return false;
    *ret = held_of(a, http_arena(ex), &person);
    cache_put(a->cache, key, *ret, now, 0);
    return true;
}
