// SPDX-License-Identifier: MIT
// The authorization endpoint (RFC 6749 3.1). It has no effect but a page and a cookie: what is
// asked for rides sealed in the page's form. Client and redirect URI are judged before anything may
// redirect.
#include "oauth/internal.h"

static bool read_parameters(struct exchange *ex, struct form **ret, struct err *err)
{
    if (http_method(ex) == HTTP_POST)
        return request_form(ex, ret, err);
    struct form *form;
    if (!form_parse(http_arena(ex), http_raw_query(ex), &form, err))
        return false;
    *ret = form;
    return true;
}

// An error that may not leave this server: we do not know yet whom to tell.
static void stop_here(const struct call *c, const struct err *err)
{
    bool client = err->code == ERR_INVALID_CLIENT;
    bool closed = client && c->o->config.registration_closed;
    page_problem(
        c,
        &(struct problem){
            .status = err->code == ERR_BUSY ? 503 : 400,
            .code = err_info(err->code)->oauth_error,
            .title =
                client
                    ? STR("This server does not know the application that sent you here")
                    : STR("The application sent you here with a request that cannot be accepted"),
            .cause = err_text(err),
            .fix =
                closed
                    ? STR("Ask the administrator of this server to name this application, and give it the "
                          "client ID that you get from them.")
                : client
                    ? STR("Remove the server's stored sign-in in your application (mcp-remote: delete the "
                          "folder ~/.mcp-auth), then connect again: it will register anew.")
                    : STR("Start the sign-in again from your application. If that does not help, its maker "
                          "or the administrator of this server (redirect URI lists) must act."),
            .whose = client ? WHOSE_USER : WHOSE_ADMIN,
        });
}

// RFC 6749 4.1.2.1: the redirect URI is good, so the client is told.
static void tell_client(const struct call *c, const struct flow *flow, const struct err *err)
{
    const char *word = err_info(err->code)->oauth_error;
    response_redirect(c->ex,
                      response_error_url(c, flow, word ? word : "server_error", err_text(err)));
}

static bool challenge_ok(const struct form *form, struct err *err)
{
    struct str challenge = form_value(form, "code_challenge");
    /*= rfc9700 2.1.1 "…authorization servers MUST support PKCE [RFC7636]." We require it, S256
     * alone. */
    if (!challenge.n)
        return err_set(err, ERR_INVALID_REQUEST,
                       "code_challenge is missing: this server requires PKCE");
    if (!str_is(form_value(form, "code_challenge_method"), "S256"))
        return err_set(err, ERR_INVALID_REQUEST, "code_challenge_method must be S256");
    /*= rfc7636 4.2 "code-challenge = 43*128unreserved" ; an S256 one has 43 */
    for (size_t i = 0; i < challenge.n; i++) {
        char ch = challenge.p[i];
        bool digit =
            (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
        if (!digit && ch != '-' && ch != '_')
            return err_set(err, ERR_INVALID_REQUEST, "code_challenge is not base64url");
    }
    return challenge.n == 43 ||
           err_set(err, ERR_INVALID_REQUEST, "code_challenge must have 43 characters");
}

static bool request_ok(const struct call *c, const struct form *form, struct err *err)
{
    struct str type = form_value(form, "response_type");
    struct str mode = form_value(form, "response_mode");
    if (!form_no_doubles(form, err))
        return false;
    if (!type.n)
        return err_set(err, ERR_INVALID_REQUEST, "response_type is missing");
    if (!str_is(type, "code"))
        return err_set(err, ERR_UNSUPPORTED_RESPONSE_TYPE, "response_type must be code");
    if (mode.n && !str_is(mode, "query"))
        return err_set(err, ERR_INVALID_REQUEST, "response_mode must be query");
    if (form_value(form, "request").n || form_value(form, "request_uri").n)
        return err_set(err, ERR_INVALID_REQUEST, "request objects are not supported");
    return challenge_ok(form, err) && resource_ok(c, form_value(form, "resource"), err);
}

// Client and redirect URI; on false nothing may be redirected.
static bool identify(const struct call *c, const struct form *form, struct flow *flow,
                     struct err *err)
{
    struct client client;
    static const char *const single[] = { "client_id", "redirect_uri", "state" };
    for (size_t i = 0; i < ARRAY_LEN(single); i++)
        if (form_doubled(form, single[i]))
            return err_set(err, ERR_INVALID_REQUEST, "parameter '%s' is there more than once",
                           single[i]);
    if (!client_open(c, form_value(form, "client_id"), &client, err))
        return false;
    struct str uri = form_value(form, "redirect_uri");
    if (!uri.n)
        return err_set(err, ERR_INVALID_REQUEST, "redirect_uri is missing");
    if (!client_redirect_ok(c, &client, uri, err))
        return false;
    struct str state = form_value(form, "state");
    if (state.n > STATE_MAX)
        return err_set(err, ERR_INVALID_REQUEST, "state is longer than %d bytes", STATE_MAX);
    flow->client = client.ref;
    flow->client_name = client.name;
    flow->publisher = client.publisher;
    flow->version = client.version;
    flow->redirect_uri = uri;
    flow->state = state;
    return true;
}

void endpoint_authorize(struct exchange *ex, void *ctx)
{
    struct call c;
    struct form *form = NULL;
    struct flow flow = { .expires = 0 };
    struct err err = { 0 };
    if (looks_ahead(ex))
        return;
    if (!call_begin(&c, ex, ctx, true))
        return;
    if (!read_parameters(ex, &form, &err) || !identify(&c, form, &flow, &err)) {
        stop_here(&c, &err);
        return;
    }
    if (!request_ok(&c, form, &err)) {
        tell_client(&c, &flow, &err);
        return;
    }
    flow.id = random_id(c.arena, 16);
    flow.base = c.base;
    flow.challenge = form_value(form, "code_challenge");
    flow.resource = c.resource;
    flow.began = c.now;
    flow.expires = c.now + c.o->config.flow_ttl_s;
    consent_show(&c, &flow);
}
