// SPDX-License-Identifier: MIT
// What the findings mean together: which way of signing in will be used, the one change that would
// make it better, what only a signed-in person can show, and the exit code.
#include "app/doctor_int.h"

enum way { WAY_UNKNOWN, WAY_NONE, WAY_CALLBACK, WAY_LOOPBACK, WAY_DEVICE };

static enum way if_not(enum probe_answer answer, enum way way)
{
    return answer == PROBE_NO ? WAY_NONE : answer == PROBE_YES ? way : WAY_UNKNOWN;
}

// The loopback way is open to a client whose address is registered; mcp-remote's serves most.
static enum way loopback_way(const struct doctor *d)
{
    if (d->oauth_callback == PROBE_YES || d->loopback == PROBE_YES)
        return WAY_LOOPBACK;
    return if_not(d->oauth_callback == PROBE_NO ? d->loopback : PROBE_UNCLEAR, WAY_LOOPBACK);
}

// As the server chooses (src/oauth/ways.c), but without a client: what most of them will get.
static enum way auto_way(const struct doctor *d)
{
    if (d->callback == PROBE_YES || (d->callback_tried && d->callback == PROBE_UNCLEAR))
        return WAY_CALLBACK;
    if (d->oauth_callback == PROBE_YES)
        return WAY_LOOPBACK;
    if (d->device == PROBE_YES)
        return WAY_DEVICE;
    enum way loopback = loopback_way(d);
    if (loopback != WAY_NONE)
        return loopback;
    return d->callback_tried && d->device == PROBE_NO ? WAY_NONE : WAY_UNKNOWN;
}

static enum way way_of(const struct doctor *d)
{
    const char *fixed = d->o->sign_in;
    if (strcmp(fixed, "callback") == 0)
        return if_not(d->callback, WAY_CALLBACK);
    if (strcmp(fixed, "loopback") == 0)
        return loopback_way(d);
    if (strcmp(fixed, "device") == 0)
        return if_not(d->device, WAY_DEVICE);
    return auto_way(d);
}

// Numbers about one way only.
static bool is_of_one_way(const char *number)
{
    static const char *const numbers[] = { "E12", "E19", "E44" };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (strcmp(numbers[i], number) == 0)
            return true;
    return false;
}

void doctor_weigh(struct doctor *d)
{
    enum way way = way_of(d);
    if (d->stopped_by)
        return;
    for (size_t i = 0; i < d->count; i++) {
        struct finding *f = &d->findings[i];
        if (way != WAY_NONE && f->grade == GRADE_WRONG && f->mistake &&
            is_of_one_way(f->mistake->number))
            f->grade = GRADE_WARNING;
        // The public address might have told what nothing else did.
        if (way == WAY_UNKNOWN && f->grade == GRADE_UNSEEN && strcmp(f->check->id, "callback") == 0)
            f->inconclusive = true;
    }
}

// --- what cannot be seen ---

static const char *try_url(struct doctor *d)
{
    return d->base.n ? doctor_text(d, "zscaler-mcp try " STR_FMT "/mcp", STR_ARG(d->base))
                     : "zscaler-mcp try https://<public host>/mcp";
}

static void add_unseen(struct doctor *d, const char *number, const char *text)
{
    struct finding *f = doctor_add(d, GRADE_UNSEEN, number, "%s", text);
    if (f->mistake)
        f->click =
            doctor_text(d, "find out by %s; if so: %s", try_url(d), doctor_click(f->mistake));
    else
        f->click = doctor_text(d, "find out by %s", try_url(d));
}

void check_clients(struct doctor *d)
{
    if (way_of(d) == WAY_LOOPBACK && d->oauth_callback != PROBE_YES)
        doctor_add(
            d, GRADE_WARNING, "E13",
            "mcp-remote does not listen on /callback by itself, and nothing else is open to it");
}

void check_unseen(struct doctor *d)
{
    enum way way = way_of(d);
    const char *credential = doctor_credential(d);
    if (d->entra && way == WAY_CALLBACK && !credential)
        add_unseen(
            d, "E14",
            "the platform of the callback: under Web the sign-in ends in AADSTS7000218, under "
            "Single-page application (E15) in AADSTS9002327");
    if (d->entra && way == WAY_CALLBACK && credential)
        add_unseen(
            d, "E16",
            doctor_text(
                d,
                "the platform of the callback: under Mobile and desktop applications the %s is "
                "refused with AADSTS700025 (in some tenants also with Allow public client flows = "
                "Yes, E62)",
                credential));
    if (d->entra && way == WAY_DEVICE)
        add_unseen(
            d, "E19",
            "whether a device code can be redeemed: Allow public client flows; Conditional Access may "
            "block it (E20, E21)");
    if (d->entra)
        add_unseen(
            d, NULL,
            "whether the person may sign in: assignment (E25), consent (E26), Conditional Access, "
            "second factor (E22)");
    else
        add_unseen(d, NULL, "whether the person may sign in");
}

