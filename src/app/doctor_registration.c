// SPDX-License-Identifier: MIT
// The application's registration by probing: the client, each redirect URI, the device code, the
// client's credential.
#include "app/doctor_int.h"
#include "base/random.h"
#include "base/url.h"

#define LOOPBACK       "http://localhost:6274/callback" // the guide's
#define LOOPBACK_IP    "http://127.0.0.1:6274/callback"
#define OAUTH_CALLBACK "http://localhost/oauth/callback" // mcp-remote's, any port

// Numbers that make every further question pointless, wherever they are met.
static const struct {
    int aadsts;
    const char *number, *text;
} hopeless[] = {
    { 90002, "E01", "the provider does not know the tenant" },
    { 900023, "E02", "the tenant in the URLs is no tenant ID" },
    { 700016, "E04",
      "no application of this tenant has this client ID; or it is registered in another tenant (E03)" },
    { 50059, "E05", "the URLs name no tenant" },
    { 50194, "E05", "the URLs name no tenant, and the application is of one" },
    { 7000112, "E28", "the application is switched off" },
    { 70001, "E28", "the application is switched off" },
};

static bool add_hopeless(struct doctor *d, const struct probe *probe)
{
    for (size_t i = 0; i < ARRAY_LEN(hopeless); i++) {
        if (hopeless[i].aadsts != probe->aadsts)
            continue;
        if (doctor_find(d, hopeless[i].number))
            return true; // another question was told the same
        bool from_audience = probe->aadsts == 700016 && !d->o->idp_client_id;
        struct finding *f =
            doctor_add(d, GRADE_WRONG, hopeless[i].number, "%s%s: %s", hopeless[i].text,
                       from_audience ? "; OIDCPROXY_AUTH_AUDIENCE is also the client ID (E10)" : "",
                       idp_config(d->idp)->client_id);
        if (probe->aadsts == 700016)
            d->stopped_by = "E04";
        if (probe->aadsts == 700016 && !from_audience)
            f->set = "OIDCPROXY_AUTH_CLIENT_ID=<Application (client) ID>";
        doctor_saw(f, probe);
        return true;
    }
    return false;
}

static struct finding *add_unclear(struct doctor *d, const struct probe *probe, const char *what)
{
    struct finding *f =
        doctor_add(d, GRADE_UNSEEN, NULL, "%s cannot be told: %s", what, probe->said);
    f->inconclusive = true;
    doctor_saw(f, probe);
    return f;
}

// --- the client ---

void check_client(struct doctor *d)
{
    struct probe probe;
    const char *id = idp_config(d->idp)->client_id;
    doctor_probe(d, ASK_CLIENT, NULL, &probe);
    if (probe.answer == PROBE_YES) {
        doctor_saw(doctor_add(d, GRADE_OK, NULL, "%s is a client of the provider", id), &probe);
        return;
    }
    if (add_hopeless(d, &probe))
        return;
    // Asked without a credential, a provider without numbers may refuse a client that needs one.
    if (strcmp(probe.error, "invalid_client") == 0 && doctor_credential(d))
        doctor_add(d, GRADE_OK, NULL, "%s is not accepted without its credential", id);
    else if (strcmp(probe.error, "invalid_client") == 0)
        doctor_saw(
            doctor_add(
                d, GRADE_WRONG, "E04",
                "the provider does not accept the client %s: the ID is wrong, or it needs a secret "
                "and OIDCPROXY_AUTH_CLIENT_SECRET is not set",
                id),
            &probe);
    else
        add_unclear(d, &probe, "whether the client exists");
}

// --- redirect URIs ---

static const struct {
    int aadsts;
    const char *number, *text;
} scope_refusals[] = {
    { 650053, "E30", "a scope is not known" },
    { 70011, "E30", "a scope is not valid" },
    { 500011, "E31", "a scope names an API that is not in this tenant" },
    { 650057, "E31", "a scope names an API that the registration does not list" },
    { 650052, "E29", "the API of a scope has no enterprise application in this tenant" },
    { 28000, "E32", "the scopes belong to more than one API" },
};

