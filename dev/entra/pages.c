// SPDX-License-Identifier: MIT
// The pages a person sees: plain forms that work without script.
#include "answers.h"
#include "authorize.h"
#include "config.h"
#include "registry.h"

#define PAGE_MAX 131072

static void page_begin(struct buf *out, const char *heading)
{
    buf_adds(
        out,
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>Sign in to your account</title><style>"
        "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}"
        "label{display:block;margin:.7rem 0}input{font:inherit;padding:.3rem;width:20rem;max-width:100%}"
        "button{font:inherit;padding:.4rem 1.2rem;margin:.5rem .5rem 0 0}.error{color:#a80000}"
        "table{border-collapse:collapse;font-size:14px}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}"
        ".note{background:#fff4ce;padding:.4rem .8rem}</style></head><body>"
        "<p class=\"note\">Entra ID <b>emulator</b>: a test stand-in with test accounts. This is not Microsoft; "
        "never type a real password here.</p><h1>");
    buf_adds(out, heading);
    buf_adds(out, "</h1>");
}

static void page_send(struct authorize *a, struct buf *out, const char *what)
{
    buf_adds(out, "</body></html>");
    a->c->note = str_c(what);
    answer_html(a->c, 200, buf_str(out));
}

static void form_begin(struct authorize *a, struct buf *out, const char *action)
{
    struct str ctx, canary;
    pending_keep(a->c, a->segment, a->raw, &a->so_far, &ctx, &canary);
    buf_adds(out, "<form method=\"post\" action=\"/");
    buf_add_html(out, a->segment);
    buf_addf(out, "/%s\"><input type=\"hidden\" name=\"ctx\" value=\"", action);
    buf_add_html(out, ctx);
    buf_adds(out, "\"><input type=\"hidden\" name=\"canary\" value=\"");
    buf_add_html(out, canary);
    buf_adds(out, "\">");
}

static void add_app_line(struct authorize *a, struct buf *out)
{
    if (!a->app)
        return;
    buf_adds(out, "<p>to continue to <b>");
    buf_add_html(out, dom_str(a->app, "displayName"));
    buf_adds(out, "</b></p>");
}

static void add_text(struct buf *out, const char *before, struct str text, const char *after)
{
    buf_adds(out, before);
    buf_add_html(out, text);
    buf_adds(out, after);
}

static const char *what_it_shows(const json_t *user)
{
    if (!dom_bool(user, "accountEnabled", true))
        return "disabled account (AADSTS50057)";
    if (user_has_state(user, "mfaRequired"))
        return "has to pass a second factor (any code)";
    if (user_has_state(user, "locked"))
        return "locked account (AADSTS50053)";
    if (user_is_guest(user))
        return "guest from another tenant";
    if (user_is_admin(user))
        return "administrator, may consent for all";
    return user_group_count(user) > 200 ? "in more groups than a token can carry"
                                        : "ordinary member";
}

static void add_accounts(struct authorize *a, struct buf *out)
{
    const json_t *tenants = dom_get(a->c->emu->config, "tenants");
    buf_adds(
        out,
        "<h2>Test accounts</h2><table><tr><th>Name</th><th>Password</th><th>Tenant</th><th>Shows</th></tr>");
    for (size_t t = 0; t < json_array_size(tenants); t++) {
        const json_t *tenant = json_array_get(tenants, t), *users = dom_get(tenant, "users");
        for (size_t u = 0; u < json_array_size(users); u++) {
            const json_t *user = json_array_get(users, u);
            add_text(out, "<tr><td>", dom_str(user, "userPrincipalName"), "</td><td>");
            add_text(out, "<code>", dom_str(user, "password"), "</code></td><td>");
            add_text(out, "", dom_str(tenant, "displayName"), "</td><td>");
            buf_addf(out, "%s</td></tr>", what_it_shows(user));
        }
    }
    buf_adds(out, "</table>");
}

void page_sign_in(struct authorize *a, struct str login, struct str message)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(&out, "Sign in");
    add_app_line(a, &out);
    if (message.n)
        add_text(&out, "<p class=\"error\" role=\"alert\">", message, "</p>");
    form_begin(a, &out, "login");
    add_text(
        &out,
        "<label>Account<br><input name=\"login\" type=\"text\" autocomplete=\"username\" autofocus value=\"",
        login,
        "\"></label><label>Password<br><input name=\"passwd\" type=\"password\" "
        "autocomplete=\"current-password\"></label><button type=\"submit\">Sign in</button></form>");
    add_accounts(a, &out);
    page_send(a, &out, "sign-in page shown");
}

