// SPDX-License-Identifier: MIT
// What goes back to the client: the code, or error parameters, by query, fragment or form post.
#include "answers.h"
#include "authorize.h"
#include "config.h"
#include "grants.h"
#include "mint.h"

#define RESPONSE_MAX 131072
#define PAIRS_MAX    12

struct pairs {
    struct {
        const char *name;
        struct str value;
    } at[PAIRS_MAX];
    size_t n;
};

static void add(struct pairs *p, const char *name, struct str value)
{
    p->at[p->n].name = name;
    p->at[p->n++].value = value;
}

// HTML is taken out of state before it is echoed.
static struct str state_of(struct call *c)
{
    struct str state = call_param(c, "state");
    CLEANUP(buf_release) struct buf out = BUF_INIT(RESPONSE_MAX);
    while (state.p) {
        ptrdiff_t open = str_index(state, '<');
        ptrdiff_t close = open < 0 ? -1 : str_index(str_slice(state, (size_t)open, state.n), '>');
        if (close < 0) {
            buf_add(&out, state);
            break;
        }
        buf_add(&out, str_slice(state, 0, (size_t)open));
        state = str_slice(state, (size_t)(open + close) + 1, state.n);
    }
    return arena_str(c->arena, buf_str(&out));
}

static void add_common(struct authorize *a, struct pairs *p)
{
    struct call *c = a->c;
    if (call_param(c, "state").p)
        add(p, "state", state_of(c));
    if (behaviour_on(c->emu, "issParameter") && a->tenant)
        add(p, "iss", emu_issuer_v2(c->emu, c->arena, dom_str(a->tenant, "id")));
}

static void send_redirect(struct authorize *a, const struct pairs *p)
{
    CLEANUP(buf_release) struct buf to = BUF_INIT(RESPONSE_MAX);
    redirect_add_base(&to, a->redirect_uri, true);
    char sep = '#';
    if (a->mode == MODE_QUERY)
        sep = str_index(a->redirect_uri, '?') >= 0 ? '&' : '?';
    for (size_t i = 0; i < p->n; i++) {
        buf_addc(&to, i ? '&' : sep);
        buf_adds(&to, p->at[i].name);
        buf_addc(&to, '=');
        add_form_encoded(&to, p->at[i].value);
    }
    if (a->mode == MODE_QUERY)
        buf_addc(&to, '#');
    http_add_header(a->c->ex, "Cache-Control", STR("no-store, no-cache"));
    x_ms_headers(a->c);
    http_redirect(a->c->ex, 302, buf_str(&to));
}

static void send_form(struct authorize *a, const struct pairs *p)
{
    CLEANUP(buf_release) struct buf page = BUF_INIT(RESPONSE_MAX);
    buf_adds(&page, "<!DOCTYPE html><html><head><title>Working...</title></head><body>"
                    "<form method=\"POST\" name=\"hiddenform\" action=\"");
    buf_add_html(&page, a->redirect_uri);
    buf_adds(&page, "\">");
    for (size_t i = 0; i < p->n; i++) {
        buf_addf(&page, "<input type=\"hidden\" name=\"%s\" value=\"", p->at[i].name);
        buf_add_html(&page, p->at[i].value);
        buf_adds(&page, "\">");
    }
    buf_adds(&page, "<noscript><p>Script is disabled. Click Submit to continue.</p>"
                    "<input type=\"submit\" value=\"Submit\"></noscript></form>"
                    "<script>document.forms[0].submit();</script></body></html>");
    answer_html(a->c, 200, buf_str(&page));
}

static void send_pairs(struct authorize *a, const struct pairs *p)
{
    if (a->mode == MODE_FORM_POST)
        send_form(a, p);
    else
        send_redirect(a, p);
}

void respond_refusal(struct authorize *a)
{
    struct call *c = a->c;
    // Nothing is ever sent to a URI that is not registered.
    if (!c->refusal.page && !a->platform)
        authorize_refuse_client(a);
    if (c->refusal.page) {
        answer_refusal_page(c, dom_str(a->app, "displayName"), dom_str(a->app, "appId"));
        return;
    }
    struct pairs p = { .n = 0 };
    add(&p, "error", str_c(c->refusal.error));
    if (c->refusal.subcode)
        add(&p, "error_subcode", str_c(c->refusal.subcode));
    add(&p, "error_description", refusal_description(c));
    add(&p, "error_uri",
        arena_printf(c->arena, STR_FMT "/error?code=%d", STR_ARG(emu_login_host(c->emu, c->arena)),
                     c->refusal.code));
    add_common(a, &p);
    send_pairs(a, &p);
}

static struct grant grant_of(const struct authorize *a)
{
    const struct call *c = a->c;
    return (struct grant){
        .app_id = dom_str(a->app, "appId"),
        .tenant_id = dom_str(a->tenant, "id"),
        .user_tenant_id = dom_str(a->user_tenant, "id"),
        .oid = dom_str(a->user, "id"),
        .scope = a->scope,
        .redirect_uri = a->redirect_uri,
        .challenge = call_param(c, "code_challenge"),
        .method = call_param(c, "code_challenge_method"),
        .nonce = call_param(c, "nonce"),
        .claims = call_param(c, "claims"),
        .sid = str_c(a->who.sid),
        .platform = a->platform,
        .mfa = a->who.mfa,
        .auth_time = a->who.auth_time,
    };
}

void respond_success(struct authorize *a)
{
    struct call *c = a->c;
    struct grant grant = grant_of(a);
    struct mint mint = { .c = c,
                         .tenant = a->tenant,
                         .app = a->app,
                         .user = a->user,
                         .grant = &grant,
                         .scopes = &a->scopes,
                         .claims_request = grant.claims,
                         .front_channel = true };
    struct pairs p = { .n = 0 };
    if (a->token) {
        mint.access_token = mint_access_token(&mint);
        add(&p, "access_token", mint.access_token);
        add(&p, "token_type", STR("Bearer"));
        add(&p, "expires_in", arena_printf(c->arena, "%d", mint_expires_in(c)));
        add(&p, "scope", mint_scope_text(&mint));
    }
    if (a->code) {
        mint.code = grant_issue_code(c, &grant);
        add(&p, "code", mint.code);
    }
    if (a->id_token)
        add(&p, "id_token", mint_id_token(&mint));
    if (str_is(call_param(c, "client_info"), "1"))
        add(&p, "client_info", mint_client_info(&mint));
    add_common(a, &p);
    add(&p, "session_state", str_c(a->who.sid));
    session_note_app(c, &a->who, grant.tenant_id, grant.app_id);
    c->note = STR("signed in, response sent");
    send_pairs(a, &p);
}
