// SPDX-License-Identifier: MIT
// The store that replicas share. An entry is a hash that Redis forgets by itself:
//   expires  until when the key is spent      until, value  what was put, and until when
//   by       who claimed it, so that a claim whose answer was lost on the way may be sent again
// Times are ours, as in the other stores; Redis' own expiry comes REDIS_TTL_SLACK_S later and only
// clears away, so that a replica whose clock is behind does not see a key free that was spent.
// Claiming and putting read before they write: scripts, which Redis runs one at a time.
#include "base/mem.h"
#include "base/random.h"
#include "store/redis_int.h"

#define KEY_MAX      (REDIS_PREFIX_MAX + SPENT_KEY_MAX)
#define CLAIMER_SIZE 8
#define PROBE_TTL_S  1

// KEYS[1]; ARGV: now, expires, seconds until Redis may forget, who. HSET is the first to write: a
// full Redis refuses it, and after another write of the script it would not.
static const char claim_script[] =
    "local e = redis.call('HMGET', KEYS[1], 'expires', 'until', 'value', 'by') "
    "if e[1] and tonumber(e[1]) > tonumber(ARGV[1]) then "
    "  if e[4] == ARGV[4] then return 1 end "
    "  return e "
    "end "
    "redis.call('HSET', KEYS[1], 'expires', ARGV[2], 'by', ARGV[4]) "
    "redis.call('HDEL', KEYS[1], 'until', 'value') "
    "redis.call('EXPIRE', KEYS[1], ARGV[3]) "
    "return 1";

// KEYS[1]; ARGV: until, seconds until Redis may forget, value
static const char put_script[] =
    "local expires = redis.call('HGET', KEYS[1], 'expires') "
    "local ttl = redis.call('TTL', KEYS[1]) "
    "if not expires or tonumber(expires) < tonumber(ARGV[1]) then expires = ARGV[1] end "
    "redis.call('HSET', KEYS[1], 'expires', expires, 'until', ARGV[1], 'value', ARGV[3]) "
    "if ttl < tonumber(ARGV[2]) then redis.call('EXPIRE', KEYS[1], ARGV[2]) end "
    "return 1";

// KEYS: several; one answer for all of them, in one trip.
static const char look_script[] =
    "local all = {} "
    "for i, key in ipairs(KEYS) do "
    "  all[i] = redis.call('HMGET', key, 'expires', 'until', 'value') "
    "end "
    "return all";

enum field { EXPIRES, UNTIL, VALUE, FIELDS }; // of HMGET, in this order

static struct redis *of(struct spent_store *s)
{
    return CONTAINER_OF(s, struct redis, store);
}

static void complain(struct redis *r, const char *why)
{
    pthread_mutex_lock(&r->store.lock);
    spent_complain(&r->store, why);
    pthread_mutex_unlock(&r->store.lock);
}

// --- entries ---

static bool number_at(const redisReply *e, enum field at, int64_t *ret)
{
    const redisReply *field = e->element[at];
    return field->type == REDIS_REPLY_STRING && str_to_i64(str_of(field->str, field->len), ret);
}

static bool is_there(const redisReply *e, enum field at)
{
    return e->element[at]->type != REDIS_REPLY_NIL;
}

// What an entry says at this time: SPENT_FIRST where it is absent or dead.
static enum spent read_entry(struct redis *r, const redisReply *e, int64_t now,
                             struct buf *ret_value)
{
    int64_t expires = 0, until = 0;
    if (e->type == REDIS_REPLY_ARRAY && e->elements >= FIELDS && !is_there(e, EXPIRES))
        return SPENT_FIRST;
    if (e->type != REDIS_REPLY_ARRAY || e->elements < FIELDS || !number_at(e, EXPIRES, &expires) ||
        (is_there(e, UNTIL) && !number_at(e, UNTIL, &until))) {
        complain(r, "an entry in Redis is none of ours: does another program use these keys? Give "
                    "ours a prefix of their own, ZSCALER_MCP_STORE=redis://…?prefix=name:");
        return SPENT_UNAVAILABLE;
    }
    const redisReply *value = e->element[VALUE];
    if (expires > now && until > now && ret_value && value->type == REDIS_REPLY_STRING)
        buf_add(ret_value, str_of(value->str, value->len));
    return expires > now ? SPENT_AGAIN : SPENT_FIRST;
}

// --- commands ---

struct command {
    struct str argv[8];
    int argc;
    char key[KEY_MAX];
    struct {
        char text[24];
    } numbers[3];
};

static struct str number(struct command *c, size_t at, int64_t n)
{
    char *text = c->numbers[at].text;
    int length = snprintf(text, sizeof(c->numbers[at].text), "%lld", (long long)n);
    return str_of(text, (size_t)length);
}

static struct str prefixed(const struct redis *r, char room[KEY_MAX], struct str key)
{
    size_t n = strlen(r->url.prefix);
    memcpy(room, r->url.prefix, n);
    memcpy(room + n, key.p, key.n);
    return str_of(room, n + key.n);
}

static struct str key_of(const struct redis *r, struct command *c, struct str key)
{
    return prefixed(r, c->key, key);
}

static void make_put(const struct redis *r, struct str key, struct str value, int64_t expires,
                     int64_t now, struct command *ret)
{
    const struct str argv[] = { STR("EVAL"),
                                str_c(put_script),
                                STR("1"),
                                key_of(r, ret, key),
                                number(ret, 0, expires),
                                number(ret, 1, expires - now + REDIS_TTL_SLACK_S),
                                value };
    memcpy(ret->argv, argv, sizeof(argv));
    ret->argc = ARRAY_LEN(argv);
}

