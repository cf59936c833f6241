// SPDX-License-Identifier: MIT
// What can be said without asking anybody: everything the server itself would say at its start,
// with its number, and the rules of scopes and audience that only matter to Entra ID.
#include "app/doctor_int.h"
#include "base/url.h"
#include "policy/policy.h"
#include "tools/tools.h"

#define PROBLEMS_MAX (64 * 1024)

// Which number a line of the server's own checks has. The first row that fits counts; value: what
// the value in quotes must contain, NULL anything.
static const struct {
    const char *says, *value, *number;
} numbers[] = {
    { "OIDCPROXY_AUTH_", "<", "E02" },
    { "OIDCPROXY_AUTH_", "{", "E02" },
    { "names no tenant", NULL, "E05" },
    { "tokens carry the tenant's ID", ".", "E58" },
    { "tokens carry the tenant's ID", NULL, "E02" },
    { "must end in /v2.0", NULL, "E06" },
    { "is of another tenant or cloud", NULL, "E07" },
    { "OIDCPROXY_AUTH_JWKS_URI: '", "/discovery/", "E09" },
    { "OIDCPROXY_AUTH_JWKS_URI: '", "/keys", "E09" },
    { "is not the v2.0 endpoint", NULL, "E08" },
    { "is not the application (client) ID", NULL, "E11" },
    { "is the tenant ID", NULL, "E04" },
    { "lacks openid", NULL, "E34" },
    { "lacks offline_access", NULL, "E35" },
    { "lacks profile", NULL, "E36" },
    { "looks like the secret's ID", NULL, "E17" },
    { "would answer 403", NULL, "E41" },
    { "OIDCPROXY_BASE_URL: 'http:", NULL, "E42" },
};

static struct str quoted(struct str line)
{
    ptrdiff_t from = str_find(line, STR(" '")); // not the apostrophe of a word
    struct str rest = from < 0 ? STR_NONE : str_slice(line, (size_t)from + 2, line.n);
    ptrdiff_t to = str_index(rest, '\'');
    return to < 0 ? STR_NONE : str_slice(rest, 0, (size_t)to);
}

const char *settings_number(struct str line)
{
    struct str value = quoted(line);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        if (str_find(line, str_c(numbers[i].says)) >= 0 &&
            (!numbers[i].value || str_find(value, str_c(numbers[i].value)) >= 0))
            return numbers[i].number;
    return NULL;
}

#define LINES_MAX 24 // the rest are more of the same

static void add_lines(struct doctor *d, const struct buf *lines, enum grade grade)
{
    struct str rest = buf_str(lines);
    for (size_t i = 0; rest.n > 0 && i < LINES_MAX; i++) {
        struct str line = str_cut(&rest, '\n');
        doctor_add(d, grade, settings_number(line), STR_FMT, STR_ARG(line));
    }
    if (rest.n > 0)
        doctor_add(d, grade, NULL, "and more of these; the server's own start shows all");
}

static void check_policy(struct doctor *d)
{
    CLEANUP(buf_release) struct buf problems = BUF_INIT(PROBLEMS_MAX);
    if (!d->o->policy_file)
        return;
    struct policy *policy = policy_read(d->o->policy_file, tools_all, &problems);
    struct str rest = buf_str(&problems);
    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        doctor_add(d, GRADE_WRONG, NULL, "%s: " STR_FMT, d->o->policy_file, STR_ARG(line));
    }
    policy_free(policy);
}

void check_settings(struct doctor *d)
{
    const struct settings *s = &d->settings;
    add_lines(d, &d->o->problems, GRADE_WRONG);
    add_lines(d, &d->o->warnings, GRADE_WARNING);
    check_policy(d);
    if (s->mode == ACCESS_OIDCPROXY && !d->idp && d->o->problems.n == 0)
        doctor_add(d, GRADE_WRONG, NULL, "%s", d->no_idp.text);
    if (s->open && d->o->problems.n == 0)
        doctor_add(d, GRADE_WARNING, NULL,
                   "everybody who reaches the port may call every tool: set OIDCPROXY_AUTH_* or "
                   "ZSCALER_MCP_AUTH_API_KEY");
    if (d->count == 0 && !s->http)
        doctor_add(d, GRADE_OK, NULL, "transport stdio, where nobody signs in");
    else if (d->count == 0)
        doctor_add(d, GRADE_OK, NULL, "transport %s on %s:%d, %s", settings_transport(s), s->host,
                   s->port,
                   s->mode == ACCESS_OIDCPROXY
                       ? "sign-in by the OIDCProxy"
                       : arena_printf(d->o->arena, "access mode %s", access_mode_name(s->mode)).p);
}

