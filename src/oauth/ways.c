// SPDX-License-Identifier: MIT
// How a browser gets to the identity provider and its answer back to us. Three ways, chosen by what
// the registration allows: the server's own callback; the application's loopback address, where
// that is registered instead (the guide's topology); a device code, where nothing is. Which
// addresses are registered the provider tells without credentials (idp/probe.h); its answers are
// kept for a while, so that a registration that changes is noticed without a restart.
#include "base/mem.h"
#include "base/table.h"
#include "idp/probe.h"
#include "oauth/internal.h"

#define PLACES_MAX     64
#define PLACE_UNUSED_S 86400
#define NEW_PLACES     10 // looked at in NEW_PLACES_S: strangers choose Host headers and paths
#define NEW_PLACES_S   60
#define CALLBACK_PATH  "/auth/callback"

// Either serves; the first is the one to be registered.
static const char *const callback_paths[] = { CALLBACK_PATH, "/callback" };

// A redirect URI, and whether it is registered.
struct place {
    enum probe_answer answer;
    int64_t checked, used;
    unsigned told; // of a callback: bits of the ways that the log has named
};

// How long an answer counts, in seconds: a missing URI may be added any minute.
static const int fresh_s[] = { [PROBE_UNCLEAR] = 30, [PROBE_YES] = 3600, [PROBE_NO] = 300 };

static bool place_is_used(struct str uri, void *value, void *ctx)
{
    (void)uri;
    return ((struct place *)value)->used + PLACE_UNUSED_S > *(int64_t *)ctx;
}

// Under lock. NULL: a new one, and no room for it just now.
static struct place *place_get(struct oauth *o, struct str uri, int64_t now)
{
    if (!o->places)
        o->places = table_new(PLACES_MAX, free);
    struct place *place = table_get(o->places, uri);
    if (place)
        return place;
    if (now >= o->new_places_until) {
        o->new_places_until = now + NEW_PLACES_S;
        o->new_places = 0;
    }
    if (table_count(o->places) == PLACES_MAX)
        table_each(o->places, place_is_used, &now);
    if (table_count(o->places) == PLACES_MAX || o->new_places == NEW_PLACES)
        return NULL;
    o->new_places++;
    place = mem_zalloc(1, sizeof(*place));
    table_put(o->places, uri, place);
    return place;
}

// True: the answer is known well enough.
static bool place_known(struct oauth *o, struct str uri, int64_t now, enum probe_answer *ret)
{
    pthread_mutex_lock(&o->lock);
    struct place *place = place_get(o, uri, now);
    bool known = !place || place->checked + fresh_s[place->answer] > now;
    *ret = place ? place->answer : PROBE_UNCLEAR;
    if (place)
        place->used = now;
    pthread_mutex_unlock(&o->lock);
    return known;
}

static void place_learn(struct oauth *o, struct str uri, int64_t now, const struct probe *probe)
{
    pthread_mutex_lock(&o->lock);
    struct place *place = place_get(o, uri, now);
    if (place) {
        // What was known beats an answer that says nothing.
        if (probe->answer != PROBE_UNCLEAR)
            place->answer = probe->answer;
        place->checked = now;
    }
    pthread_mutex_unlock(&o->lock);
}

// One probe at a time: who waited finds the answer.
static enum probe_answer registered(const struct call *c, struct str uri)
{
    struct oauth *o = c->o;
    enum probe_answer answer;
    if (place_known(o, uri, c->now, &answer))
        return answer;
    pthread_mutex_lock(&o->probing);
    if (!place_known(o, uri, c->now, &answer)) {
        struct probe probe;
        idp_probe_redirect(o->config.idp, c->arena, arena_cstr(c->arena, uri), c->cancel, &probe);
        LOG(LOG_DEBUG, "asked whether a redirect URI is registered", F("uri", uri),
            F_C("answer", probe.answer == PROBE_YES  ? "yes"
                          : probe.answer == PROBE_NO ? "no"
                                                     : "unclear"),
            F_C("said", probe.said));
        place_learn(o, uri, c->now, &probe);
        place_known(o, uri, c->now, &answer);
    }
    pthread_mutex_unlock(&o->probing);
    return answer;
}

static struct str own_uri(const struct call *c, const char *path)
{
    return arena_printf(c->arena, STR_FMT "%s", STR_ARG(c->base), path);
}

struct str callback_uri(const struct call *c)
{
    return own_uri(c, CALLBACK_PATH);
}

