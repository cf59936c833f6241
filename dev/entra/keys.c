// SPDX-License-Identifier: MIT
#include "keys.h"

#include <pthread.h>

#include "base/table.h"
#include "jose/b64url.h"
#include "jose/digest.h"
#include "jose/stand_in.h"

#define APP_KEYS_MAX     1000
#define CERTIFICATE_NAME "accounts.accesscontrol.windows.net"

const char *const key_role_names[KEY_ROLES] = { "previous", "current", "next", "msa" };

struct maker {
    pthread_t thread;
    bool running;
    char *seed; // NULL: random
};

struct keystore {
    struct jwk *keys[KEY_ROLES];
    struct jwk *foreign;
    struct table *of_apps; // "appId|PEM" -> struct jwk
    struct maker makers[KEY_ROLES];
    char *seed; // NULL: random
    unsigned made;
};

void key_certificate(const struct jwk *key, struct buf *der)
{
    jwk_certificate(key, CERTIFICATE_NAME, der);
}

static struct jwk *named(struct jwk *key)
{
    CLEANUP(buf_release) struct buf der = BUF_INIT(4096), kid = BUF_INIT(64);
    uint8_t digest[20];
    key_certificate(key, &der);
    sha1(buf_str(&der), digest);
    b64url_encode(&kid, str_of(digest, sizeof(digest)));
    jwk_set_kid(key, buf_str(&kid));
    return key;
}

static void *generate(void *of)
{
    const struct maker *m = of;
    return named(m->seed ? jwk_rsa_from_seed(str_c(m->seed)) : jwk_generate(JWS_RS256));
}

// The n-th key of a store has always the same seed.
static struct maker next_maker(struct keystore *s)
{
    struct maker m = { 0 };
    char text[512];
    s->made++;
    if (!s->seed)
        return m;
    snprintf(text, sizeof(text), "%u|%s", s->made, s->seed);
    m.seed = str_dup(str_c(text));
    return m;
}

static struct jwk *make(struct keystore *s)
{
    struct maker m = next_maker(s);
    struct jwk *key = generate(&m);
    free(m.seed);
    return key;
}

static void free_app_key(void *key)
{
    jwk_free(key);
}

struct keystore *keystore_new(const json_t *pems, struct str seed)
{
    struct keystore *s = calloc(1, sizeof(*s));
    if (!s)
        abort();
    s->seed = seed.n ? str_dup(str_slice(seed, 0, 256)) : NULL;
    s->of_apps = table_new(APP_KEYS_MAX, free_app_key);
    for (size_t i = 0; i < KEY_ROLES; i++) {
        struct maker *m = &s->makers[i];
        struct str pem = dom_str(pems, key_role_names[i]);
        *m = next_maker(s);
        if (pem.n && jwk_from_pem(pem, &s->keys[i], NULL))
            named(s->keys[i]);
        else
            m->running = pthread_create(&m->thread, NULL, generate, m) == 0;
        if (!s->keys[i] && !m->running)
            s->keys[i] = generate(m);
    }
    return s;
}

static void settle(struct keystore *s)
{
    for (size_t i = 0; i < KEY_ROLES; i++) {
        struct maker *m = &s->makers[i];
        void *key;
        if (m->running) {
            pthread_join(m->thread, &key);
            s->keys[i] = key;
        }
        m->running = false;
        free(m->seed);
        m->seed = NULL;
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
    table_free(s->of_apps);
    free(s->seed);
    free(s);
}

const struct jwk *keystore_get(struct keystore *s, enum key_role role)
{
    settle(s);
    return s->keys[role];
}

const struct jwk *keystore_named(struct keystore *s, struct str kid)
{
    settle(s);
    for (size_t i = 0; i < KEY_ROLES; i++) {
        if (s->keys[i] && str_eq(jwk_kid(s->keys[i]), kid))
            return s->keys[i];
    }
    return NULL;
}

const struct jwk *keystore_foreign(struct keystore *s)
{
    if (!s->foreign)
        s->foreign = make(s);
    return s->foreign;
}

static const json_t *signing_credential(const json_t *app)
{
    const json_t *list = dom_get(app, "keyCredentials");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (str_is(dom_str(json_array_get(list, i), "usage"), "Sign"))
            return json_array_get(list, i);
    }
    return NULL;
}

const struct jwk *keystore_of_app(struct keystore *s, const json_t *app)
{
    const json_t *credential = signing_credential(app);
    if (!credential || !dom_bool(dom_get(app, "api"), "acceptMappedClaims", false))
        return NULL;
    CLEANUP(buf_release) struct buf name = BUF_INIT(1 << 20);
    struct str pem = dom_str(credential, "pem");
    buf_addf(&name, STR_FMT "|" STR_FMT, STR_ARG(dom_str(app, "appId")), STR_ARG(pem));
    struct jwk *key = table_get(s->of_apps, buf_str(&name));
    if (key)
        return key;
    if (pem.n && jwk_from_pem(pem, &key, NULL))
        named(key);
    else
        key = make(s);
    table_put(s->of_apps, buf_str(&name), key);
    return key;
}

static void replace(struct keystore *s, enum key_role role, struct jwk *key)
{
    jwk_free(s->keys[role]);
    s->keys[role] = key;
}

static void activate(struct keystore *s)
{
    replace(s, KEY_PREVIOUS, s->keys[KEY_CURRENT]);
    s->keys[KEY_CURRENT] = s->keys[KEY_NEXT];
    s->keys[KEY_NEXT] = make(s);
}

bool keystore_roll(struct keystore *s, struct str op)
{
    settle(s);
    if (str_is(op, "publish"))
        replace(s, KEY_NEXT, make(s));
    else if (str_is(op, "activate"))
        activate(s);
    else if (str_is(op, "retire"))
        replace(s, KEY_PREVIOUS, NULL);
    else if (str_is(op, "emergency"))
        replace(s, KEY_CURRENT, make(s));
    else
        return false;
    return true;
}

void keystore_complete(struct keystore *s)
{
    settle(s);
    if (!s->keys[KEY_PREVIOUS])
        s->keys[KEY_PREVIOUS] = make(s);
}