static void make_claim(const struct redis *r, struct str key, int64_t expires, int64_t now,
                       const char *who, struct command *ret)
{
    const struct str argv[] = { STR("EVAL"),
                                str_c(claim_script),
                                STR("1"),
                                key_of(r, ret, key),
                                number(ret, 0, now),
                                number(ret, 1, expires),
                                number(ret, 2, expires - now + REDIS_TTL_SLACK_S),
                                str_c(who) };
    memcpy(ret->argv, argv, sizeof(argv));
    ret->argc = ARRAY_LEN(argv);
}

bool redis_probe(struct redis *r, redisContext *c, enum redis_remedy *ret_remedy, struct buf *text)
{
    struct command put;
    make_put(r, STR("probe"), STR("1"), PROBE_TTL_S, 0, &put);
    redisReply *reply = redis_ask_link(r, c, put.argc, put.argv, ret_remedy, text);
    if (reply)
        freeReplyObject(reply);
    return reply != NULL;
}

// --- the store's functions ---

static enum spent redis_claim(struct spent_store *s, struct str key, int64_t expires, int64_t now,
                              struct buf *ret_value)
{
    struct redis *r = of(s);
    struct command claim;
    char who[2 * CLAIMER_SIZE + 1];
    random_hex(who, CLAIMER_SIZE);
    make_claim(r, key, expires, now, who, &claim);
    redisReply *reply = redis_ask(r, claim.argc, claim.argv);
    if (!reply)
        return SPENT_UNAVAILABLE;
    // An entry that the script returns is alive: it was judged by the same time.
    enum spent answer =
        reply->type == REDIS_REPLY_INTEGER ? SPENT_FIRST : read_entry(r, reply, now, ret_value);
    freeReplyObject(reply);
    return answer;
}

static bool redis_put(struct spent_store *s, struct str key, struct str value, int64_t expires,
                      int64_t now)
{
    struct redis *r = of(s);
    struct command put;
    make_put(r, key, value, expires, now, &put);
    redisReply *reply = redis_ask(r, put.argc, put.argv);
    if (reply)
        freeReplyObject(reply);
    return reply != NULL;
}

static enum spent redis_look(struct spent_store *s, struct str key, int64_t now,
                             struct buf *ret_value)
{
    struct redis *r = of(s);
    struct command c;
    const struct str look[] = { STR("HMGET"), key_of(r, &c, key), STR("expires"), STR("until"),
                                STR("value") };
    redisReply *reply = redis_ask(r, ARRAY_LEN(look), look);
    if (!reply)
        return SPENT_UNAVAILABLE;
    enum spent answer = read_entry(r, reply, now, ret_value);
    freeReplyObject(reply);
    return answer;
}

static bool read_all(struct redis *r, const redisReply *reply, size_t count, int64_t now,
                     bool *ret_there, struct buf *ret_values)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != count) {
        complain(r, "Redis answered a look at several keys with something else");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        enum spent state = read_entry(r, reply->element[i], now, &ret_values[i]);
        if (state == SPENT_UNAVAILABLE)
            return false;
        ret_there[i] = state == SPENT_AGAIN;
    }
    return true;
}

static bool redis_look_all(struct spent_store *s, const struct str *keys, size_t count, int64_t now,
                           bool *ret_there, struct buf *ret_values)
{
    struct redis *r = of(s);
    char room[SPENT_LOOK_MAX][KEY_MAX], numkeys[24];
    struct str argv[3 + SPENT_LOOK_MAX] = { STR("EVAL"), str_c(look_script) };
    int length = snprintf(numkeys, sizeof(numkeys), "%zu", count);
    argv[2] = str_of(numkeys, (size_t)length);
    for (size_t i = 0; i < count; i++)
        argv[3 + i] = prefixed(r, room[i], keys[i]);
    redisReply *reply = redis_ask(r, (int)(3 + count), argv);
    bool read = reply && read_all(r, reply, count, now, ret_there, ret_values);
    if (reply)
        freeReplyObject(reply);
    return read;
}

static void redis_free(struct spent_store *s)
{
    struct redis *r = of(s);
    redis_pool_stop(r);
    redis_tls_free(r->tls);
    redis_url_release(&r->url);
    spent_store_release(s);
    free(r);
}

static const struct spent_ops redis_ops = {
    .name = "redis",
    .claim = redis_claim,
    .put = redis_put,
    .look = redis_look,
    .look_all = redis_look_all,
    .free = redis_free,
};

// --- opening ---

static bool prepare(const char *text, struct redis_url *ret_url, struct redis_tls **ret_tls,
                    struct err *err)
{
    if (!redis_url_parse(text, ret_url, err))
        return false;
    if (!ret_url->tls || redis_tls_new(ret_tls, err))
        return true;
    redis_url_release(ret_url);
    return false;
}

bool spent_redis_url_ok(const char *url, struct err *err)
{
    struct redis_url parsed;
    struct redis_tls *tls = NULL;
    if (!prepare(url, &parsed, &tls, err))
        return false;
    redis_tls_free(tls);
    redis_url_release(&parsed);
    return true;
}

bool spent_redis_new(const char *url, struct spent_store **ret, struct err *err)
{
    struct redis_url parsed;
    struct redis_tls *tls = NULL;
    if (!prepare(url, &parsed, &tls, err))
        return false;
    struct redis *r = mem_zalloc(1, sizeof(*r));
    spent_store_init(&r->store, &redis_ops, parsed.shown);
    r->url = parsed;
    r->tls = tls;
    redis_pool_start(r);
    *ret = &r->store;
    return true;
}
