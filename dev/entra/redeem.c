// SPDX-License-Identifier: MIT
// What the grants demand (T11 to T13) and give.
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
    t->tenant = c->tenant ? c->tenant : tenant_by_id(c->emu, t->grant->tenant_id);
    t->user = user_by_oid(t->tenant, t->grant->oid);
    if (!t->user)
        return refuse(c, 50034, t->grant->oid, dom_str(t->tenant, "displayName"));
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

static bool consented(struct token_call *t, const struct scopes *asked)
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

bool redeem_scopes(struct token_call *t) // T12
{
    struct call *c = t->c;
    struct scopes granted;
    struct str asked = call_param(c, "scope");
    if (!scopes_resolve(c, t->tenant, t->app, t->grant->scope, &granted))
        return false;
    t->scopes = granted;
    if (asked.n) {
        if (!scopes_resolve(c, t->tenant, t->app, asked, &t->scopes))
            return false;
        if (scopes_many_resources(&t->scopes))
            return refuse(c, 28000, asked, STR_NONE);
        if (!consented(t, &t->scopes))
            return false;
        // Naming no permission leaves the granted ones.
        if (t->scopes.count == 0) {
            memcpy(t->scopes.api, granted.api, sizeof(granted.api));
            t->scopes.count = granted.count;
        }
        keep_oidc(&t->scopes, &granted);
    }
    return scopes_fit_resource(c, &t->scopes);
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
                      .without_nonce = again,
                      .client_strength = (int)t->credential,
                      .fault = faults_take(c->emu->faults, "token", "token:", &unused) };
    const char *fault = m.fault;
    jw_kv(w, "scope", mint_scope_text(&m));
    jw_kv_int(w, "expires_in", mint_expires_in(c));
    jw_kv_int(w, "ext_expires_in", mint_expires_in(c));
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
    if (t->grant->platform == PLATFORM_SPA && t->origin.p)
        http_add_header(t->c->ex, "Access-Control-Allow-Origin", t->origin);
    answer_json(t->c, 200, buf_str(&body));
}

// --- authorization_code ---

static bool code_alive(struct token_call *t)
{
    struct call *c = t->c;
    if (c->now > t->grant->issued + CODE_SECONDS)
        return refuse_plain(c, 70008);
    if (t->grant->redeemed)
        return refuse_plain(c, 54005);
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
    return revoked(t) ? refuse_as(c, 50173, "invalid_grant", "bad_token") : true;
}

// A client that is its own API has to name it again.
static bool not_for_itself(struct token_call *t)
{
    struct scopes granted, asked;
    struct call *c = t->c;
    if (!scopes_resolve(c, t->tenant, t->app, t->grant->scope, &granted) ||
        !scopes_resolve(c, t->tenant, t->app, call_param(c, "scope"), &asked))
        return false;
    bool itself = str_eq_nocase(scopes_resource(&granted), dom_str(t->app, "appId"));
    return !itself || asked.count || refuse(c, 90009, dom_str(t->app, "appId"), STR_NONE);
}

static bool refresh_allowed(struct token_call *t) // T13
{
    const char *demand = conditional_access(t->tenant, t->app, t->user, "refresh");
    if (!demand)
        return true;
    if (strcmp(demand, "mfa") == 0) {
        refuse(t->c, 50076, scopes_resource(&t->scopes), STR_NONE);
        t->c->refusal.suberror = "basic_action";
        t->c->refusal.error = "invalid_grant";
        return false;
    }
    return refuse_as(t->c, strcmp(demand, "block") == 0 ? 53003 : 53000, "interaction_required",
                     "message_only");
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

static bool judge_client_credentials(struct token_call *t)
{
    struct call *c = t->c;
    struct str scope = call_param(c, "scope");
    if (t->credential == CREDENTIAL_NONE)
        return refuse_plain(c, 7000216);
    if (!client_judge_secret(t))
        return false;
    if (c->alias)
        return refuse_plain(c, 50059);
    t->tenant = c->tenant;
    if (!str_ends(scope, STR("/.default")) || str_index(scope, ' ') >= 0)
        return refuse(c, 1002012, scope, STR_NONE);
    struct str resource = str_slice(scope, 0, scope.n - strlen("/.default"));
    bool graph = str_is(resource, GRAPH_URL) || str_is(resource, GRAPH_APP_ID);
    json_t *owner = graph ? NULL : app_by_identifier(c->emu, t->tenant, resource);
    if (!graph && !owner)
        return refuse(c, 500011, resource, dom_str(t->tenant, "displayName"));
    t->scopes.api[0] =
        (struct scope){ .owner = owner,
                        .prefix = resource,
                        .name = STR(".default"),
                        .resource = graph ? STR(GRAPH_APP_ID) : dom_str(owner, "appId") };
    t->scopes.count = 1;
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
    jw_kv_int(&w, "expires_in", mint_expires_in(t->c));
    jw_kv_int(&w, "ext_expires_in", mint_expires_in(t->c));
    jw_kv(&w, "access_token", mint_access_token(&m));
    jw_object_end(&w);
    answer_json(t->c, 200, buf_str(&body));
}

const struct grant_type grant_types[] = {
    { "authorization_code", { "code", "redirect_uri" }, "code", judge_code, give_code },
    { "refresh_token", { "refresh_token" }, "refresh_token", judge_refresh, give_refresh },
    { "client_credentials", { "scope" }, NULL, judge_client_credentials, give_client_credentials },
    { "urn:ietf:params:oauth:grant-type:device_code",
      { "device_code" },
      NULL,
      device_judge,
      device_give },
    { "device_code", { "device_code" }, NULL, device_judge, device_give },
    { NULL },
};
