// SPDX-License-Identifier: MIT
#include "control.h"

#include "config.h"
#include "device.h"
#include "errors_table.h"
#include "faults.h"
#include "journal.h"
#include "json/write.h"
#include "keys.h"
#include "registry.h"

#define REPLY_MAX (8 * 1024 * 1024)

static void reply(struct call *c, int status, struct str json)
{
    http_add_header(c->ex, "Cache-Control", STR("no-store"));
    http_reply(c->ex, status, JSON_TYPE, json);
}

void control_reply(struct call *c, const json_t *tree)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(REPLY_MAX);
    json_add_indented(&out, tree);
    reply(c, 200, buf_str(&out));
}

void control_done(struct call *c)
{
    reply(c, 200, STR("{\"ok\":true}"));
}

void control_fail(struct call *c, int status, struct str why)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv(&w, "error", why);
    jw_object_end(&w);
    reply(c, status, buf_str(&out));
}

json_t *control_body(struct call *c)
{
    json_t *body;
    struct err err = { 0 };
    if (dom_parse_object(http_body(c->ex), &body, &err))
        return body;
    control_fail(c, 400, err_text(&err));
    return NULL;
}

static void get_config(struct call *c, struct str rest)
{
    (void)rest;
    control_reply(c, c->emu->config);
}

bool control_take(struct call *c, json_t *config)
{
    struct err err = { 0 };
    if (config_judge(config, &err)) {
        emu_set_config(c->emu, config);
        return true;
    }
    json_decref(config);
    control_fail(c, 400, err_text(&err));
    return false;
}

static void put_config(struct call *c, struct str rest)
{
    (void)rest;
    json_t *config = control_body(c);
    if (config && control_take(c, config))
        control_done(c);
}

// Patches a copy of the whole configuration, and takes it only if it is still sound.
static void patch_at(struct call *c, json_t *config, json_t *target)
{
    JSON_AUTO *patch = control_body(c);
    if (!patch) {
        json_decref(config);
        return;
    }
    json_merge_patch(target, patch);
    if (control_take(c, config))
        control_done(c);
}

static void patch_config(struct call *c, struct str rest)
{
    (void)rest;
    json_t *config = json_deep_copy(c->emu->config);
    patch_at(c, config, config);
}

static json_t *find_in_copy(json_t *config, const char *list_key, const char *id_key, struct str id)
{
    size_t t;
    json_t *tenant;
    json_array_foreach(json_object_get(config, "tenants"), t, tenant)
    {
        size_t i;
        json_t *item;
        json_array_foreach(json_object_get(tenant, list_key), i, item)
        {
            if (str_eq_nocase(dom_str(item, id_key), id))
                return item;
        }
    }
    return NULL;
}

static void patch_in(struct call *c, const char *list_key, const char *id_key, struct str id)
{
    json_t *config = json_deep_copy(c->emu->config);
    json_t *target = find_in_copy(config, list_key, id_key, id);
    if (!target) {
        json_decref(config);
        control_fail(c, 404, STR("no such id"));
        return;
    }
    patch_at(c, config, target);
}

static void patch_app(struct call *c, struct str id)
{
    patch_in(c, "applications", "appId", id);
}

static void patch_user(struct call *c, struct str id)
{
    patch_in(c, "users", "id", id);
}

static void patch_tenant(struct call *c, struct str id)
{
    json_t *config = json_deep_copy(c->emu->config);
    size_t t;
    json_t *tenant;
    json_array_foreach(json_object_get(config, "tenants"), t, tenant)
    {
        if (str_eq_nocase(dom_str(tenant, "id"), id)) {
            patch_at(c, config, tenant);
            return;
        }
    }
    json_decref(config);
    control_fail(c, 404, STR("no such id"));
}

static void patch_behaviour(struct call *c, struct str rest)
{
    (void)rest;
    json_t *config = json_deep_copy(c->emu->config);
    if (!json_is_object(json_object_get(config, "behaviour")))
        dom_set(config, "behaviour", json_object());
    patch_at(c, config, json_object_get(config, "behaviour"));
}

static void post_clock(struct call *c, struct str rest)
{
    (void)rest;
    JSON_AUTO *body = control_body(c);
    int64_t when;
    if (!body)
        return;
    if (dom_get(body, "advanceSeconds"))
        c->emu->clock_offset += dom_int(body, "advanceSeconds", 0);
    else if (parse_iso_time(dom_str(body, "set"), &when))
        c->emu->clock_offset += when - emu_now(c->emu);
    else {
        control_fail(
            c, 400,
            STR("send advanceSeconds (a number) or set (a time such as 2027-01-01T00:00:00Z)"));
        return;
    }
    control_done(c);
}

static void post_keys(struct call *c, struct str rest)
{
    (void)rest;
    JSON_AUTO *body = control_body(c);
    if (!body)
        return;
    if (keystore_roll(c->emu->keys, dom_str(body, "op")))
        control_done(c);
    else
        control_fail(c, 400, STR("op is publish, activate, retire or emergency"));
}

static void post_fault(struct call *c, struct str rest)
{
    (void)rest;
    JSON_AUTO *body = control_body(c);
    struct err err = { 0 };
    if (!body)
        return;
    if (faults_order(c->emu->faults, body, &err))
        control_done(c);
    else
        control_fail(c, 400, err_text(&err));
}

