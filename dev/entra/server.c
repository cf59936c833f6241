// SPDX-License-Identifier: MIT
#include "server.h"

#include <unistd.h>

#include "answers.h"
#include "authorize.h"
#include "config.h"
#include "control.h"
#include "device.h"
#include "discovery.h"
#include "errors_table.h"
#include "faults.h"
#include "graph.h"
#include "journal.h"
#include "logout.h"
#include "token.h"

#define BODY_MAX (256 * 1024)
#define ANY      (HTTP_GET | HTTP_POST | HTTP_PUT | HTTP_DELETE | HTTP_PATCH | HTTP_OPTIONS)

enum reads { READS_QUERY, READS_FORM, READS_BY_METHOD };

struct endpoint {
    unsigned methods;
    const char *path; // behind the tenant's segment
    const char *name; // for faults and the journal
    enum reads reads;
    void (*handle)(struct call *c);
    bool v1;
};

static const struct endpoint tenant_endpoints[] = {
    { HTTP_GET | HTTP_OPTIONS, "v2.0/.well-known/openid-configuration", "discovery", READS_QUERY,
      discovery_v2_handle },
    { HTTP_GET | HTTP_OPTIONS, ".well-known/openid-configuration", "discovery", READS_QUERY,
      discovery_v1_handle },
    { HTTP_GET | HTTP_OPTIONS, "discovery/v2.0/keys", "keys", READS_QUERY, keys_v2_handle },
    { HTTP_GET | HTTP_OPTIONS, "discovery/keys", "keys", READS_QUERY, keys_v1_handle },
    { HTTP_GET | HTTP_OPTIONS, "discovery/instance", "instance", READS_QUERY, instance_handle },
    { HTTP_GET | HTTP_POST, "oauth2/v2.0/authorize", "authorize", READS_BY_METHOD,
      authorize_handle },
    { HTTP_POST, "login", "login", READS_FORM, login_handle },
    { HTTP_POST, "mfa", "mfa", READS_FORM, mfa_handle },
    { HTTP_POST, "consent", "consent", READS_FORM, consent_handle },
    { HTTP_POST, "pick", "pick", READS_FORM, pick_handle },
    { HTTP_GET | HTTP_POST, "oauth2/v2.0/logout", "logout", READS_BY_METHOD, logout_handle },
    { HTTP_POST, "confirm", "confirm", READS_FORM, device_confirm_handle },
    { HTTP_GET | HTTP_POST, "oauth2/v2.0/devicecode", "devicecode", READS_FORM, devicecode_handle },
    { HTTP_GET | HTTP_POST, "oauth2/v2.0/token", "token", READS_FORM, token_handle },
    { HTTP_GET | HTTP_POST, "oauth2/authorize", "authorize", READS_BY_METHOD, authorize_handle,
      .v1 = true },
    { HTTP_GET | HTTP_POST, "oauth2/token", "token", READS_FORM, token_handle, .v1 = true },
    { HTTP_GET | HTTP_POST, "oauth2/devicecode", "devicecode", READS_BY_METHOD, devicecode_handle,
      .v1 = true },
    { HTTP_GET | HTTP_POST, "oauth2/logout", "logout", READS_BY_METHOD, logout_handle, .v1 = true },
    { HTTP_GET | HTTP_POST, "openid/userinfo", "userinfo", READS_QUERY, userinfo_handle,
      .v1 = true },
};

static void error_handle(struct call *c);
static void home_handle(struct call *c);

static const struct endpoint plain_endpoints[] = {
    { HTTP_GET, "/", "home", READS_QUERY, home_handle },
    { HTTP_GET | HTTP_POST, "/device", "device", READS_BY_METHOD, device_page_handle },
    { HTTP_GET, "/error", "error", READS_QUERY, error_handle },
    { HTTP_GET | HTTP_POST, "/oidc/userinfo", "userinfo", READS_QUERY, userinfo_handle },
    { HTTP_GET, "/v1.0/me", "me", READS_QUERY, me_handle },
    { HTTP_POST, "/v1.0/me/revokeSignInSessions", "revoke", READS_QUERY, revoke_handle },
};