// YES: *ret is the callback that is registered. UNCLEAR: the usual one, for want of a better.
static enum probe_answer find_callback(const struct call *c, struct str *ret)
{
    enum probe_answer all = PROBE_NO;
    *ret = callback_uri(c);
    for (size_t i = 0; i < ARRAY_LEN(callback_paths); i++) {
        struct str uri = own_uri(c, callback_paths[i]);
        enum probe_answer answer = registered(c, uri);
        if (answer == PROBE_YES) {
            *ret = uri;
            return PROBE_YES;
        }
        if (answer == PROBE_UNCLEAR)
            all = PROBE_UNCLEAR;
    }
    return all;
}

// Entra ignores the port of a loopback address, so one question serves all ports.
static struct str without_port(const struct call *c, const struct redirect_uri *uri)
{
    return arena_printf(c->arena, STR_FMT "://" STR_FMT STR_FMT, STR_ARG(uri->scheme),
                        STR_ARG(uri->host), STR_ARG(uri->tail));
}

static bool loopback_fits(const struct call *c, const struct flow *flow)
{
    struct redirect_uri uri;
    return redirect_uri_parse(flow->redirect_uri, &uri, NULL) && uri.kind == REDIRECT_LOOPBACK &&
           registered(c, without_port(c, &uri)) == PROBE_YES;
}

static bool device_allowed(const struct oauth *o)
{
    return !o->config.no_device_code && idp_config(o->config.idp)->device_authorization_endpoint;
}

static struct choice choose_auto(const struct call *c, const struct flow *flow)
{
    struct str uri;
    switch (find_callback(c, &uri)) {
    case PROBE_YES:
        return (struct choice){ WAY_CALLBACK, uri, "the callback of this server is registered" };
    case PROBE_UNCLEAR:
        return (struct choice){
            WAY_CALLBACK, uri,
            "the identity provider does not say whether the callback is registered"
        };
    case PROBE_NO:
        break;
    }
    if (flow && loopback_fits(c, flow))
        return (struct choice){ WAY_LOOPBACK, flow->redirect_uri,
                                "the application's own address is registered, the callback of this "
                                "server is not" };
    if (device_allowed(c->o))
        return (struct choice){ WAY_DEVICE, STR_NONE,
                                "neither the callback of this server nor the application's address "
                                "is registered" };
    return (struct choice){ WAY_NONE, STR_NONE,
                            "no redirect URI that could be used is registered" };
}

static struct choice choose(const struct call *c, const struct flow *flow)
{
    struct str uri;
    switch (c->o->config.sign_in) {
    case SIGN_IN_AUTO:
        return choose_auto(c, flow);
    case SIGN_IN_CALLBACK:
        find_callback(c, &uri);
        return (struct choice){ WAY_CALLBACK, uri, "OIDCPROXY_SIGN_IN=callback" };
    case SIGN_IN_LOOPBACK:
        if (flow && !redirect_uri_is_loopback(flow->redirect_uri))
            return (struct choice){ WAY_NONE, STR_NONE,
                                    "OIDCPROXY_SIGN_IN=loopback serves applications on the "
                                    "person's own computer only" };
        return (struct choice){ WAY_LOOPBACK, flow ? flow->redirect_uri : STR_NONE,
                                "OIDCPROXY_SIGN_IN=loopback" };
    case SIGN_IN_DEVICE:
        break;
    }
    return (struct choice){ WAY_DEVICE, STR_NONE, "OIDCPROXY_SIGN_IN=device" };
}

// --- what the log says of it ---

static const char *const way_names[] = { [WAY_CALLBACK] = "callback",
                                         [WAY_LOOPBACK] = "loopback",
                                         [WAY_DEVICE] = "device",
                                         [WAY_NONE] = "none" };

static struct str better(const struct call *c)
{
    return arena_printf(c->arena,
                        "register " STR_FMT " at the identity provider (Entra: App registrations > "
                        "(app) > Authentication > Add a platform > Mobile and desktop applications "
                        "> Custom redirect URIs): then every application signs in without a code",
                        STR_ARG(callback_uri(c)));
}

// Once for each base URL and way, as long as the process lives.
static bool first_told(const struct call *c, enum way way)
{
    bool first = false;
    pthread_mutex_lock(&c->o->lock);
    struct place *place = place_get(c->o, callback_uri(c), c->now);
    if (place) {
        first = !(place->told & 1U << way);
        place->told |= 1U << way;
    }
    pthread_mutex_unlock(&c->o->lock);
    return first;
}

