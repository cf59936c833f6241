// SPDX-License-Identifier: MIT
#include "app/doctor.h"

#include <assert.h>
#include <ctype.h>
#include <signal.h>
#include <unistd.h>

#include "app/doctor_int.h"
#include "app/doctor_tools.h"
#include "app/parts.h"
#include "app/secrets.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"

#define REPORT_MAX (1024 * 1024)
#define SECRET_MIN 8 // shorter values are not looked for in the report
#define USER_AGENT "zscaler-mcp/" ZSCALER_MCP_VERSION " (doctor)"

static const char *const usage =
    "usage: zscaler-mcp [OPTIONS] doctor [--url URL] [--user NAME@DOMAIN] [--deep] [--verbose] [--json]\n"
    "       zscaler-mcp [OPTIONS] doctor --tools [NAME or PATTERN …]\n"
    "       zscaler-mcp [OPTIONS] doctor --settings\n"
    "\n"
    "Looks at the configuration, the identity provider, the app registration, the server's public face, the\n"
    "Zscaler API and the server's state, without anybody's credentials, and says what to click or to set.\n"
    "  --url URL            the public address of the server; default: OIDCPROXY_BASE_URL\n"
    "  --user NAME@DOMAIN   also: does this person's domain belong to the tenant? (only the domain is sent)\n"
    "  --deep               more questions: polls a device code once (5 s), 127.0.0.1, the app's own keys\n"
    "  --verbose            show what was answered also where all is well\n"
    "  --json               the report as JSON\n"
    "  --settings           print what is set, and whether by flag, environment, file or secret store; secrets blanked\n"
    "  --tools              say why tools are offered or not: in numbers by service, or each that is named\n"
    "  --numbers            print the table of all E-numbers and end\n"
    "\n"
    "Exit code: 0 all is well or only warnings, 1 something is wrong, 2 something could not be told.\n";

#define PROVIDER  "Identity provider"
#define APP       "App registration"
#define SERVER    "Public address"
#define SIGNED_IN (NEEDS_SIGN_IN | NEEDS_PROVIDER)
#define ASKING    (SIGNED_IN | NEEDS_CLIENT)

// In the order of the run: what makes the rest pointless comes first.
static const struct check checks[] = {
    { "settings", "settings", "Configuration", 0, check_settings },
    { "people", "who may", "Configuration", NEEDS_SIGN_IN, check_people },
    { "scopes", "scopes", "Configuration", NEEDS_SIGN_IN | NEEDS_ENTRA, check_scopes },
    { "audience", "audience", "Configuration", NEEDS_SIGN_IN | NEEDS_ENTRA, check_audience },
    { "discovery", "discovery", PROVIDER, SIGNED_IN, check_discovery },
    { "keys", "keys", PROVIDER, SIGNED_IN, check_keys },
    { "user", "person", PROVIDER, SIGNED_IN | NEEDS_USER | NEEDS_ENTRA, check_user },
    { "client", "client ID", APP, ASKING, check_client },
    { "wildcard", "wildcard", APP, ASKING, check_wildcard },
    { "callback", "callback", APP, ASKING, check_callback },
    { "loopback", "loopback", APP, ASKING, check_loopback },
    { "device", "device code", APP, ASKING, check_device },
    { "secret", "credential", APP, ASKING | NEEDS_SECRET, check_secret },
    { "clients", "clients", APP, ASKING, check_clients },
    { "unseen", "not seen", APP, ASKING, check_unseen },
    { "resource", "resource", SERVER, NEEDS_SIGN_IN, check_own_resource },
    { "metadata", "metadata", SERVER, NEEDS_SIGN_IN, check_own_metadata },
    { "challenge", "challenge", SERVER, NEEDS_SIGN_IN, check_own_challenge },
    { "oneapi", "OneAPI", "Zscaler", 0, check_oneapi },
    { "key", "root key", "State", 0, check_key },
    { "folder", "state folder", "State", 0, check_folder },
    { "store", "store", "State", 0, check_store },
};

// --- the numbers ---

const struct mistake *doctor_mistake(const char *number)
{
    for (size_t i = 0; number && i < doctor_mistake_count; i++)
        if (strcmp(doctor_mistakes[i].number, number) == 0)
            return &doctor_mistakes[i];
    return NULL;
}

static const struct explanation *explanation_of(const struct mistake *m)
{
    return m->aadsts ? explain_aadsts(m->aadsts) : explain_error(m->word, STR_NONE);
}

const char *doctor_title(const struct mistake *m)
{
    const struct explanation *e = m->title ? NULL : explanation_of(m);
    return e ? e->title : m->title;
}

const char *doctor_click(const struct mistake *m)
{
    const struct explanation *e = m->click ? NULL : explanation_of(m);
    return e ? e->fix : m->click;
}

// --- findings ---

const char *doctor_text(struct doctor *d, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&out, fmt, args);
    va_end(args);
    return arena_cstr(d->arena, buf_str(&out));
}