// --- who may ---

static size_t entries(const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    return n;
}

static const char *count_of(struct doctor *d, const char *const *list, const char *name)
{
    return list ? doctor_text(d, "OIDCPROXY_%s (%zu)", name, entries(list)) : "";
}

void check_people(struct doctor *d)
{
    const struct idp_config *c = &d->config;
    bool both = c->allowed_users && c->allowed_groups;
    bool closed = str_is(str_c(d->o->registration), "closed");
    if (!c->allowed_users && !c->allowed_groups)
        doctor_add(d, GRADE_OK, NULL, "everybody whom the provider signs in may use the server");
    else
        doctor_add(d, GRADE_OK, NULL, "people: only those of %s%s%s",
                   count_of(d, c->allowed_users, "ALLOWED_USERS"), both ? " and " : "",
                   count_of(d, c->allowed_groups, "ALLOWED_GROUPS"));
    if (closed)
        doctor_add(d, GRADE_OK, NULL,
                   "clients: only those that OIDCPROXY_CLIENTS and "
                   "OIDCPROXY_CLIENT_DOCUMENT_HOSTS name");
}

// --- scopes ---

static bool is_oidc(struct str scope)
{
    static const char *const words[] = { "openid",  "profile", "email", "offline_access",
                                         "address", "phone",   "" };
    return str_is_among(scope, words, ARRAY_LEN(words));
}

// "api://x/read" is of api://x; a bare word and one of https://graph.microsoft.com are of Graph.
static struct str resource_of(struct str scope)
{
    size_t at = scope.n;
    while (at > 0 && scope.p[at - 1] != '/')
        at--;
    struct str resource = at > 0 ? str_slice(scope, 0, at - 1) : STR_NONE;
    return str_starts(resource, STR("https://graph.microsoft.")) ? STR_NONE : resource;
}

const char *scopes_number(const char *scopes)
{
    struct str rest = str_c(scopes), first = STR_NONE;
    bool any = false, bare = false;
    while (rest.p) {
        struct str scope = str_trim(str_cut(&rest, ' '));
        if (is_oidc(scope))
            continue;
        struct str resource = resource_of(scope);
        if (any && !str_eq(resource, first))
            return "E32";
        // Permissions of Graph are written User.Read; what has no dot is somebody's own scope.
        bare |= str_index(scope, '/') < 0 && str_index(scope, ':') < 0 &&
                (str_index(scope, '.') < 0 || (scope.p[0] >= 'a' && scope.p[0] <= 'z'));
        first = resource;
        any = true;
    }
    return bare ? "E30" : NULL;
}

void check_scopes(struct doctor *d)
{
    const char *number = scopes_number(d->config.scopes);
    if (number && strcmp(number, "E32") == 0)
        doctor_add(d, GRADE_WRONG, number, "OIDCPROXY_AUTH_SCOPES=\"%s\" names more than one API",
                   d->config.scopes);
    else if (number)
        doctor_add(
            d, GRADE_WARNING, number,
            "OIDCPROXY_AUTH_SCOPES=\"%s\": a scope without its API is read as one of Microsoft "
            "Graph",
            d->config.scopes);
}

// --- audience ---

void check_audience(struct doctor *d)
{
    const struct options *o = d->o;
    if (!o->idp_client_id || !o->idp_audience ||
        str_eq_nocase(str_c(o->idp_client_id), str_c(o->idp_audience)))
        return;
    struct finding *f =
        doctor_add(d, GRADE_WRONG, "E10",
                   "the audience %s is not the client ID %s, which Entra ID puts into tokens",
                   o->idp_audience, o->idp_client_id);
    f->set = doctor_text(d, "OIDCPROXY_AUTH_AUDIENCE=%s", o->idp_client_id);
}