static void tell(const struct call *c, const struct choice *choice)
{
    if (!first_told(c, choice->way))
        return;
    bool best = choice->way == WAY_CALLBACK || c->o->config.sign_in != SIGN_IN_AUTO;
    LOG(best ? LOG_INFO : LOG_WARNING, "the way people sign in", F_C("way", way_names[choice->way]),
        F_C("because", choice->because), F("redirect_uri", choice->uri),
        F("better", best ? STR_NONE : better(c)), F("base_url", c->base));
}

// --- going ---

static void go_callback(const struct call *c, struct flow *flow)
{
    CLEANUP(buf_release) struct buf challenge = BUF_INIT(64);
    flow->nonce = random_id(c->arena, 24);
    flow->verifier = random_id(c->arena, 32);
    sha256_b64url(&challenge, flow->verifier);
    struct str state = flow_seal(c, KIND_FLOW, flow);
    away_note(c, AWAY_AT_IDP, flow, flow->id, flow->idp_uri);
    response_redirect(c->ex, idp_authorize_url(c->o->config.idp, c->arena, flow->idp_uri, state,
                                               flow->nonce, buf_str(&challenge), STR_NONE,
                                               flow->other_account));
}

static void no_way(const struct call *c, struct flow *flow)
{
    struct str text = STR("no way to sign in is registered at the identity provider");
    oauth_audit_flow(c, "sign-in refused", flow, "no way to sign in");
    page_problem(
        c, &(struct problem){
               .status = 400,
               .code = "AADSTS50011",
               .title = STR("The identity provider would not send anybody back to this server"),
               .cause = STR("Neither the redirect URI of this server nor the application's is "
                            "registered, and signing in with a code is switched off."),
               .fix = better(c),
               .whose = WHOSE_ADMIN,
               .uri = callback_uri(c),
               .back = response_error_url(c, flow, "server_error", text),
               .client_name = flow->client_name });
}

void way_go(const struct call *c, struct flow *flow)
{
    static void (*const go[])(const struct call *, struct flow *) = { [WAY_CALLBACK] = go_callback,
                                                                      [WAY_LOOPBACK] = loopback_go,
                                                                      [WAY_DEVICE] = device_go,
                                                                      [WAY_NONE] = no_way };
    struct err err = { 0 };
    if (!idp_prepare(c->o->config.idp, &err)) {
        callback_failed(c, flow, &err);
        return;
    }
    struct choice choice = choose(c, flow);
    // A sign-in of its own each time the button is pressed: going back and trying again works.
    flow->id = random_id(c->arena, 16);
    flow->idp_uri = choice.uri;
    tell(c, &choice);
    LOG(LOG_INFO, "a browser leaves for the identity provider", F("client", flow->client_name),
        F_C("way", way_names[choice.way]), F("redirect_uri", choice.uri),
        F("if_stuck", arena_printf(c->arena, STR_FMT HELP_PATH, STR_ARG(c->base))),
        F("request", http_id(c->ex)));
    go[choice.way](c, flow);
}

bool way_known(const struct call *c)
{
    enum probe_answer answer;
    for (size_t i = 0; c->o->config.sign_in == SIGN_IN_AUTO && i < ARRAY_LEN(callback_paths); i++) {
        if (!place_known(c->o, own_uri(c, callback_paths[i]), c->now, &answer))
            return false;
        if (answer == PROBE_YES)
            return true;
    }
    return true;
}

// The provider answers the application itself where the loopback way is taken, and sends no iss.
bool way_says_issuer(const struct call *c)
{
    struct str uri;
    if (c->o->config.sign_in == SIGN_IN_AUTO)
        return find_callback(c, &uri) != PROBE_NO;
    return c->o->config.sign_in != SIGN_IN_LOOPBACK;
}

void oauth_choose_way(struct oauth *o, struct str base, struct cancel *cancel)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    const struct call c = {
        .o = o, .arena = arena, .cancel = cancel, .base = base, .now = clock_now()
    };
    struct choice choice = choose(&c, NULL);
    tell(&c, &choice);
}

bool way_is_loopback(const struct call *c, const struct client *client, struct str redirect_uri)
{
    const struct flow flow = { .redirect_uri = redirect_uri };
    return redirect_uri_is_loopback(redirect_uri) &&
           client_redirect_ok(c, client, redirect_uri, NULL) &&
           choose(c, &flow).way == WAY_LOOPBACK;
}