static void home_handle(struct call *c)
{
    answer_html(
        c, 200,
        STR("<!DOCTYPE html><html lang=\"en\"><title>Entra ID emulator</title><h1>Entra ID emulator</h1>"
            "<p>A test stand-in with test accounts. It is not Microsoft.</p></html>"));
}

static void error_handle(struct call *c)
{
    int64_t number;
    const struct aadsts *known =
        str_to_i64(call_param(c, "code"), &number) ? aadsts_find((int)number) : NULL;
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    buf_adds(&out, "<!DOCTYPE html><html lang=\"en\"><title>Error</title><h1>Error</h1><p>");
    if (known) {
        buf_addf(&out, "AADSTS%d (%s): ", known->code, known->error);
        buf_add_html(&out, str_c(known->text));
    } else {
        buf_adds(&out, "This code is not one of the emulator&#39;s.");
    }
    buf_adds(&out, "</p></html>");
    answer_html(c, 200, buf_str(&out));
}

static const struct endpoint *find(const struct endpoint *list, size_t n, struct str path)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(path, list[i].path))
            return &list[i];
    }
    return NULL;
}

static const struct endpoint *route(struct call *c)
{
    struct str path = http_path(c->ex);
    const struct endpoint *e = find(plain_endpoints, ARRAY_LEN(plain_endpoints), path);
    if (e)
        return e;
    struct str rest = str_slice(path, 1, path.n);
    c->segment = str_cut(&rest, '/');
    return rest.p ? find(tenant_endpoints, ARRAY_LEN(tenant_endpoints), rest) : NULL;
}

static bool is_form(struct str content_type)
{
    return str_eq_nocase(str_trim(str_cut(&content_type, ';')),
                         STR("application/x-www-form-urlencoded"));
}

// Only form bodies are read; any other looks empty.
static void read_params(struct call *c, enum reads reads)
{
    bool body =
        reads == READS_FORM || (reads == READS_BY_METHOD && http_method(c->ex) == HTTP_POST);
    struct str text = !body                                         ? http_raw_query(c->ex)
                      : is_form(http_header(c->ex, "Content-Type")) ? http_body(c->ex)
                                                                    : STR("");
    struct form *form;
    if (!form_parse(c->arena, text.p ? text : STR(""), &form, NULL) &&
        !form_parse(c->arena, STR(""), &form, NULL))
        abort(); // an empty text always parses
    c->params = form;
}

static void begin(struct call *c, struct emu *e, struct exchange *ex)
{
    *c = (struct call){
        .emu = e, .ex = ex, .arena = http_arena(ex), .now = emu_now(e), .endpoint = "unknown"
    };
    emu_guid(e, c->trace_id);
}

static void correlate(struct call *c)
{
    struct str id = http_header(c->ex, "client-request-id");
    if (!is_guid(id))
        id = call_param(c, "client-request-id");
    char fresh[GUID_SIZE];
    emu_guid(c->emu, fresh);
    c->correlation_id = is_guid(id) ? id : arena_str(c->arena, str_c(fresh));
}

static void not_found(struct call *c)
{
    http_reply(c->ex, 404, HTML_TYPE,
               STR("<!DOCTYPE html><html lang=\"en\"><title>404</title><h1>404 - File or directory "
                   "not found.</h1></html>"));
}

static void dispatch(struct call *c, const struct endpoint *endpoint)
{
    if (!endpoint) {
        c->note = STR("not found");
        not_found(c);
    } else if (!(http_method(c->ex) & endpoint->methods)) {
        c->note = STR("wrong method");
        http_reply(c->ex, 405, NULL, STR(""));
    } else {
        endpoint->handle(c);
    }
    journal_add(c);
}

// --- faults that hit a whole request ---

struct delay {
    int seconds;
};

static void handle(struct exchange *ex, void *ctx);