// After these nothing that the provider answers means anything.
static bool ends_asking(const char *number)
{
    static const char *const numbers[] = { "E01", "E02", "E03", "E04", "E05",
                                           "E11", "E52", "E53", "E54" };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (strcmp(numbers[i], number) == 0)
            return true;
    return false;
}

struct finding *doctor_add(struct doctor *d, enum grade grade, const char *number, const char *fmt,
                           ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(8192);
    va_list args;
    assert(d->count < FINDINGS_MAX);
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    struct finding *f = &d->findings[d->count++];
    *f = (struct finding){ .check = d->now,
                           .grade = grade,
                           .mistake = doctor_mistake(number),
                           .text = arena_str(d->arena, buf_str(&text)) };
    bool fixable = grade == GRADE_WRONG || grade == GRADE_WARNING;
    if (f->mistake && fixable) {
        f->click = doctor_click(f->mistake);
        f->set = f->mistake->set;
    }
    if (f->mistake && grade == GRADE_WRONG && ends_asking(number) && !d->stopped_by)
        d->stopped_by = f->mistake->number;
    return f;
}

struct finding *doctor_find(struct doctor *d, const char *number)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->findings[i].mistake && strcmp(d->findings[i].mistake->number, number) == 0)
            return &d->findings[i];
    return NULL;
}

struct finding *doctor_confirm(struct doctor *d, const char *number, const struct probe *saw)
{
    struct finding *f = doctor_find(d, number);
    if (!f)
        return NULL;
    f->grade = GRADE_WRONG;
    doctor_saw(f, saw);
    return f;
}

void doctor_saw(struct finding *f, const struct probe *probe)
{
    f->saw = *probe;
    f->when = clock_now();
}

const char *doctor_credential(const struct doctor *d)
{
    const struct idp_config *c = &d->config;
    return c->client_secret           ? "client secret"
           : c->client_certificate    ? "client certificate"
           : c->client_key            ? "client key"
           : c->client_assertion_file ? "federated token"
           : c->managed_identity      ? "managed identity's token"
                                      : NULL;
}

// --- a run ---

// Says what is wrong with the values of flags; false then.
static bool judge_words(const struct doctor *d)
{
    struct url url;
    struct err err = { 0 };
    struct str domain = str_c(d->user);
    (void)str_cut(&domain, '@');
    if (d->url && (!url_parse(str_c(d->url), &url, &err) || url.query.p || url.fragment.p)) {
        fprintf(
            stderr,
            "zscaler-mcp doctor: --url '%s' is not the address of a server, such as https://mcp.example.com%s%s\n",
            d->url, *err.text ? ": " : "", err.text);
        return false;
    }
    for (size_t i = 0; i < domain.n; i++)
        if (!isalnum((unsigned char)domain.p[i]) && !strchr("-.", domain.p[i]))
            domain.n = 0;
    if (d->user && !domain.n)
        fprintf(stderr, "zscaler-mcp doctor: --user '%s' is not a name like ada@example.com\n",
                d->user);
    return !d->user || domain.n;
}

static bool parse_words(const char *const *words, struct doctor *d)
{
    const struct {
        const char *flag;
        bool *on;
        const char **value;
    } flags[] = { { "--json", &d->json, NULL },
                  { "--verbose", &d->verbose, NULL },
                  { "--deep", &d->deep, NULL },
                  { "--help", &d->help, NULL },
                  { "--numbers", &d->list_mistakes, NULL },
                  { "--user", NULL, &d->user },
                  { "--url", NULL, &d->url } };
    for (; *words; words++) {
        size_t i = 0;
        while (i < ARRAY_LEN(flags) && strcmp(*words, flags[i].flag) != 0)
            i++;
        if (i == ARRAY_LEN(flags) || (flags[i].value && !words[1]))
            return false;
        if (flags[i].on)
            *flags[i].on = true;
        else
            *flags[i].value = *++words;
    }
    return true;
}

// --url, else what is configured, else what the platform says of itself. A server that only
// listens on loopback may stand behind a proxy whose name nobody told.
static void decide_base(struct doctor *d)
{
    const struct settings *s = &d->settings;
    struct str base = str_c(d->url ? d->url : s->base_url ? s->base_url : s->platform_url);
    while (str_ends(base, STR("/")))
        base.n--;
    if (str_ends(base, STR("/mcp")))
        base.n -= 4;
    d->base = arena_str(d->arena, base);
}

static bool is_entra(const struct idp_config *c)
{
    return str_find(str_c(c->token_endpoint), STR("/oauth2/v2.0/")) >= 0 ||
           str_find(str_c(c->issuer), STR("://login.microsoftonline.")) >= 0;
}

