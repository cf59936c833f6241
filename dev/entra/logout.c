// SPDX-License-Identifier: MIT
#include "logout.h"

#include "answers.h"
#include "redirects.h"
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

void logout_handle(struct call *c)
{
    struct str uri = call_param(c, "post_logout_redirect_uri");
    if (!call_tenant(c)) {
        answer_refusal_page(c, STR_NONE, STR_NONE);
        return;
    }
    session_end(c);
    c->note = STR("signed out");
    if (uri.n && redirect_absolute(uri) && registered(c, uri)) {
        leave_to(c, uri);
        return;
    }
    answer_html(
        c, 200,
        STR("<!DOCTYPE html><html lang=\"en\"><title>Sign out</title><h1>You signed out of your account</h1>"
            "<p>Entra ID emulator: a test stand-in, not Microsoft.</p></html>"));
}
