// SPDX-License-Identifier: MIT
// "browser" is a random id with our MAC: it ties the steps of a sign-in to one browser. "consents"
// is what this browser's person allowed before: a signed list, bound to the browser's id.
//
// Two first-ever windows of one browser are answered with an id each, and the cookie that arrives
// last replaces the other. So a new id goes out a second time, under a name of its own that no
// other window replaces, for as long as a sign-in takes: a form and a flow belong to this browser
// when it shows their id under either name. Both are HttpOnly, carry our MAC and, over https, the
// __Host- prefix, so that holding the one proves as much as holding the other.
#include "oauth/internal.h"

#define CONSENTS_MAX 10
#define CONSENT_KEY  22 // base64url digits
#define CSRF_TTL_S   900

#define WINDOW_NAME  8 // characters of the id in the name of its own cookie

enum cookie { COOKIE_BROWSER, COOKIE_CONSENTS, COOKIE_WINDOW };

// __Host- makes a browser refuse what a sibling domain or plain http planted (RFC 6265bis 4.1.3.2).
static const char *cookie_name(const struct call *c, enum cookie cookie, struct str id)
{
    static const char *const names[] = { [COOKIE_BROWSER] = "mcp-browser",
                                         [COOKIE_CONSENTS] = "mcp-consents",
                                         [COOKIE_WINDOW] = "mcp-window-" };
    struct str own = cookie == COOKIE_WINDOW ? str_slice(id, 0, WINDOW_NAME) : STR_NONE;
    bool secure = str_starts(c->base, STR("https://"));
    return arena_cstr(c->arena, arena_printf(c->arena, "%s%s" STR_FMT, secure ? "__Host-" : "",
                                             names[cookie], STR_ARG(own)));
}

static void set_cookie(const struct call *c, const char *name, struct str value, int seconds)
{
    bool secure = str_starts(c->base, STR("https://"));
    http_add_header(c->ex, "Set-Cookie",
                    arena_printf(c->arena,
                                 "%s=" STR_FMT "; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s",
                                 name, STR_ARG(value), seconds, secure ? "; Secure" : ""));
}

static struct str mac_of(const struct call *c, const char *purpose, struct str text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(128);
    keyring_mac(c->o->config.keys, purpose, text, &out);
    return arena_str(c->arena, buf_str(&out));
}

// The id in a cookie of this name; empty: none, or one that we did not make.
static struct str id_in(const struct call *c, const char *name)
{
    struct str mac = http_cookie(c->ex, name);
    struct str id = str_cut(&mac, '.');
    if (id.n < 16 || id.n > 64 || !keyring_mac_ok(c->o->config.keys, "browser", id, mac))
        return STR_NONE;
    return id;
}

struct str browser_id(const struct call *c)
{
    return id_in(c, cookie_name(c, COOKIE_BROWSER, STR_NONE));
}

bool browser_holds(const struct call *c, struct str id)
{
    if (!id.n)
        return false;
    return str_eq(browser_id(c), id) || str_eq(id_in(c, cookie_name(c, COOKIE_WINDOW, id)), id);
}

// From /authorize to the callback a sign-in takes twice the time that one of its steps may.
static int sign_in_s(const struct call *c)
{
    return 2 * c->o->config.flow_ttl_s;
}

struct str browser_begin(const struct call *c)
{
    int remembered = c->o->config.consent_ttl_s;
    struct str id = browser_id(c);
    bool first = !id.n;
    if (first)
        id = random_id(c->arena, 16);
    struct str mac = mac_of(c, "browser", id);
    struct str value = arena_printf(c->arena, STR_FMT "." STR_FMT, STR_ARG(id), STR_ARG(mac));
    // Each time anew: a cookie that is about to run out must not do so between two steps.
    set_cookie(c, cookie_name(c, COOKIE_BROWSER, STR_NONE), value,
               remembered > sign_in_s(c) ? remembered : sign_in_s(c));
    if (first)
        set_cookie(c, cookie_name(c, COOKIE_WINDOW, id), value, sign_in_s(c));
    return id;
}

