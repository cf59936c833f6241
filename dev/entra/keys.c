// SPDX-License-Identifier: MIT
#include "keys.h"

#include <pthread.h>

#include "jose/b64url.h"
#include "jose/digest.h"

struct keystore {
    struct jwk *keys[KEY_ROLES];
    struct jwk *foreign;
    pthread_t threads[KEY_ROLES];
    bool running[KEY_ROLES];
};

static void *generate(void *unused)
{
    (void)unused;
    return jwk_generate(JWS_RS256);
}

// The real kid is the SHA-1 of a certificate; without certificates, of the public key.
static struct jwk *named(struct jwk *key)
{
    CLEANUP(buf_release) struct buf der = BUF_INIT(4096);
    CLEANUP(buf_release) struct buf kid = BUF_INIT(64);
    uint8_t digest[20];
    jwk_public_der(key, &der);
    sha1(buf_str(&der), digest);
    b64url_encode(&kid, str_of(digest, sizeof(digest)));
    jwk_set_kid(key, buf_str(&kid));
    return key;
}

struct keystore *keystore_new(const json_t *pems)
{
    static const char *const names[KEY_ROLES] = { "previous", "current", "next", "msa" };
    struct keystore *s = calloc(1, sizeof(*s));
    if (!s)
        abort();
    for (size_t i = 0; i < KEY_ROLES; i++) {
        struct str pem = dom_str(pems, names[i]);
        if (pem.n && jwk_from_pem(pem, &s->keys[i], NULL))
            named(s->keys[i]);
        else
            s->running[i] = pthread_create(&s->threads[i], NULL, generate, NULL) == 0;
    }
    return s;
}

static void settle(struct keystore *s)
{
    for (size_t i = 0; i < KEY_ROLES; i++) {
        void *key;
        if (!s->running[i])
            continue;
        pthread_join(s->threads[i], &key);
        s->running[i] = false;
        s->keys[i] = named(key);
    }
}

void keystore_free(struct keystore *s)
{
    if (!s)
        return;
    settle(s);
    for (size_t i = 0; i < KEY_ROLES; i++)
        jwk_free(s->keys[i]);
    jwk_free(s->foreign);
    free(s);
}

const struct jwk *keystore_get(struct keystore *s, enum key_role role)
{
    settle(s);
    return s->keys[role];
}

const struct jwk *keystore_foreign(struct keystore *s)
{
    if (!s->foreign)
        s->foreign = named(jwk_generate(JWS_RS256));
    return s->foreign;
}

static void replace(struct keystore *s, enum key_role role, struct jwk *key)
{
    jwk_free(s->keys[role]);
    s->keys[role] = key;
}

static void activate(struct keystore *s)
{
    if (!s->keys[KEY_NEXT])
        s->keys[KEY_NEXT] = named(jwk_generate(JWS_RS256));
    replace(s, KEY_PREVIOUS, s->keys[KEY_CURRENT]);
    s->keys[KEY_CURRENT] = s->keys[KEY_NEXT];
    s->keys[KEY_NEXT] = named(jwk_generate(JWS_RS256));
}

bool keystore_roll(struct keystore *s, struct str op)
{
    settle(s);
    if (str_is(op, "publish"))
        replace(s, KEY_NEXT, named(jwk_generate(JWS_RS256)));
    else if (str_is(op, "activate"))
        activate(s);
    else if (str_is(op, "retire"))
        replace(s, KEY_PREVIOUS, NULL);
    else if (str_is(op, "emergency"))
        replace(s, KEY_CURRENT, named(jwk_generate(JWS_RS256)));
    else
        return false;
    return true;
}