static bool is_expected(const char *error)
{
    static const char *const words[] = { "", "login_required", "interaction_required",
                                         "consent_required", "account_selection_required" };
    return str_is_among(str_c(error), words, ARRAY_LEN(words));
}

// The URI is registered, but the answer refuses the request for another reason.
static void judge_request(struct doctor *d, const struct probe *probe)
{
    if (is_expected(probe->error))
        return;
    for (size_t i = 0; i < ARRAY_LEN(scope_refusals); i++) {
        if (scope_refusals[i].aadsts != probe->aadsts)
            continue;
        const char *number = scope_refusals[i].number;
        if (!doctor_confirm(d, number, probe))
            doctor_saw(doctor_add(d, GRADE_WRONG, number, "%s: OIDCPROXY_AUTH_SCOPES=\"%s\"",
                                  scope_refusals[i].text, d->config.scopes),
                       probe);
        return;
    }
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->findings[i].saw.error, probe->error) == 0)
            return; // told for another URI
    add_unclear(d, probe, "whether the provider takes the server's request");
}

// Asks for one URI; what concerns more than it is told here.
static enum probe_answer ask_redirect(struct doctor *d, const char *uri, struct probe *ret)
{
    doctor_probe(d, ASK_REDIRECT, uri, ret);
    if (ret->answer == PROBE_YES)
        judge_request(d, ret);
    return ret->answer;
}

// A URI nobody can have registered shows what a refusal looks like here.
void check_wildcard(struct doctor *d)
{
    char random[17];
    struct probe probe;
    random_hex(random, 8);
    const char *base = d->base.n ? d->base.p : "http://localhost:6274";
    const char *uri = doctor_text(d, "%s/doctor-not-registered-%s", base, random);
    doctor_probe(d, ASK_REDIRECT, uri, &probe);
    d->told_apart = probe.answer == PROBE_NO;
    struct finding *f;
    if (probe.answer == PROBE_NO)
        f = doctor_add(d, GRADE_OK, NULL, "an invented redirect URI is refused");
    else if (probe.answer == PROBE_YES)
        f = doctor_add(d, GRADE_WRONG, "E56", "an invented redirect URI was accepted: %s", uri);
    else if (add_hopeless(d, &probe))
        return;
    else
        f = add_unclear(d, &probe, "whether redirect URIs are judged before the sign-in");
    doctor_saw(f, &probe);
}

// 500117 and the like say why a URI can never be registered.
static const char *number_of_refusal(const struct probe *probe)
{
    return probe->aadsts == 500117 ? "E42" : "E12";
}

// NULL: device codes may be used.
static const char *why_no_device_code(const struct options *o)
{
    if (strcmp(o->sign_in, "callback") == 0 || strcmp(o->sign_in, "loopback") == 0)
        return "OIDCPROXY_SIGN_IN names another way";
    return o->device_code || strcmp(o->sign_in, "device") == 0 ? NULL
                                                               : "OIDCPROXY_DEVICE_CODE=false";
}

static void fix_not_registered(struct doctor *d, struct finding *f, const char *uri)
{
    const char *platform =
        doctor_credential(d) ? "Web" : "Mobile and desktop applications > Custom redirect URIs";
    f->click =
        d->entra
            ? doctor_text(d, "App registrations > (app) > Authentication > Add a platform > %s: %s",
                          platform, uri)
            : doctor_text(d, "Add %s to the redirect URIs of the client at the provider.", uri);
    f->set = NULL;
    if (!d->settings.base_url)
        f->set = doctor_text(d, "OIDCPROXY_BASE_URL=" STR_FMT, STR_ARG(d->base));
    else if (why_no_device_code(d->o))
        f->set = "OIDCPROXY_SIGN_IN=auto and OIDCPROXY_DEVICE_CODE=true, until it is registered";
}

