// SPDX-License-Identifier: MIT
#include "session.h"

#include "jose/digest.h"

#define SESSION_COOKIE "ESTSAUTH"
#define BROWSER_COOKIE "buid"

void pending_free(void *p)
{
    struct pending *pending = p;
    arena_free(pending->arena);
}

struct session *session_get(struct call *c)
{
    struct str id = http_cookie(c->ex, SESSION_COOKIE);
    if (c->session)
        return c->session;
    return id.n ? table_get(c->emu->sessions, id) : NULL;
}

static void set_cookie(struct call *c, const char *name, struct str value)
{
    struct str line = arena_printf(c->arena, "%s=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax", name,
                                   STR_ARG(value));
    http_add_header(c->ex, "Set-Cookie", line);
}

static struct session *session_begin(struct call *c)
{
    struct session *s = calloc(1, sizeof(*s));
    if (!s)
        abort();
    struct str id = emu_opaque(c, "0.", 48);
    table_put(c->emu->sessions, id, s);
    set_cookie(c, SESSION_COOKIE, id);
    c->session = s;
    return s;
}

static struct signed_in *place_for(struct session *s, struct str oid)
{
    for (size_t i = 0; i < s->count; i++) {
        if (str_is(oid, s->users[i].oid))
            return &s->users[i];
    }
    if (s->count == SESSION_USERS_MAX)
        memmove(&s->users[0], &s->users[1], --s->count * sizeof(s->users[0]));
    return &s->users[s->count++];
}

static void copy_guid(char ret[GUID_SIZE], struct str guid)
{
    snprintf(ret, GUID_SIZE, STR_FMT, STR_ARG(guid));
}

void signed_in_set(struct call *c, struct signed_in *who, const json_t *tenant, const json_t *user)
{
    *who = (struct signed_in){ .auth_time = c->now };
    copy_guid(who->tenant_id, dom_str(tenant, "id"));
    copy_guid(who->oid, dom_str(user, "id"));
    emu_guid(c->emu, who->sid);
}

struct signed_in *session_sign_in(struct call *c, const json_t *tenant, const json_t *user)
{
    struct session *s = session_get(c);
    if (!s)
        s = session_begin(c);
    struct signed_in *who = place_for(s, dom_str(user, "id"));
    signed_in_set(c, who, tenant, user);
    return who;
}

void session_note_app(struct call *c, const struct signed_in *who, struct str tenant_id,
                      struct str app_id)
{
    struct session *s = session_get(c);
    for (size_t i = 0; s && i < s->app_count; i++) {
        if (str_is(app_id, s->apps[i].app_id) && strcmp(s->apps[i].sid, who->sid) == 0)
            return;
    }
    if (!s || s->app_count == SESSION_APPS_MAX)
        return;
    struct session_app *app = &s->apps[s->app_count++];
    copy_guid(app->app_id, app_id);
    copy_guid(app->tenant_id, tenant_id);
    copy_guid(app->sid, str_c(who->sid));
}

void session_end(struct call *c)
{
    struct str id = http_cookie(c->ex, SESSION_COOKIE);
    if (id.n)
        table_remove(c->emu->sessions, id);
    http_add_header(c->ex, "Set-Cookie", STR(SESSION_COOKIE "=; Path=/; HttpOnly; Max-Age=0"));
}

static struct str canary_of(struct call *c, struct str ctx, struct str browser)
{
    CLEANUP(buf_release) struct buf bound = BUF_INIT(16384);
    CLEANUP(buf_release) struct buf text = BUF_INIT(64);
    buf_add(&bound, ctx);
    buf_addc(&bound, '|');
    buf_add(&bound, browser);
    sha256_b64url(&text, buf_str(&bound));
    return arena_str(c->arena, buf_str(&text));
}

void pending_keep(struct call *c, struct str segment, struct str params,
                  const struct interaction *so_far, struct str *ret_ctx, struct str *ret_canary)
{
    struct arena *arena = arena_new();
    struct pending *pending = arena_alloc(arena, sizeof(*pending));
    *pending = (struct pending){ .arena = arena,
                                 .segment = arena_str(arena, segment),
                                 .params = arena_str(arena, params),
                                 .so_far = *so_far,
                                 .expires = c->now + PENDING_SECONDS };
    struct str ctx = emu_opaque(c, "ctx.", 48);
    table_put(c->emu->pending, ctx, pending);
    struct str browser = http_cookie(c->ex, BROWSER_COOKIE);
    if (!browser.n) {
        browser = emu_opaque(c, "b.", 24);
        set_cookie(c, BROWSER_COOKIE, browser);
    }
    *ret_ctx = ctx;
    *ret_canary = canary_of(c, ctx, browser);
}

struct pending *pending_take(struct call *c)
{
    struct str ctx = call_param(c, "ctx");
    struct str browser = http_cookie(c->ex, BROWSER_COOKIE);
    struct pending *kept = ctx.n ? table_get(c->emu->pending, ctx) : NULL;
    bool mine = browser.n && str_eq_secret(call_param(c, "canary"), canary_of(c, ctx, browser));
    if (!kept || !mine || kept->expires < c->now) {
        refuse(c, 90023,
               STR("the sign-in form is too old, was used before, or belongs to another browser"),
               STR_NONE);
        c->refusal.page = true;
        return NULL;
    }
    struct pending *copy = arena_alloc(c->arena, sizeof(*copy));
    *copy = *kept;
    copy->segment = arena_str(c->arena, kept->segment);
    copy->params = arena_str(c->arena, kept->params);
    table_remove(c->emu->pending, ctx);
    return copy;
}
