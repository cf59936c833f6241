// SPDX-License-Identifier: MIT
// What the grants demand (T11 to T13) and give.
#include "access.h"
#include "answers.h"
#include "base/clock.h"
#include "config.h"
#include "consent.h"
#include "device.h"
#include "faults.h"
#include "jose/digest.h"
#include "json/write.h"
#include "mint.h"
#include "registry.h"
#include "token.h"

#define ANSWER_MAX (256 * 1024)

// --- what both user grants share ---

bool redeem_user(struct token_call *t)
{
    struct call *c = t->c;
    const json_t *home = tenant_by_id(c->emu, t->grant->tenant_id);
    t->tenant = c->tenant ? c->tenant : tenant_by_id(c->emu, t->grant->tenant_id);
    t->user = user_seen_in(t->tenant, home, t->grant->oid);
    if (!t->user)
        return refuse(c, 50034, t->grant->oid, dom_str(t->tenant, "displayName"));
    c->person = dom_str(t->user, "userPrincipalName");
    return dom_bool(t->user, "accountEnabled", true) || refuse_plain(c, 50057);
}

static bool same_client(struct token_call *t)
{
    return str_eq_nocase(t->grant->app_id, dom_str(t->app, "appId")) || refuse_plain(t->c, 700007);
}

static void keep_oidc(struct scopes *into, const struct scopes *granted)
{
    into->openid |= granted->openid;
    into->profile |= granted->profile;
    into->email |= granted->email;
    into->offline_access |= granted->offline_access;
}

bool redeem_consented(struct token_call *t, const struct scopes *asked)
{
    struct consent_who who = { t->tenant, t->app, t->user };
    bool admin;
    if (!consent_missing(t->c, &who, asked, &admin))
        return true;
    refuse(t->c, 65001, dom_str(t->app, "appId"), dom_str(t->app, "displayName"));
    t->c->refusal.error = "invalid_grant";
    t->c->refusal.suberror = "consent_required";
    return false;
}

// An application with mapped claims must have a key of its own, or promise to cope without.
static bool own_key_there(struct token_call *t)
{
    bool mapped = json_array_size(dom_get(t->app, "claimsMappingPolicies")) > 0;
    return !mapped || dom_bool(dom_get(t->app, "api"), "acceptMappedClaims", false) ||
           refuse(t->c, 50146, dom_str(t->app, "appId"), STR_NONE);
}

bool redeem_scopes(struct token_call *t) // T12
{
    struct call *c = t->c;
    struct scopes granted;
    bool as_granted = c->v1 && !call_has(c, "resource");
    struct str asked = as_granted ? STR_NONE : scopes_asked(c);
    if (!scopes_resolve(c, t->tenant, t->app, t->grant->scope, &granted))
        return false;
    t->scopes = granted;
    if (asked.n) {
        if (!scopes_resolve(c, t->tenant, t->app, asked, &t->scopes))
            return false;
        if (scopes_many_resources(&t->scopes))
            return refuse(c, 28000, asked, STR_NONE);
        if (!redeem_consented(t, &t->scopes))
            return false;
        // Naming no permission leaves the granted ones.
        if (t->scopes.count == 0) {
            memcpy(t->scopes.api, granted.api, sizeof(granted.api));
            t->scopes.count = granted.count;
        }
        keep_oidc(&t->scopes, &granted);
    }
    return own_key_there(t) && (c->v1 || scopes_fit_resource(c, &t->scopes));
}

