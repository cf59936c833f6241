// SPDX-License-Identifier: MIT
#include "emu.h"

#include "base/clock.h"
#include "base/random.h"
#include "config.h"
#include "device.h"
#include "errors_table.h"
#include "faults.h"
#include "grants.h"
#include "jose/b64url.h"
#include "jose/digest.h"
#include "journal.h"
#include "keys.h"
#include "registry.h"
#include "server.h"
#include "session.h"

#define KEPT_MAX 20000 // codes, tokens, sessions: the oldest goes first

static void make_tables(struct emu *e)
{
    e->pending = table_new(KEPT_MAX, pending_free);
    e->sessions = table_new(KEPT_MAX, free);
    e->codes = table_new(KEPT_MAX, grant_free);
    e->refreshes = table_new(KEPT_MAX, grant_free);
    e->consents = table_new(KEPT_MAX, NULL);
    e->revoked = table_new(KEPT_MAX, free);
    e->reused = table_new(KEPT_MAX, NULL);
    e->devices = table_new(KEPT_MAX, device_free);
    e->faults = faults_new();
    e->journal = journal_new();
}

static void free_tables(struct emu *e)
{
    table_free(e->pending);
    table_free(e->sessions);
    table_free(e->codes);
    table_free(e->refreshes);
    table_free(e->consents);
    table_free(e->revoked);
    table_free(e->reused);
    table_free(e->devices);
    faults_free(e->faults);
    journal_free(e->journal);
}

struct emu *emu_new(json_t *config, const char *control_token)
{
    struct emu *e = calloc(1, sizeof(*e));
    if (!e)
        abort();
    pthread_mutex_init(&e->lock, NULL);
    e->config = config;
    e->start_config = json_deep_copy(config);
    e->control_token = str_dup(str_c(control_token));
    make_tables(e);
    e->keys = keystore_new(dom_get(config, "keys"), dom_str(config, "seed"));
    return e;
}

static char *base_url(const struct emu *e, const char *host)
{
    struct str given = dom_str(e->config, "baseUrl");
    char made[300];
    bool v6 = strchr(host, ':') != NULL;
    bool tls = json_is_object(dom_get(dom_get(e->config, "listen"), "tls"));
    snprintf(made, sizeof(made), "%s://%s%s%s:%d", tls ? "https" : "http", v6 ? "[" : "", host,
             v6 ? "]" : "", emu_port(e));
    return str_dup(given.n ? given : str_c(made));
}

bool emu_listen(struct emu *e, const char *host, int port, struct err *err)
{
    // Requests wait for the lock until the port, and so our own name, is known.
    pthread_mutex_lock(&e->lock);
    bool ok = server_start(e, host, port, err);
    if (ok)
        e->base = base_url(e, host);
    pthread_mutex_unlock(&e->lock);
    return ok;
}

int emu_port(const struct emu *e)
{
    return http_server_port(e->server);
}

void emu_free(struct emu *e)
{
    if (!e)
        return;
    if (e->server)
        http_server_stop(e->server, 0);
    free_tables(e);
    keystore_free(e->keys);
    json_decref(e->config);
    json_decref(e->start_config);
    pthread_mutex_destroy(&e->lock);
    free(e->control_token);
    free(e->base);
    free(e);
}

static bool same_member(const json_t *a, const json_t *b, const char *key)
{
    const json_t *of_a = dom_get(a, key), *of_b = dom_get(b, key);
    return (!of_a && !of_b) || json_equal(of_a, of_b);
}

void emu_set_config(struct emu *e, json_t *config)
{
    if (!same_member(e->config, config, "keys") || !same_member(e->config, config, "seed")) {
        keystore_free(e->keys);
        e->keys = keystore_new(dom_get(config, "keys"), dom_str(config, "seed"));
    }
    json_decref(e->config);
    e->config = config;
}

void emu_forget(struct emu *e)
{
    free_tables(e);
    make_tables(e);
    keystore_complete(e->keys);
    e->clock_offset = 0;
    e->audience_flip = false;
}

int64_t emu_now(const struct emu *e)
{
    const json_t *clock = dom_get(e->config, "clock");
    int64_t fixed;
    if (str_is(dom_str(clock, "mode"), "fixed") && parse_iso_time(dom_str(clock, "now"), &fixed))
        return fixed + e->clock_offset;
    return clock_now() + dom_int(clock, "offsetSeconds", 0) + e->clock_offset;
}

void emu_bytes(struct emu *e, uint8_t *p, size_t n)
{
    struct str seed = dom_str(e->config, "seed");
    if (!seed.n) {
        random_bytes(p, n);
        return;
    }
    while (n) {
        uint8_t counter[8], block[SHA256_SIZE];
        uint64_t id = ++e->ids;
        for (size_t i = 0; i < sizeof(counter); i++)
            counter[i] = (uint8_t)(id >> (8 * i));
        hmac_sha256(seed, str_of(counter, sizeof(counter)), block);
        size_t take = n < sizeof(block) ? n : sizeof(block);
        memcpy(p, block, take);
        p += take;
        n -= take;
    }
}