static void answer_busy(struct call *c, int status, int seconds)
{
    http_add_header(c->ex, "Retry-After", arena_printf(c->arena, "%d", seconds));
    c->note = STR("fault: busy");
    answer_json(
        c, status,
        STR("{\"error\":\"temporarily_unavailable\",\"error_description\":\"A fault was ordered.\"}"));
}

static bool spoiled(struct call *c)
{
    int seconds = 0;
    struct faults *f = c->emu->faults;
    if (faults_take(f, c->endpoint, "status429", &seconds))
        answer_busy(c, 429, seconds);
    else if (faults_take(f, c->endpoint, "status503", &seconds))
        answer_busy(c, 503, seconds);
    else if (faults_take(f, c->endpoint, "badJson", &seconds))
        answer_json(c, 200, STR("{\"token_type\":\"Bearer\",\"access_token\":"));
    else if (faults_take(f, c->endpoint, "close", &seconds))
        http_break(c->ex);
    else
        return false;
    journal_add(c);
    return true;
}

static void slow(struct exchange *ex, void *ctx)
{
    const struct delay *delay = http_local(ex);
    for (int ms = 0; ms < delay->seconds * 1000 && !cancel_is_set(http_cancel(ex)); ms += 50)
        usleep(50 * 1000);
    handle(ex, ctx);
}

// Waits on a worker, never on the thread that serves the others.
static bool delayed(struct call *c)
{
    int seconds;
    if (http_local(c->ex) || !faults_take(c->emu->faults, c->endpoint, "slow", &seconds))
        return false;
    struct delay *delay = arena_alloc(c->arena, sizeof(*delay));
    delay->seconds = seconds;
    http_set_local(c->ex, delay);
    return true;
}

static bool serve(struct emu *e, struct exchange *ex)
{
    struct call c;
    begin(&c, e, ex);
    const struct endpoint *endpoint = route(&c);
    if (endpoint) {
        c.endpoint = endpoint->name;
        c.v1 = endpoint->v1;
    }
    read_params(&c, endpoint ? endpoint->reads : READS_QUERY);
    correlate(&c);
    if (endpoint && delayed(&c))
        return false;
    if (!endpoint || !spoiled(&c))
        dispatch(&c, endpoint);
    json_decref(c.remarks);
    return true;
}

static void handle(struct exchange *ex, void *ctx)
{
    struct emu *e = ctx;
    pthread_mutex_lock(&e->lock);
    bool served = serve(e, ex);
    pthread_mutex_unlock(&e->lock);
    if (!served)
        (void)http_defer(ex, slow, e);
}

static void handle_control(struct exchange *ex, void *ctx)
{
    struct emu *e = ctx;
    struct call c;
    pthread_mutex_lock(&e->lock);
    begin(&c, e, ex);
    read_params(&c, READS_QUERY);
    control_handle(&c);
    json_decref(c.remarks);
    pthread_mutex_unlock(&e->lock);
}

static const struct http_route routes[] = {
    { HTTP_GET | HTTP_POST | HTTP_PUT | HTTP_PATCH, "/_emu/*", handle_control,
      .max_body = 4 * 1024 * 1024 },
    // Strangers' origins are part of what is emulated (single-page applications).
    { ANY, "/*", handle, .max_body = BODY_MAX, .any_host = true },
    { 0 },
};

bool server_start(struct emu *e, const char *host, int port, struct err *err)
{
    const json_t *tls = dom_get(dom_get(e->config, "listen"), "tls");
    struct http_config config = {
        .host = host,
        .port = port,
        .routes = routes,
        .default_ctx = e,
        .threads = 1,
        .workers = 16,
        .queue = 64,
        .max_header_bytes = 160 * 1024,
        .tls_cert_file = dom_str(tls, "certFile").p,
        .tls_key_file = dom_str(tls, "keyFile").p,
        .tls_key_password = dom_str(tls, "keyPassword").p,
    };
    return http_server_new(&config, &e->server, err);
}
