// SPDX-License-Identifier: MIT
// An identity provider for tests: a key set that can be changed or broken, a token endpoint that
// says what it is told, and a maker of tokens, right and forged.
#ifndef TESTS_UNIT_IDP_FAKE_IDP_H
#define TESTS_UNIT_IDP_FAKE_IDP_H

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/clock.h"
#include "idp/internal.h"
#include "jose/b64url.h"
#include "unit/scripted.h"

#define NOW       1788220800
#define TENANT    "11111111-2222-3333-4444-555555555555"
#define CLIENT    "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
#define ISSUER    "https://login.microsoftonline.com/" TENANT "/v2.0"
#define V1_ISSUER "https://sts.windows.net/" TENANT "/"

struct fake_idp {
    struct scripted server;
    pthread_mutex_t lock;
    // under lock
    struct buf keys; // body of the key set
    int keys_status; // 0: hang up
    int delay_ms;    // before the key set is answered
    size_t key_requests;
    int token_status[2]; // first and second request
    const char *token_header;
    const char *token_body[2];
    size_t token_promise_more;
    size_t token_requests;
    char form[2][8192];
    char form_type[64];
    char authorization[2][1024];
    const char *discovery; // body of the discovery document
    int discovery_status;  // 0: hang up
    const char *discovery_header;
    size_t discovery_requests;
};

static struct fake_idp *fake;
static struct fetcher *fetcher;
static struct jwk *key_a, *key_b, *key_ec, *key_ed; // "kid-a" …; made once, RSA takes time

static inline void fake_serve_keys(struct fake_idp *f, struct scripted_answer *answer)
{
    f->key_requests++;
    answer->status = f->keys_status;
    buf_add(&answer->body, buf_str(&f->keys));
}

static inline void fake_serve_token(struct fake_idp *f, const struct scripted_request *request,
                                    struct scripted_answer *answer)
{
    size_t i = f->token_requests < 2 ? f->token_requests : 1;
    f->token_requests++;
    snprintf(f->form[i], sizeof f->form[i], STR_FMT, STR_ARG(request->body));
    snprintf(f->form_type, sizeof f->form_type, STR_FMT,
             STR_ARG(scripted_header(request, "Content-Type")));
    snprintf(f->authorization[i], sizeof f->authorization[i], STR_FMT,
             STR_ARG(scripted_header(request, "Authorization")));
    if (!f->token_status[i])
        i = 0;
    answer->status = f->token_status[i];
    answer->promise_more = f->token_promise_more;
    if (f->token_header)
        buf_adds(&answer->header, f->token_header);
    if (f->token_body[i])
        buf_adds(&answer->body, f->token_body[i]);
}

static inline void fake_serve_discovery(struct fake_idp *f, struct scripted_answer *answer)
{
    f->discovery_requests++;
    answer->status = f->discovery_status;
    if (f->discovery_header)
        buf_adds(&answer->header, f->discovery_header);
    if (f->discovery)
        buf_adds(&answer->body, f->discovery);
}

static inline void fake_serve(void *ctx, const struct scripted_request *request,
                              struct scripted_answer *answer)
{
    struct fake_idp *f = ctx;
    if (f->delay_ms)
        usleep((useconds_t)f->delay_ms * 1000);
    pthread_mutex_lock(&f->lock);
    if (str_is(request->target, "/keys"))
        fake_serve_keys(f, answer);
    else if (str_find(request->target, STR("/.well-known/")) >= 0)
        fake_serve_discovery(f, answer);
    else
        fake_serve_token(f, request, answer);
    pthread_mutex_unlock(&f->lock);
}

static inline void fake_publish(const struct jwk *one, const struct jwk *two)
{
    pthread_mutex_lock(&fake->lock);
    buf_reset(&fake->keys);
    buf_adds(&fake->keys, "{\"keys\":[");
    jwk_public_json(one, STR(""), &fake->keys);
    if (two) {
        buf_addc(&fake->keys, ',');
        jwk_public_json(two, STR(""), &fake->keys);
    }
    buf_adds(&fake->keys, "]}");
    fake->keys_status = 200;
    pthread_mutex_unlock(&fake->lock);
}

// One key with more members (",\"issuer\":…").
static inline void fake_publish_with(const struct jwk *key, const char *members)
{
    pthread_mutex_lock(&fake->lock);
    buf_reset(&fake->keys);
    buf_adds(&fake->keys, "{\"keys\":[");
    jwk_public_json(key, str_c(members), &fake->keys);
    buf_adds(&fake->keys, "]}");
    fake->keys_status = 200;
    pthread_mutex_unlock(&fake->lock);
}