static void add_not_registered(struct doctor *d, const struct probe *probe)
{
    struct probe slash;
    const char *uri = d->callback_uri.p;
    const char *number = number_of_refusal(probe);
    const char *with_slash = doctor_text(d, "%s/", uri);
    if (strcmp(number, "E12") == 0 && d->told_apart && d->entra &&
        ask_redirect(d, with_slash, &slash) == PROBE_YES)
        number = "E44";
    struct finding *f =
        doctor_add(d, GRADE_WRONG, number, "%s is not registered%s", uri,
                   strcmp(number, "E44") == 0 ? ", but with a slash at its end" : "");
    if (strcmp(number, "E12") == 0)
        fix_not_registered(d, f, uri);
    doctor_saw(f, probe);
}

void check_callback(struct doctor *d)
{
    static const char *const paths[] = { "/auth/callback", "/callback" };
    struct probe probe = { 0 }, first = { 0 };
    bool unclear = false;
    if (!d->base.n) {
        doctor_add(
            d, GRADE_UNSEEN, NULL,
            "the public address is not known, so its callback was not tried: zscaler-mcp doctor --url "
            "https://<public host>")
            ->set = "OIDCPROXY_BASE_URL=https://<public host>";
        return;
    }
    d->callback_tried = true;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct str uri = arena_printf(d->arena, STR_FMT "%s", STR_ARG(d->base), paths[i]);
        enum probe_answer answer = ask_redirect(d, uri.p, &probe);
        if (i == 0) {
            d->callback_uri = uri;
            first = probe;
        }
        if (answer == PROBE_YES) {
            d->callback = PROBE_YES;
            d->callback_uri = uri;
            doctor_saw(doctor_add(d, GRADE_OK, NULL, STR_FMT " is registered", STR_ARG(uri)),
                       &probe);
            return;
        }
        if (add_hopeless(d, &probe))
            return;
        unclear |= answer == PROBE_UNCLEAR;
    }
    d->callback = unclear ? PROBE_UNCLEAR : PROBE_NO;
    if (unclear)
        add_unclear(d, first.answer == PROBE_UNCLEAR ? &first : &probe,
                    doctor_text(d, "whether " STR_FMT " is registered", STR_ARG(d->callback_uri)));
    else
        add_not_registered(d, &first);
}

void check_loopback(struct doctor *d)
{
    struct probe probe, other, ip;
    d->loopback = ask_redirect(d, LOOPBACK, &probe);
    d->oauth_callback = ask_redirect(d, OAUTH_CALLBACK, &other);
    if (d->loopback == PROBE_YES)
        doctor_saw(doctor_add(d, GRADE_OK, NULL, LOOPBACK " (the guide's) is registered"), &probe);
    if (d->oauth_callback == PROBE_YES)
        doctor_saw(doctor_add(d, GRADE_OK, NULL, OAUTH_CALLBACK " (mcp-remote's) is registered"),
                   &other);
    if (d->loopback == PROBE_NO && d->oauth_callback == PROBE_NO)
        doctor_add(d, GRADE_OK, NULL,
                   "no loopback address is registered; none is needed for the callback");
    if (d->loopback == PROBE_UNCLEAR && d->callback != PROBE_YES)
        add_unclear(d, &probe, "whether " LOOPBACK " is registered");
    if (d->deep && d->loopback == PROBE_NO && ask_redirect(d, LOOPBACK_IP, &ip) == PROBE_YES)
        doctor_saw(
            doctor_add(d, GRADE_WARNING, "E45", LOOPBACK_IP " is registered, " LOOPBACK " is not"),
            &ip);
}

// --- device code ---

