// SPDX-License-Identifier: MIT
#include "idp/jwt.h"

#include "base/mem.h"
#include "base/url.h"
#include "idp/internal.h"
#include "jose/claims.h"

struct jwt_judge {
    // immutable
    struct arena *arena;
    const char *issuer;
    struct str audiences[2];
    struct keys keys;
};

static bool check_uri(const char *uri, struct err *err)
{
    struct url url;
    if (!url_parse(str_c(uri), &url, NULL))
        return err_set(err, ERR_CONFIG, "ZSCALER_MCP_AUTH_JWKS_URI: '%.200s' is not a URL",
                       uri ? uri : "");
    if (str_is(url.scheme, "http") && !url_host_is_loopback(url.host))
        return err_set(err, ERR_CONFIG,
                       "ZSCALER_MCP_AUTH_JWKS_URI: '%.200s' must be https (http is for loopback "
                       "only): whoever can change these keys on their way can call every tool",
                       uri);
    return true;
}

static bool algorithm_refused(const char *name, struct err *err)
{
    const char *why = "";
    if (str_starts(str_c(name), STR("HS")))
        why = ": who can check a signature of its kind can make one too";
    else if (strcasecmp(name, "none") == 0)
        why = ": a token without a signature proves nothing";
    return err_set(err, ERR_CONFIG,
                   "ZSCALER_MCP_AUTH_ALGORITHMS: '%.40s' is none of " JWT_ALGORITHMS "%s", name,
                   why);
}

static bool read_algorithms(const char *const *names, unsigned *ret, struct err *err)
{
    unsigned mask = 0;
    for (; names && *names; names++) {
        enum jws_alg alg = jws_alg_by_name(str_c(*names));
        if (!alg)
            return algorithm_refused(*names, err);
        mask |= (unsigned)alg;
    }
    *ret = mask;
    return mask || err_set(err, ERR_CONFIG, "ZSCALER_MCP_AUTH_ALGORITHMS names no algorithm");
}

bool jwt_config_check(const struct jwt_config *config, struct err *err)
{
    unsigned mask;
    return check_uri(config->jwks_uri, err) && read_algorithms(config->algorithms, &mask, err);
}

bool jwt_judge_new(const struct jwt_config *config, struct fetcher *fetcher, struct jwt_judge **ret,
                   struct err *err)
{
    unsigned algorithms = 0;
    if (!check_uri(config->jwks_uri, err) || !read_algorithms(config->algorithms, &algorithms, err))
        return false;
    struct jwt_judge *j = mem_zalloc(1, sizeof *j);
    j->arena = arena_new();
    j->issuer = arena_cstr(j->arena, str_c(config->issuer));
    j->audiences[0] = str_c(arena_cstr(j->arena, str_c(config->audience)));
    keys_init(&j->keys, fetcher);
    j->keys.uri = arena_cstr(j->arena, str_c(config->jwks_uri));
    j->keys.variable = "ZSCALER_MCP_AUTH_JWKS_URI";
    j->keys.algorithms = algorithms;
    *ret = j;
    return true;
}

void jwt_judge_free(struct jwt_judge *j)
{
    if (!j)
        return;
    keys_release(&j->keys);
    arena_free(j->arena);
    free(j);
}

bool jwt_judge_warm_up(struct jwt_judge *j, struct err *err)
{
    return keys_load(&j->keys, err);
}

bool jwt_judge_verify(struct jwt_judge *j, struct arena *arena, struct str token, int64_t now,
                      struct idp_person *ret, struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    const struct claims_want want = { .issuer = j->issuer, .audiences = j->audiences, .now = now };
    if (!jws_parse(token, &jws, err) ||
        !keys_verify(&j->keys, &jws, STR_NONE, FROM_ANYBODY, now, err) ||
        !claims_check(jws.payload, &want, err))
        return false;
    const json_t *sub = dom_get(jws.payload, "sub");
    if (sub && !json_is_string(sub))
        return err_set(err, ERR_TOKEN_CLAIM, "the token's \"sub\" must be a string");
    if (!dom_text(sub).n && !idp_token_client(jws.payload).n)
        return err_set(err, ERR_TOKEN_CLAIM,
                       "the token names nobody: it has neither \"sub\" nor \"azp\"");
    *ret = (struct idp_person){ .subject = arena_str(arena, dom_text(sub)) };
    person_add_texts(arena, jws.payload, ret);
    return true;
}