static void add_lifetime(struct call *c, const struct scopes *s, struct json_writer *w)
{
    int lifetime = mint_expires_in(c);
    if (!c->v1) {
        jw_kv_int(w, "expires_in", lifetime);
        jw_kv_int(w, "ext_expires_in", lifetime);
        return;
    }
    struct str resource = s->count && s->api[0].prefix.n ? s->api[0].prefix : STR(GRAPH_APP_ID);
    const struct {
        const char *name;
        int64_t value;
    } texts[] = {
        { "expires_in", lifetime },
        { "ext_expires_in", lifetime },
        { "expires_on", c->now + lifetime },
        { "not_before", c->now - 300 },
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        jw_kv(w, texts[i].name, arena_printf(c->arena, "%lld", (long long)texts[i].value));
    jw_kv(w, "resource", resource);
}

static void add_user_tokens(struct token_call *t, bool again, struct json_writer *w)
{
    struct call *c = t->c;
    int unused;
    struct mint m = { .c = c,
                      .tenant = t->tenant,
                      .app = t->app,
                      .user = t->user,
                      .grant = t->grant,
                      .scopes = &t->scopes,
                      .claims_request =
                          call_has(c, "claims") ? call_param(c, "claims") : t->grant->claims,
                      .without_nonce = again,
                      .client_strength = (int)t->credential,
                      .fault = faults_take(c->emu->faults, "token", "token:", &unused) };
    const char *fault = m.fault;
    jw_kv(w, "scope", mint_scope_text(&m));
    add_lifetime(c, &t->scopes, w);
    if (!scopes_resource_app(&t->scopes))
        m.fault = NULL; // nobody can check a Graph token anyway
    jw_kv(w, "access_token", mint_access_token(&m));
    m.fault = fault;
    if (t->scopes.offline_access)
        jw_kv(w, "refresh_token", grant_issue_refresh(c, t->grant));
    if (t->scopes.openid)
        jw_kv(w, "id_token", mint_id_token(&m));
    if (str_is(call_param(c, "client_info"), "1"))
        jw_kv(w, "client_info", mint_client_info(&m));
}

void redeem_give(struct token_call *t, bool again)
{
    CLEANUP(buf_wipe) struct buf body = BUF_INIT(ANSWER_MAX);
    struct json_writer w;
    jw_init(&w, &body);
    jw_object(&w);
    jw_kv_c(&w, "token_type", "Bearer");
    add_user_tokens(t, again, &w);
    jw_object_end(&w);
    answer_json(t->c, 200, buf_str(&body));
}

// --- authorization_code ---

static bool code_alive(struct token_call *t)
{
    struct call *c = t->c;
    if (c->now > t->grant->issued + CODE_SECONDS)
        return refuse_plain(c, 70008);
    if (t->grant->redeemed) {
        if (behaviour_on(c->emu, "codeReuseRevokes"))
            table_put(c->emu->reused, t->grant->family, c->emu);
        return refuse_plain(c, 54005);
    }
    if (c->tenant && !str_eq_nocase(t->grant->tenant_id, dom_str(c->tenant, "id")))
        return refuse_plain(c, 700005);
    return true;
}

static bool code_redirect(struct token_call *t)
{
    struct str sent = call_param(t->c, "redirect_uri");
    return str_eq(sent, t->grant->redirect_uri) ||
           refuse(t->c, 500112, sent, t->grant->redirect_uri);
}

static bool code_verifier(struct token_call *t)
{
    struct call *c = t->c;
    struct str challenge = t->grant->challenge, verifier = call_param(c, "code_verifier");
    if (!challenge.n && verifier.n)
        call_remark(c,
                    "code_verifier without a code_challenge in the authorization request: ignored");
    if (!challenge.n)
        return true;
    if (!verifier.n)
        return refuse_plain(c, 50148);
    CLEANUP(buf_release) struct buf hashed = BUF_INIT(64);
    /*= rfc7636 4.6 "If the values are not equal, an error response indicating "invalid_grant" …
     * MUST be returned." */
    sha256_b64url(&hashed, verifier);
    bool s256 = str_is(t->grant->method, "S256");
    return str_eq_secret(s256 ? buf_str(&hashed) : verifier, challenge) || refuse_plain(c, 501481);
}

static bool judge_code(struct token_call *t)
{
    return code_alive(t) && same_client(t) && code_redirect(t) && code_verifier(t) &&
           redeem_user(t) && redeem_scopes(t);
}

static void give_code(struct token_call *t)
{
    t->grant->redeemed = true;
    redeem_give_first(t);
}

void redeem_give_first(struct token_call *t)
{
    t->grant->first_issued = t->c->now;
    t->grant->confidential = t->credential != CREDENTIAL_NONE;
    redeem_give(t, false);
}

// --- refresh_token ---

static struct str day_of(struct call *c, int64_t when)
{
    char text[21];
    clock_iso(when, text);
    return arena_str(c->arena, str_c(text));
}

static bool revoked(struct token_call *t)
{
    const int64_t *since = table_get(t->c->emu->revoked, t->grant->oid);
    if (since && t->grant->issued <= *since)
        return true;
    const json_t *states = dom_get(t->user, "state");
    for (size_t i = 0; i < json_array_size(states); i++) {
        struct str state = dom_text(json_array_get(states, i));
        int64_t when;
        if (str_starts(state, STR("revokedAt:")) &&
            parse_iso_time(str_slice(state, 10, state.n), &when) && t->grant->issued < when)
            return true;
    }
    return false;
}

static bool refresh_alive(struct token_call *t)
{
    struct call *c = t->c;
    const struct grant *g = t->grant;
    if (g->platform == PLATFORM_SPA && c->now > g->first_issued + REFRESH_SPA_SECONDS)
        return refuse(c, 700084, day_of(c, g->first_issued), STR_NONE);
    if (c->now > g->issued + REFRESH_IDLE_SECONDS)
        return refuse(c, 700082, day_of(c, g->issued), STR_NONE);
    bool reused = g->family.n && table_get(c->emu->reused, g->family);
    return revoked(t) || reused ? refuse_as(c, 50173, "invalid_grant", "bad_token") : true;
}

// A client that is its own API has to name it again.
static bool not_for_itself(struct token_call *t)
{
    struct scopes granted, asked;
    struct call *c = t->c;
    if (c->v1)
        return true;
    if (!scopes_resolve(c, t->tenant, t->app, t->grant->scope, &granted) ||
        !scopes_resolve(c, t->tenant, t->app, call_param(c, "scope"), &asked))
        return false;
    bool itself = str_eq_nocase(scopes_resource(&granted), dom_str(t->app, "appId"));
    return !itself || asked.count || refuse(c, 90009, dom_str(t->app, "appId"), STR_NONE);
}

static bool refresh_allowed(struct token_call *t) // T13
{
    struct call *c = t->c;
    struct access_who who = { t->tenant, t->app, t->user, t->grant->mfa };
    struct demand d = access_demand(c, &who, "refresh");
    if (d.frequency_s && c->now > t->grant->auth_time + d.frequency_s) {
        refuse(c, 70043, day_of(c, t->grant->issued),
               arena_printf(c->arena, "%lld", (long long)d.frequency_s));
        c->refusal.suberror = "bad_token";
        return false;
    }
    return !d.grant || access_refuse_token(c, &d, false);
}

static bool judge_refresh(struct token_call *t)
{
    return same_client(t) && redeem_user(t) && refresh_alive(t) && not_for_itself(t) &&
           redeem_scopes(t) && refresh_allowed(t);
}

static void give_refresh(struct token_call *t)
{
    redeem_give(t, true);
}

// --- client_credentials ---

// The resource that is asked for with all its permissions.
static bool default_resource(struct call *c, struct str *ret)
{
    struct str scope = call_param(c, c->v1 ? "resource" : "scope"), suffix = STR("/.default");
    *ret = c->v1 ? scope : str_slice(scope, 0, scope.n - suffix.n);
    bool fits = str_ends(scope, suffix) && str_index(scope, ' ') < 0;
    return c->v1 || fits || refuse(c, 1002012, scope, STR_NONE);
}

static bool judge_client_credentials(struct token_call *t)
{
    struct call *c = t->c;
    struct str resource;
    if (t->credential == CREDENTIAL_NONE)
        return refuse_plain(c, 7000216);
    if (!client_judge_secret(t))
        return false;
    if (c->alias)
        return refuse_plain(c, 50059);
    t->tenant = c->tenant;
    if (!default_resource(c, &resource))
        return false;
    struct scopes *s = &t->scopes;
    struct str graph = str_c(config_cloud(c->emu)->graph);
    const json_t *unused;
    s->count = 1;
    s->api[0] = (struct scope){ .prefix = resource, .name = STR(".default") };
    s->api[0].resource = STR(GRAPH_APP_ID);
    if (str_eq(resource, graph) || str_is(resource, GRAPH_APP_ID))
        return true;
    json_t *owner = api_by_identifier(c->emu, t->tenant, resource);
    if (!owner || !principal_find(c->emu, t->tenant, owner, &unused))
        return refuse(c, 500011, resource, dom_str(t->tenant, "displayName"));
    s->api[0].owner = owner;
    s->api[0].resource = dom_str(owner, "appId");
    return true;
}

static void give_client_credentials(struct token_call *t)
{
    CLEANUP(buf_wipe) struct buf body = BUF_INIT(ANSWER_MAX);
    struct json_writer w;
    struct mint m = { .c = t->c,
                      .tenant = t->tenant,
                      .app = t->app,
                      .scopes = &t->scopes,
                      .client_strength = (int)t->credential };
    jw_init(&w, &body);
    jw_object(&w);
    jw_kv_c(&w, "token_type", "Bearer");
    add_lifetime(t->c, &t->scopes, &w);
    jw_kv(&w, "access_token", mint_access_token(&m));
    jw_object_end(&w);
    answer_json(t->c, 200, buf_str(&body));
}

#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"
#define BEARER_GRANT "urn:ietf:params:oauth:grant-type:jwt-bearer"

// clang-format off
const struct grant_type grant_types[] = {
    { "authorization_code", { "code", "redirect_uri" }, "code", grant_text_ok,
      judge_code, give_code },
    { "refresh_token", { "refresh_token" }, "refresh_token", grant_text_ok,
      judge_refresh, give_refresh },
    { "client_credentials", { "scope" }, NULL, NULL,
      judge_client_credentials, give_client_credentials },
    { DEVICE_GRANT, { "device_code" }, NULL, NULL, device_judge, redeem_give_first },
    { "device_code", { "device_code" }, NULL, NULL, device_judge, redeem_give_first },
    { "password", { "username", "password", "scope" }, NULL, NULL,
      password_judge, redeem_give_first, .legacy = true },
    { BEARER_GRANT, { "assertion", "requested_token_use", "scope" }, "assertion", assertion_shape_ok,
      on_behalf_judge, redeem_give_first, .legacy = true },
    { NULL },
};
// clang-format on