// --- the verdict ---

static void improve_callback(struct doctor *d, struct verdict *v)
{
    if (!d->base.n) {
        v->change = STR(
            "find out whether the callback of the public address is registered: zscaler-mcp doctor "
            "--url https://<public host>");
        v->set = "OIDCPROXY_BASE_URL=https://<public host>";
        return;
    }
    v->change = arena_printf(
        d->arena,
        "register %s/auth/callback at the provider%s: then people sign in without a code and "
        "without an address of their own machine",
        d->base.p,
        !d->entra              ? ""
        : doctor_credential(d) ? " (platform Web)"
                               : " (platform Mobile and desktop applications)");
}

static void improve_settings(struct doctor *d, struct verdict *v)
{
    if (!d->settings.base_url) {
        v->change =
            STR("pin the public address, so that every replica and every proxy sees the same");
        v->set = d->base.n ? doctor_text(d, "OIDCPROXY_BASE_URL=" STR_FMT, STR_ARG(d->base))
                           : "OIDCPROXY_BASE_URL=https://<public host>";
    } else if (!d->o->secret_keys) {
        v->change = STR(
            "give all replicas one key, so that nobody has to sign in again after a restart elsewhere");
        v->set = "ZSCALER_MCP_SECRET_KEY=<zscaler-mcp keygen>";
    }
}

// Something of the provider or the registration is wrong: what is said of a way is for later.
static bool is_broken(const struct doctor *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->findings[i].grade == GRADE_WRONG && d->findings[i].check->needs & NEEDS_PROVIDER)
            return true;
    return false;
}

static struct str text_of(struct doctor *d, enum way way)
{
    switch (way) {
    case WAY_CALLBACK:
        return arena_printf(d->arena, "people sign in through the callback " STR_FMT "%s%s%s",
                            STR_ARG(d->callback_uri), doctor_credential(d) ? ", with the " : "",
                            doctor_credential(d) ? doctor_credential(d) : "",
                            d->callback == PROBE_YES
                                ? ""
                                : ", though the provider does not say whether it is "
                                  "registered");
    case WAY_LOOPBACK:
        if (d->oauth_callback == PROBE_YES)
            return STR(
                "people sign in through the address on which their own client listens (mcp-remote, and "
                "clients whose path is registered)");
        return STR(
            "people sign in only with clients that listen on http://localhost:PORT/callback (Claude Code; "
            "npx -y mcp-remote <url> 6274 --callback-path /callback)");
    case WAY_DEVICE:
        return STR(
            "people sign in with a code to enter at the provider; clients that listen on "
            "http://localhost:PORT/callback do without, where the guide's address is registered");
    case WAY_NONE:
        return STR("nobody can sign in: no way is open");
    default:
        return STR("which way of signing in will be used could not be told");
    }
}

struct verdict doctor_verdict(struct doctor *d)
{
    static const char *const names[] = { [WAY_UNKNOWN] = "unknown",
                                         [WAY_NONE] = "none",
                                         [WAY_CALLBACK] = "callback",
                                         [WAY_LOOPBACK] = "loopback",
                                         [WAY_DEVICE] = "device" };
    struct verdict v = { .way = "unknown" };
    if (d->settings.mode != ACCESS_OIDCPROXY) {
        v.way = "none";
        v.text = STR("nobody signs in: the OIDCProxy is not configured");
        return v;
    }
    if (d->stopped_by || !d->idp) {
        v.text = STR(
            "which way of signing in will be used is not known before what is wrong above is mended");
        return v;
    }
    enum way way = way_of(d);
    v.way = names[way];
    v.text =
        arena_printf(d->arena, "%s%s" STR_FMT,
                     way != WAY_NONE && is_broken(d) ? "once what is wrong above is mended, " : "",
                     d->base.n ? "" : "unless the callback of the public address is registered, ",
                     STR_ARG(text_of(d, way)));
    if (way == WAY_CALLBACK && d->callback == PROBE_YES)
        improve_settings(d, &v);
    else
        improve_callback(d, &v);
    return v;
}

int doctor_exit_code(const struct doctor *d)
{
    bool inconclusive = false;
    for (size_t i = 0; i < d->count; i++) {
        if (d->findings[i].grade == GRADE_WRONG)
            return 1;
        inconclusive |= d->findings[i].inconclusive;
    }
    return inconclusive ? 2 : 0;
}