static inline struct jwk *fake_key(enum jws_alg alg, const char *kid)
{
    struct jwk *key = jwk_generate(alg);
    jwk_set_kid(key, str_c(kid));
    return key;
}

static inline int fake_group_set_up(void **state)
{
    (void)state;
    const struct fetch_config config = { .user_agent = "test" };
    struct err err;
    key_a = fake_key(JWS_RS256, "kid-a");
    key_b = fake_key(JWS_RS256, "kid-b");
    key_ec = fake_key(JWS_ES256, "kid-ec");
    key_ed = fake_key(JWS_EDDSA, "kid-ed");
    return fetcher_new(&config, &fetcher, &err) ? 0 : -1;
}

static inline int fake_group_tear_down(void **state)
{
    (void)state;
    fetcher_free(fetcher);
    jwk_free(key_a);
    jwk_free(key_b);
    jwk_free(key_ec);
    jwk_free(key_ed);
    return 0;
}

static inline int fake_set_up(void **state)
{
    fake = calloc(1, sizeof *fake);
    pthread_mutex_init(&fake->lock, NULL);
    buf_init(&fake->keys, SCRIPTED_BYTES_MAX);
    fake_publish(key_a, NULL);
    clock_freeze(NOW);
    *state = fake;
    return scripted_start(&fake->server, 0, fake_serve, fake) ? 0 : -1;
}

static inline int fake_tear_down(void **state)
{
    (void)state;
    scripted_stop(&fake->server);
    buf_release(&fake->keys);
    pthread_mutex_destroy(&fake->lock);
    free(fake);
    clock_freeze(0);
    return 0;
}

// What a test changes before fake_open.
static inline struct idp_config fake_config(void)
{
    static char token[64], keys[64];
    snprintf(token, sizeof token, "http://127.0.0.1:%d/token", fake->server.port);
    snprintf(keys, sizeof keys, "http://127.0.0.1:%d/keys", fake->server.port);
    return (struct idp_config){ .issuer = ISSUER,
                                .authorization_endpoint = "https://login.example.com/authorize",
                                .token_endpoint = token,
                                .jwks_uri = keys,
                                .client_id = CLIENT,
                                .scopes = "openid profile offline_access" };
}

static inline struct idp *fake_open(const struct idp_config *config)
{
    struct idp *idp;
    struct err err = { 0 };
    if (!idp_new(config, fetcher, &idp, &err))
        fail_msg("%s", err.text);
    idp->keys.backoff_ms = idp->discovery.backoff_ms = 10;
    idp->keys.backoff_max_ms = idp->discovery.backoff_max_ms = 20;
    return idp;
}

static inline struct idp *fake_client(const char *secret)
{
    struct idp_config config = fake_config();
    config.client_secret = secret;
    return fake_open(&config);
}

// A signed token with these claims (JSON without braces) besides good times.
static inline struct str fake_token_at(struct arena *arena, const struct jwk *key,
                                       const char *header, const char *claims, int64_t issued)
{
    CLEANUP(buf_release) struct buf payload = BUF_INIT(32768);
    CLEANUP(buf_release) struct buf token = BUF_INIT(65536);
    buf_addf(&payload, "{\"iat\":%lld,\"nbf\":%lld,\"exp\":%lld%s%s}", (long long)issued,
             (long long)issued, (long long)issued + 3600, *claims ? "," : "", claims);
    jws_sign(key, str_c(header), buf_str(&payload), &token);
    return arena_str(arena, buf_str(&token));
}

static inline struct str fake_token(struct arena *arena, const struct jwk *key, const char *claims)
{
    return fake_token_at(arena, key, "", claims, NOW - 10);
}

#define ID_CLAIMS                                                                                  \
    "\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT                                                     \
    "\",\"sub\":\"pairwise\",\"oid\":\"object\",\"tid\":\"" TENANT                                 \
    "\",\"name\":\"Ada\",\"preferred_username\":\"ada@example.com\",\"nonce\":\"n-1\""
#define ACCESS_CLAIMS                                                                              \
    "\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT                                                     \
    "\",\"sub\":\"pairwise\",\"oid\":\"object\",\"tid\":\"" TENANT                                 \
    "\",\"azp\":\"other-app\",\"azpacr\":\"0\",\"scp\":\"access\""

#endif