static bool set_up(struct doctor *d, struct err *err)
{
    const struct fetch_config config = { .user_agent = USER_AGENT, .ca_file = d->o->ca_file };
    log_setup(STDERR_FILENO, LOG_FORMAT_TEXT, LOG_AUDIT); // the report tells all there is to tell
    secrets_load(d->o);
    settings_decide(d->o, d->env_of, &d->settings);
    decide_base(d);
    d->config = d->settings.idp;
    d->started = clock_mono_ms();
    if (!fetcher_new(&config, &d->fetcher, err))
        return false;
    if (d->settings.mode == ACCESS_OIDCPROXY &&
        !idp_new(&d->config, d->fetcher, &d->idp, &d->no_idp))
        d->idp = NULL;
    if (d->idp && idp_prepare(d->idp, NULL)) // what is to be discovered counts as configured
        d->config = *idp_config(d->idp);
    d->entra = is_entra(&d->config);
    return true;
}

static bool applies(const struct doctor *d, unsigned needs)
{
    return !((needs & NEEDS_SIGN_IN && d->settings.mode != ACCESS_OIDCPROXY) ||
             (needs & NEEDS_SECRET && !doctor_credential(d)) || (needs & NEEDS_USER && !d->user) ||
             (needs & NEEDS_ENTRA && !d->entra));
}

static bool makes_sense(const struct doctor *d, unsigned needs)
{
    return !(needs & NEEDS_PROVIDER && d->stopped_by) && !(needs & NEEDS_CLIENT && !d->idp);
}

static void run_checks(struct doctor *d)
{
    for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
        d->now = &checks[i];
        if (!applies(d, checks[i].needs))
            continue;
        if (makes_sense(d, checks[i].needs))
            checks[i].run(d);
        else
            d->not_tried[d->not_tried_count++] = &checks[i];
    }
}

// Nothing configured as a secret leaves in the report, whoever put it into a text.
static void hide(struct buf *report, struct str secret)
{
    if (secret.n < SECRET_MIN)
        return;
    ptrdiff_t at;
    while ((at = str_find(buf_str(report), secret)) >= 0)
        memset(report->p + at, '*', secret.n);
}

static void hide_secrets(const struct doctor *d, struct buf *report)
{
    for (const struct option *opt = options_table; opt->group; opt++) {
        const void *slot = (const char *)d->o + opt->offset;
        if (!opt->secret)
            continue;
        if (opt->type == OPT_LIST)
            for (const char *const *s = *(const char *const *const *)slot; s && *s; s++)
                hide(report, str_c(*s));
        else
            hide(report, str_c(*(const char *const *)slot));
    }
}

static int examine(struct doctor *d)
{
    struct err err = { 0 };
    CLEANUP(buf_release) struct buf report = BUF_INIT(REPORT_MAX);
    if (!set_up(d, &err)) {
        fprintf(stderr, "zscaler-mcp doctor: %s\n", err.text);
        return 2;
    }
    run_checks(d);
    doctor_weigh(d);
    struct verdict verdict = doctor_verdict(d);
    if (d->json)
        doctor_report_json(d, &verdict, &report);
    else
        doctor_report_text(d, &verdict, &report);
    hide_secrets(d, &report);
    fputs(buf_cstr(&report), stdout);
    return doctor_exit_code(d);
}

static int print_numbers(void)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(REPORT_MAX);
    doctor_mistakes_markdown(&out);
    fputs(buf_cstr(&out), stdout);
    return 0;
}

// Everything that is set, and where: what beats what is easily forgotten.
static int show_settings(struct options *o)
{
    secrets_load(o);
    for (const struct option *opt = options_table; opt->group; opt++) {
        const char *source = options_source(o, opt);
        struct str value = options_shown(o, opt);
        if (opt->env && strcmp(source, "default") != 0)
            printf("%s = " STR_FMT "  (%s)\n", opt->env, STR_ARG(value), source);
    }
    return 0;
}

static int explain_tools(struct options *o)
{
    const struct fetch_config config = { .user_agent = USER_AGENT, .ca_file = o->ca_file };
    CLEANUP(fetcher_free) struct fetcher *fetcher = NULL;
    struct err err;
    if (fetcher_new(&config, &fetcher, &err))
        return doctor_tools(o, fetcher, (const char *const *)o->words + 1);
    fprintf(stderr, "zscaler-mcp doctor: %s\n", err.text);
    return 2;
}

int doctor_run(struct options *o, const char *(*env_of)(const char *))
{
    struct doctor d = { .o = o, .env_of = env_of, .arena = o->arena };
    if (*o->words && strcmp(*o->words, "--settings") == 0)
        return show_settings(o);
    if (*o->words && strcmp(*o->words, "--tools") == 0)
        return explain_tools(o);
    if (!parse_words(o->words, &d)) {
        fputs(usage, stderr);
        return 2;
    }
    if (!judge_words(&d))
        return 2;
    if (d.help)
        return fputs(usage, stdout) < 0;
    if (d.list_mistakes)
        return print_numbers();
    signal(SIGPIPE, SIG_IGN); // the store's connection may end
    int code = examine(&d);
    idp_free(d.idp);
    fetcher_free(d.fetcher);
    return code;
}