static void post_device(struct call *c, struct str rest)
{
    (void)rest;
    JSON_AUTO *body = control_body(c);
    struct err err = { 0 };
    if (!body)
        return;
    if (device_control(c, body, &err))
        control_done(c);
    else
        control_fail(c, err.code == ERR_NOT_FOUND ? 404 : 400, err_text(&err));
}

static void get_journal(struct call *c, struct str rest)
{
    (void)rest;
    control_reply(c, journal_entries(c->emu->journal));
}

static void post_reset(struct call *c, struct str rest)
{
    (void)rest;
    emu_set_config(c->emu, json_deep_copy(c->emu->start_config));
    emu_forget(c->emu);
    control_done(c);
}

static void get_code(struct call *c, struct str rest)
{
    int64_t number;
    const struct aadsts *known = str_to_i64(rest, &number) ? aadsts_find((int)number) : NULL;
    if (!known) {
        control_fail(c, 404, STR("the emulator does not answer with this code"));
        return;
    }
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv_int(&w, "code", known->code);
    jw_kv_c(&w, "error", known->error);
    jw_kv_int(&w, "status", known->status);
    jw_kv_c(&w, "delivery", known->page ? "page" : "client");
    jw_kv_c(&w, "text", known->text);
    jw_object_end(&w);
    reply(c, 200, buf_str(&out));
}

bool control_env(const struct emu *e, struct arena *arena, struct str app_id, struct buf *out)
{
    const json_t *app = app_anywhere(e, app_id);
    if (!app)
        return false;
    struct str tenant = dom_str(tenant_of_app(e, app), "id");
    struct str host = emu_login_host(e, arena);
    const struct {
        const char *name, *path;
    } urls[] = {
        { "OIDCPROXY_AUTH_ISSUER", "v2.0" },
        { "OIDCPROXY_AUTH_JWKS_URI", "discovery/v2.0/keys" },
        { "OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT", "oauth2/v2.0/authorize" },
        { "OIDCPROXY_AUTH_TOKEN_ENDPOINT", "oauth2/v2.0/token" },
    };
    buf_addf(out, "export OIDCPROXY_AUTH_AUDIENCE=" STR_FMT "\n", STR_ARG(dom_str(app, "appId")));
    for (size_t i = 0; i < ARRAY_LEN(urls); i++)
        buf_addf(out, "export %s=" STR_FMT "/" STR_FMT "/%s\n", urls[i].name, STR_ARG(host),
                 STR_ARG(tenant), urls[i].path);
    buf_adds(out, "export OIDCPROXY_AUTH_SCOPES=\"openid profile offline_access\"\n");
    buf_adds(out, "export ZSCALER_MCP_AUTH_ENABLED=false\n");
    return true;
}

static void get_env(struct call *c, struct str rest)
{
    (void)rest;
    CLEANUP(buf_release) struct buf out = BUF_INIT(16384);
    if (!control_env(c->emu, c->arena, call_param(c, "app"), &out)) {
        control_fail(c, 404, STR("app: no such application id"));
        return;
    }
    http_reply(c->ex, 200, "text/plain; charset=utf-8", buf_str(&out));
}

// A path that ends with '/' takes the rest as an id.
static const struct {
    enum http_method method;
    const char *path;
    void (*handle)(struct call *c, struct str rest);
} verbs[] = {
    { HTTP_GET, "config", get_config },
    { HTTP_PUT, "config", put_config },
    { HTTP_PATCH, "config", patch_config },
    { HTTP_PATCH, "apps/", patch_app },
    { HTTP_PATCH, "users/", patch_user },
    { HTTP_PATCH, "tenants/", patch_tenant },
    { HTTP_PATCH, "behaviour", patch_behaviour },
    { HTTP_POST, "clock", post_clock },
    { HTTP_POST, "keys", post_keys },
    { HTTP_POST, "fault", post_fault },
    { HTTP_GET, "journal", get_journal },
    { HTTP_POST, "reset", post_reset },
    { HTTP_GET, "codes/", get_code },
    { HTTP_GET, "env", get_env },
    { HTTP_POST, "device", post_device },
    { HTTP_POST, "portal/", portal_post },
    { HTTP_GET, "portal/", portal_get },
};

static bool bearer_ok(struct call *c)
{
    struct str header = http_header(c->ex, "Authorization");
    return str_eq_nocase(str_slice(header, 0, 7), STR("Bearer ")) &&
           str_eq_secret(str_slice(header, 7, header.n), str_c(c->emu->control_token));
}

void control_handle(struct call *c)
{
    if (!bearer_ok(c)) {
        http_add_header(c->ex, "WWW-Authenticate", STR("Bearer realm=\"emulator control\""));
        control_fail(c, 401, STR("the control API needs the bearer that was printed at the start"));
        return;
    }
    struct str path = http_path(c->ex);
    path = str_slice(path, strlen("/_emu/"), path.n);
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        struct str verb = str_c(verbs[i].path);
        bool takes_id = str_ends(verb, STR("/"));
        if (http_method(c->ex) == verbs[i].method &&
            (takes_id ? str_starts(path, verb) : str_eq(path, verb))) {
            verbs[i].handle(c, str_slice(path, verb.n, path.n));
            return;
        }
    }
    control_fail(c, 404, STR("no such control verb"));
}