static void guid_text(const uint8_t b[16], char ret[GUID_SIZE])
{
    snprintf(ret, GUID_SIZE,
             "%02x%02x%02x%02x-%02x%02x-4%01x%02x-8%01x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6] & 15u, b[7], b[8] & 15u, b[9], b[10], b[11], b[12], b[13],
             b[14], b[15]);
}

void emu_guid(struct emu *e, char ret[GUID_SIZE])
{
    uint8_t b[16];
    emu_bytes(e, b, sizeof(b));
    guid_text(b, ret);
}

struct str emu_derived_guid(struct arena *arena, struct str a, const char *b)
{
    uint8_t digest[SHA256_SIZE];
    char guid[GUID_SIZE];
    hmac_sha256(a, str_c(b), digest);
    guid_text(digest, guid);
    return arena_str(arena, str_c(guid));
}

struct str emu_opaque(struct call *c, const char *prefix, size_t bytes)
{
    uint8_t raw[1400];
    if (!behaviour_on(c->emu, "longArtifacts"))
        bytes = 48;
    bytes = bytes < sizeof(raw) ? bytes : sizeof(raw);
    emu_bytes(c->emu, raw, bytes);
    CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
    buf_adds(&out, prefix);
    b64url_encode(&out, str_of(raw, bytes));
    return arena_str(c->arena, buf_str(&out));
}

struct str call_param(const struct call *c, const char *name)
{
    return form_get(c->params, name);
}

bool call_has(const struct call *c, const char *name)
{
    return call_param(c, name).n > 0;
}

void call_remark(struct call *c, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(4096);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    if (!c->remarks)
        c->remarks = json_array();
    json_array_append_new(c->remarks, dom_string(buf_str(&text)));
}

bool call_need(struct call *c, const char *name)
{
    return call_has(c, name) || refuse(c, 900144, str_c(name), STR_NONE);
}

static struct str fill(struct arena *arena, int code, const char *text, struct str a, struct str b)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(16384);
    buf_addf(&out, "AADSTS%d: ", code);
    for (const char *p = text; *p; p++) {
        if (p[0] == '{' && (p[1] == '0' || p[1] == '1') && p[2] == '}') {
            buf_add(&out, str_slice(p[1] == '0' ? a : b, 0, 2000));
            p += 2;
        } else {
            buf_addc(&out, *p);
        }
    }
    return arena_str(arena, buf_str(&out));
}

bool refuse(struct call *c, int code, struct str a, struct str b)
{
    const struct aadsts *known = aadsts_find(code);
    c->refusal = (struct refusal){ .code = code,
                                   .error = known->error,
                                   .status = known->status,
                                   .page = known->page,
                                   .text = fill(c->arena, code, known->text, a, b) };
    return false;
}

bool refuse_plain(struct call *c, int code)
{
    return refuse(c, code, STR_NONE, STR_NONE);
}

bool refuse_as(struct call *c, int code, const char *error, const char *suberror)
{
    refuse_plain(c, code);
    c->refusal.error = error;
    c->refusal.suberror = suberror;
    return false;
}

static bool dns_like(struct str s)
{
    bool dot = false;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool letter =
            (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
        if (!letter && ch != '-' && ch != '.')
            return false;
        dot |= ch == '.';
    }
    return dot && s.p[0] != '.' && s.p[s.n - 1] != '.';
}

bool call_tenant(struct call *c)
{
    static const char *const aliases[] = { [ALIAS_COMMON] = "common",
                                           [ALIAS_ORGANIZATIONS] = "organizations",
                                           [ALIAS_CONSUMERS] = "consumers" };
    for (size_t i = ALIAS_COMMON; i < ARRAY_LEN(aliases); i++) {
        if (str_eq_nocase(c->segment, str_c(aliases[i])))
            c->alias = (enum alias)i;
    }
    if (str_eq_nocase(c->segment, STR(MSA_TENANT)))
        c->alias = ALIAS_CONSUMERS;
    if (c->alias)
        return true;
    if (!is_guid(c->segment) && !dns_like(c->segment))
        return refuse(c, 900023, c->segment, STR_NONE);
    c->tenant = tenant_by_segment(c->emu, c->segment);
    return c->tenant ? true : refuse(c, 90002, c->segment, STR_NONE);
}

bool emu_plays_real(const struct emu *e)
{
    return str_is(dom_str(e->config, "issuerMode"), "real");
}

struct str emu_login_host(const struct emu *e, struct arena *arena)
{
    return emu_plays_real(e) ? str_c(config_cloud(e)->login) : arena_str(arena, str_c(e->base));
}

struct str emu_issuer_v2(const struct emu *e, struct arena *arena, struct str tenant_id)
{
    return arena_printf(arena, STR_FMT "/" STR_FMT "/v2.0", STR_ARG(emu_login_host(e, arena)),
                        STR_ARG(tenant_id));
}

struct str emu_issuer_v1(const struct emu *e, struct arena *arena, struct str tenant_id)
{
    if (emu_plays_real(e))
        return arena_printf(arena, "%s/" STR_FMT "/", config_cloud(e)->sts, STR_ARG(tenant_id));
    return arena_printf(arena, "%s/sts/" STR_FMT "/", e->base, STR_ARG(tenant_id));
}