// Client, what its metadata document says, and redirect host; the port of loopback does not count.
static struct str consent_key(const struct call *c, const struct flow *flow)
{
    struct redirect_uri uri;
    if (!redirect_uri_parse(flow->redirect_uri, &uri, NULL))
        return STR_NONE;
    CLEANUP(buf_release) struct buf out = BUF_INIT(64);
    struct str place = uri.kind == REDIRECT_LOOPBACK ? uri.host : uri.authority;
    sha256_b64url(&out, arena_printf(c->arena, STR_FMT "\n" STR_FMT "://" STR_FMT "%s" STR_FMT,
                                     STR_ARG(flow->client), STR_ARG(uri.scheme), STR_ARG(place),
                                     flow->version.n ? "\n" : "", STR_ARG(flow->version)));
    return arena_str(c->arena, str_slice(buf_str(&out), 0, CONSENT_KEY));
}

// The verified list "key:expiry~key:expiry…" of this browser; empty if there is none.
static struct str consent_list(const struct call *c, struct str browser)
{
    struct str mac = http_cookie(c->ex, cookie_name(c, COOKIE_CONSENTS, STR_NONE));
    struct str list = str_cut(&mac, '.');
    struct str bound =
        arena_printf(c->arena, STR_FMT "\n" STR_FMT, STR_ARG(browser), STR_ARG(list));
    if (!list.n || !mac.n || !keyring_mac_ok(c->o->config.keys, "consents", bound, mac))
        return STR_NONE;
    return list;
}

// An expiry further away than one made now was made under a longer OIDCPROXY_CONSENT_TTL.
static bool entry_alive(const struct call *c, struct str entry, struct str *ret_key)
{
    struct str expiry = entry;
    int64_t expires;
    *ret_key = str_cut(&expiry, ':');
    return str_to_i64(expiry, &expires) && expires > c->now &&
           expires <= c->now + c->o->config.consent_ttl_s;
}

bool browser_remembers(const struct call *c, struct str browser, const struct flow *flow)
{
    struct str want = consent_key(c, flow), key;
    for (struct str list = browser.n ? consent_list(c, browser) : STR_NONE; list.n;) {
        struct str entry = str_cut(&list, '~');
        if (entry_alive(c, entry, &key) && want.n && str_eq(key, want))
            return true;
    }
    return false;
}

void browser_remember(const struct call *c, struct str browser, const struct flow *flow)
{
    struct str want = consent_key(c, flow), key;
    CLEANUP(buf_release) struct buf out = BUF_INIT(1024);
    if (!browser.n || !want.n || c->o->config.consent_ttl_s < 0)
        return;
    // Newest first; what is oldest falls off the end.
    buf_addf(&out, STR_FMT ":%lld", STR_ARG(want),
             (long long)(c->now + c->o->config.consent_ttl_s));
    size_t count = 1;
    for (struct str list = consent_list(c, browser); list.n && count < CONSENTS_MAX;) {
        struct str entry = str_cut(&list, '~');
        if (!entry_alive(c, entry, &key) || str_eq(key, want))
            continue;
        buf_addc(&out, '~');
        buf_add(&out, entry);
        count++;
    }
    struct str mac = mac_of(
        c, "consents", arena_printf(c->arena, STR_FMT "\n%s", STR_ARG(browser), buf_cstr(&out)));
    set_cookie(c, cookie_name(c, COOKIE_CONSENTS, STR_NONE),
               arena_printf(c->arena, "%s." STR_FMT, buf_cstr(&out), STR_ARG(mac)),
               c->o->config.consent_ttl_s);
}

static struct str csrf_bound(const struct call *c, struct str expiry, struct str sealed,
                             struct str browser)
{
    return arena_printf(c->arena, STR_FMT "\n" STR_FMT "\n" STR_FMT, STR_ARG(expiry),
                        STR_ARG(browser), STR_ARG(sealed));
}

struct str csrf_token(const struct call *c, struct str sealed, struct str browser)
{
    struct str expiry = arena_printf(c->arena, "%lld", (long long)(c->now + CSRF_TTL_S));
    struct str mac = mac_of(c, "csrf", csrf_bound(c, expiry, sealed, browser));
    return arena_printf(c->arena, STR_FMT "." STR_FMT, STR_ARG(expiry), STR_ARG(mac));
}

bool csrf_ok(const struct call *c, struct str sealed, struct str browser, struct str token)
{
    struct str mac = token;
    struct str expiry = str_cut(&mac, '.');
    int64_t expires;
    return browser.n && mac.n && str_to_i64(expiry, &expires) && expires > c->now &&
           keyring_mac_ok(c->o->config.keys, "csrf", csrf_bound(c, expiry, sealed, browser), mac);
}
