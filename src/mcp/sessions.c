// SPDX-License-Identifier: MIT
// Sessions of the legacy era over HTTP. An id is sealed and carries all there is to know, so that
// it survives restarts and replicas; only an ended one leaves a mark in the store.
#include "base/random.h"
#include "jose/b64url.h"
#include "jose/digest.h"
#include "mcp/internal.h"

#define KIND             "session"
#define TTL_S            (24 * 3600)
#define ID_MAX           8192 // bytes of an id
#define CAPABILITIES_MAX 1024 // a client that says more is taken to say nothing
#define CLIENT_NAME_MAX  128
#define CLOCK_SKEW_S     60 // between replicas

static int64_t ttl(const struct mcp_server *s)
{
    return s->config.session_ttl_s ? s->config.session_ttl_s : TTL_S;
}

void mcp_session_issue(const struct mcp_server *s, const struct peer *peer,
                       struct str principal_key, int64_t now, struct buf *ret_id)
{
    CLEANUP(buf_release) struct buf plain = BUF_INIT(ID_MAX);
    CLEANUP(buf_release) struct buf person = BUF_INIT(64);
    struct json_writer w;
    char nonce[2 * 12 + 1];
    random_hex(nonce, 12);
    sha256_b64url(&person, principal_key);
    jw_init(&w, &plain);
    jw_object(&w);
    jw_kv(&w, "version", peer->version);
    if (peer->capabilities.n && peer->capabilities.n <= CAPABILITIES_MAX)
        jw_kv(&w, "capabilities", peer->capabilities);
    jw_kv(&w, "client", str_slice(peer->client_name, 0, CLIENT_NAME_MAX));
    jw_kv(&w, "person", buf_str(&person));
    jw_kv_int(&w, "issued", now);
    jw_kv_c(&w, "nonce", nonce);
    jw_object_end(&w);
    seal(s->config.keys, KIND, STR_NONE, buf_str(&plain), ret_id);
}

/*= mcp-2025-11-25 docs/tutorials/security/security_best_practices "MCP servers SHOULD bind session
 * IDs to user-specific information." */
static bool is_of(const json_t *plain, struct str principal_key)
{
    CLEANUP(buf_release) struct buf person = BUF_INIT(64);
    sha256_b64url(&person, principal_key);
    return str_eq_secret(dom_str(plain, "person"), buf_str(&person));
}

static bool is_current(const struct mcp_server *s, const json_t *plain, int64_t now)
{
    int64_t issued = dom_int(plain, "issued", 0);
    return issued <= now + CLOCK_SKEW_S && now < issued + ttl(s);
}

static void fill(const json_t *plain, struct arena *arena, struct session *ret)
{
    ret->peer = (struct peer){
        .era = MCP_LEGACY,
        .version = arena_str(arena, dom_str(plain, "version")),
        .capabilities = arena_str(arena, dom_str(plain, "capabilities")),
        .client_name = arena_str(arena, dom_str(plain, "client")),
    };
    struct str nonce = dom_str(plain, "nonce");
    ret->key = arena_printf(arena, "mcp-session:" STR_FMT, STR_ARG(nonce));
}

// What the id itself says; the store is not asked.
static bool read_id(const struct mcp_server *s, struct str id, struct str principal_key,
                    int64_t now, struct arena *arena, struct session *ret)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(ID_MAX);
    JSON_AUTO *plain = NULL;
    struct err err;
    if (!s->config.keys || id.n > ID_MAX)
        return false;
    if (!unseal(s->config.keys, KIND, STR_NONE, id, &text, &err))
        return false;
    if (!dom_parse_object(buf_str(&text), &plain, &err))
        return false;
    if (!is_of(plain, principal_key) || !is_current(s, plain, now))
        return false;
    fill(plain, arena, ret);
    return true;
}

static enum session_state state_of(enum spent spent)
{
    if (spent == SPENT_UNAVAILABLE)
        return SESSION_UNKNOWABLE;
    return spent == SPENT_FIRST ? SESSION_OK : SESSION_GONE;
}

enum session_state mcp_session_open(const struct mcp_server *s, struct str id,
                                    struct str principal_key, int64_t now, struct arena *arena,
                                    struct session *ret)
{
    if (!read_id(s, id, principal_key, now, arena, ret))
        return SESSION_GONE;
    if (!s->config.spent)
        return SESSION_OK;
    return state_of(spent_look(s->config.spent, ret->key, NULL));
}

enum session_state mcp_session_end(const struct mcp_server *s, struct str id,
                                   struct str principal_key, int64_t now, struct arena *arena)
{
    struct session session;
    if (!read_id(s, id, principal_key, now, arena, &session))
        return SESSION_GONE;
    if (!s->config.spent)
        return SESSION_OK;
    return state_of(spent_claim(s->config.spent, session.key, ttl(s) + CLOCK_SKEW_S, NULL));
}