void page_mfa(struct authorize *a)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(&out, "Verify your identity");
    add_text(&out, "<p>", a->c->refusal.text, "</p>");
    add_text(&out, "<p>Signed in as ", dom_str(a->user, "userPrincipalName"),
             ". Any code passes here.</p>");
    form_begin(a, &out, "mfa");
    buf_adds(
        &out,
        "<label>Code<br><input name=\"code\" type=\"text\" inputmode=\"numeric\" autofocus></label>"
        "<button type=\"submit\">Verify</button></form>");
    page_send(a, &out, "second factor asked for");
}

void page_picker(struct authorize *a)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    const struct session *s = session_get(a->c);
    page_begin(&out, "Pick an account");
    add_app_line(a, &out);
    form_begin(a, &out, "pick");
    for (size_t i = 0; i < s->count; i++) {
        const json_t *tenant = tenant_by_id(a->c->emu, str_c(s->users[i].tenant_id));
        const json_t *user = user_by_oid(tenant, str_c(s->users[i].oid));
        add_text(&out, "<button type=\"submit\" name=\"account\" value=\"", str_c(s->users[i].oid),
                 "\">");
        add_text(&out, "", dom_str(user, "userPrincipalName"), "</button>");
    }
    buf_adds(
        &out,
        "<button type=\"submit\" name=\"account\" value=\"other\">Use another account</button></form>");
    page_send(a, &out, "account picker shown");
}

static void add_permissions(struct authorize *a, struct buf *out)
{
    const struct scopes *s = &a->scopes;
    buf_adds(out, "<ul>");
    if (s->openid || s->profile)
        buf_adds(out, "<li>Sign you in and read your profile</li>");
    if (s->email)
        buf_adds(out, "<li>View your email address</li>");
    if (s->offline_access)
        buf_adds(out, "<li>Maintain access to data you have given it access to</li>");
    for (size_t i = 0; i < s->count; i++) {
        add_text(out, "<li>", s->api[i].name, " on ");
        add_text(out, "",
                 s->api[i].owner ? dom_str(s->api[i].owner, "displayName") : STR("Microsoft Graph"),
                 "</li>");
    }
    buf_adds(out, "</ul>");
}

void page_consent(struct authorize *a, bool admin_needed)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(&out, admin_needed ? "Need admin approval" : "Permissions requested");
    add_app_line(a, &out);
    add_permissions(a, &out);
    if (admin_needed) {
        refuse(a->c, 90094, dom_str(a->app, "displayName"), STR_NONE);
        add_text(&out, "<p class=\"error\">", a->c->refusal.text, "</p>");
    }
    form_begin(a, &out, "consent");
    if (!admin_needed && user_is_admin(a->user))
        buf_adds(&out, "<label><input type=\"checkbox\" name=\"organization\" value=\"1\" "
                       "style=\"width:auto\"> Consent on behalf of your organization</label>");
    if (!admin_needed)
        buf_adds(&out,
                 "<button type=\"submit\" name=\"decision\" value=\"accept\">Accept</button>");
    buf_addf(&out, "<button type=\"submit\" name=\"decision\" value=\"decline\">%s</button></form>",
             admin_needed ? "Return to the application without granting consent" : "Cancel");
    page_send(a, &out, admin_needed ? "admin approval needed" : "consent page shown");
}

void page_confirm(struct authorize *a)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(&out, "Are you trying to sign in?");
    add_text(&out, "<p>AADSTS50199: only continue if you yourself asked <b>",
             dom_str(a->app, "displayName"), "</b> to sign you in on another device.</p>");
    form_begin(a, &out, "confirm");
    buf_adds(&out,
             "<button type=\"submit\" name=\"decision\" value=\"accept\">Continue</button>"
             "<button type=\"submit\" name=\"decision\" value=\"decline\">Cancel</button></form>");
    page_send(a, &out, "confirmation asked for");
}

void page_done(struct authorize *a, const char *heading, const char *text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(&out, heading);
    buf_addf(&out, "<p>%s</p>", text);
    page_send(a, &out, heading);
}

void page_device_code(struct call *c, const char *message)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(&out, "Enter code");
    if (message)
        buf_addf(&out, "<p class=\"error\" role=\"alert\">%s</p>", message);
    buf_adds(&out,
             "<form method=\"post\" action=\"/device\"><label>Code shown by your app or device<br>"
             "<input name=\"user_code\" type=\"text\" autocomplete=\"off\" autofocus></label>"
             "<button type=\"submit\">Next</button></form></body></html>");
    c->note = STR("device page shown");
    answer_html(c, 200, buf_str(&out));
}
