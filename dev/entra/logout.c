// SPDX-License-Identifier: MIT
#include "logout.h"

#include "answers.h"
#include "redirects.h"
#include "registry.h"
#include "session.h"

// Any platform of any application may register the address; the request does not name the
// application.
static bool registered(struct call *c, struct str uri)
{
    const json_t *tenants = dom_get(c->emu->config, "tenants");
    for (size_t t = 0; t < json_array_size(tenants); t++) {
        const json_t *apps = dom_get(json_array_get(tenants, t), "applications");
        for (size_t i = 0; i < json_array_size(apps); i++) {
            if (redirect_match(c->emu, json_array_get(apps, i), uri))
                return true;
        }
    }
    return false;
}

static void leave_to(struct call *c, struct str uri)
{
    CLEANUP(buf_release) struct buf to = BUF_INIT(65536);
    redirect_add_base(&to, uri, true);
    if (call_param(c, "state").p) {
        buf_adds(&to, str_index(uri, '?') >= 0 ? "&state=" : "?state=");
        add_form_encoded(&to, call_param(c, "state"));
    }
    x_ms_headers(c);
    http_redirect(c->ex, 302, buf_str(&to));
}

// Each application that was signed in to is told by a frame of the page.
static void add_frames(struct call *c, const struct session *s, struct buf *out)
{
    for (size_t i = 0; s && i < s->app_count; i++) {
        const struct session_app *app = &s->apps[i];
        const json_t *known = app_anywhere(c->emu, str_c(app->app_id));
        struct str url = dom_str(dom_get(known, "web"), "logoutUrl");
        if (!url.n)
            continue;
        buf_adds(out, "<iframe hidden title=\"sign-out of an application\" src=\"");
        buf_add_html(out, url);
        buf_addf(out, "%ssid=%s&amp;iss=", str_index(url, '?') >= 0 ? "&amp;" : "?", app->sid);
        CLEANUP(buf_release) struct buf issuer = BUF_INIT(1024);
        buf_add_urlencoded(&issuer, emu_issuer_v2(c->emu, c->arena, str_c(app->tenant_id)), false);
        buf_add(out, buf_str(&issuer));
        buf_adds(out, "\"></iframe>");
    }
}

static void show_page(struct call *c, struct str frames)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(65536);
    buf_adds(&out, "<!DOCTYPE html><html lang=\"en\"><title>Sign out</title>"
                   "<h1>You signed out of your account</h1>"
                   "<p>Entra ID emulator: a test stand-in, not Microsoft.</p>");
    buf_add(&out, frames);
    buf_adds(&out, "</html>");
    answer_html(c, 200, buf_str(&out));
}

void logout_handle(struct call *c)
{
    struct str uri = call_param(c, "post_logout_redirect_uri");
    if (!call_tenant(c)) {
        answer_refusal_page(c, STR_NONE, STR_NONE);
        return;
    }
    CLEANUP(buf_release) struct buf frames = BUF_INIT(32768);
    add_frames(c, session_get(c), &frames);
    session_end(c);
    c->note = STR("signed out");
    if (uri.n && redirect_absolute(uri) && registered(c, uri)) {
        leave_to(c, uri);
        return;
    }
    show_page(c, buf_str(&frames));
}