static void add_device_refused(struct doctor *d, const struct probe *probe)
{
    bool switched_off = probe->aadsts == 7000218 || strcmp(probe->error, "invalid_client") == 0;
    bool needed = d->callback != PROBE_YES || strcmp(d->o->sign_in, "device") == 0;
    struct finding *f;
    if (!needed)
        f = doctor_add(d, GRADE_OK, NULL,
                       "device codes are refused; with the callback registered none is needed");
    else if (switched_off && d->entra)
        f = doctor_add(d, GRADE_WRONG, "E19",
                       "device codes are refused: public client flows are switched off");
    else if (probe->status == 0)
        f = doctor_add(d, GRADE_OK, NULL, "the provider has no device codes: %s", probe->said);
    else
        f = doctor_add(d, GRADE_WARNING, NULL, "device codes are refused: %s", probe->said);
    doctor_saw(f, probe);
}

void check_device(struct doctor *d)
{
    struct probe probe;
    const char *why_not = why_no_device_code(d->o);
    if (why_not) {
        d->device = PROBE_NO;
        doctor_add(d, GRADE_OK, NULL, "no device code is used: %s", why_not);
        return;
    }
    doctor_probe(d, d->deep ? ASK_DEVICE_POLL : ASK_DEVICE, NULL, &probe);
    if (add_hopeless(d, &probe))
        return;
    bool pending = strcmp(probe.error, "authorization_pending") == 0;
    d->device = pending ? PROBE_YES : probe.answer;
    if (d->device == PROBE_YES)
        doctor_saw(doctor_add(d, GRADE_OK, NULL, "device codes are given out"), &probe);
    else if (d->device == PROBE_NO)
        add_device_refused(d, &probe);
    else if (d->callback != PROBE_YES)
        add_unclear(d, &probe, "whether device codes are given out");
}

// --- the credential ---

static bool says_nothing(const struct probe *probe)
{
    static const char *const words[] = { "unauthorized_client", "unsupported_grant_type",
                                         "invalid_scope", "invalid_request", "access_denied" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(probe->error, words[i]) == 0)
            return true;
    return false;
}

static struct finding *add_credential_refused(struct doctor *d, const struct probe *probe)
{
    static const int unfitting[] = { 70021,  700211,  700212,  700213,
                                     700229, 7002131, 7002137, 7002138 };
    const struct explanation *known = explain_aadsts(probe->aadsts);
    struct finding *f;
    if (probe->status == 0)
        return doctor_add(d, GRADE_WRONG, "E64", "%s", probe->said);
    for (size_t i = 0; i < ARRAY_LEN(unfitting); i++)
        if (unfitting[i] == probe->aadsts)
            return doctor_add(d, GRADE_WRONG, "E63", "%s", known->title);
    if (probe->aadsts == 7000222)
        return doctor_add(d, GRADE_WRONG, "E18", "the client secret has expired");
    if (d->config.client_secret)
        return doctor_add(d, GRADE_WRONG, "E17", "the client secret is wrong");
    f = doctor_add(d, GRADE_WRONG, NULL, "the %s is refused", doctor_credential(d));
    f->click = known ? known->fix : "Register it at the provider.";
    return f;
}

void check_secret(struct doctor *d)
{
    struct probe probe;
    struct finding *f;
    const char *what = doctor_credential(d);
    doctor_probe(d, ASK_SECRET, NULL, &probe);
    if (probe.answer == PROBE_YES)
        f = doctor_add(d, GRADE_OK, NULL, "the %s is accepted", what);
    else if (probe.answer == PROBE_NO && d->config.client_secret && probe.aadsts != 7000222 &&
             doctor_confirm(d, "E17", &probe))
        return;
    else if (probe.answer == PROBE_NO)
        f = add_credential_refused(d, &probe);
    else if (!d->entra && says_nothing(&probe))
        f = doctor_add(
            d, GRADE_UNSEEN, NULL,
            "whether the %s is right is seen at the first sign-in: the client may not use "
            "client_credentials",
            what);
    else
        f = add_unclear(d, &probe, doctor_text(d, "whether the %s is right", what));
    doctor_saw(f, &probe);
}
