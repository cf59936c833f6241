// SPDX-License-Identifier: MIT
// The server's own face, as clients see it at the public address: what a reverse proxy in front of
// it makes of the documents and of the first 401.
#include "app/doctor_int.h"
#include "base/url.h"
#include "json/dom.h"

#define RESOURCE_PATH "/mcp"

// Without --url the server may simply not be running yet.
static void add_no_answer(struct doctor *d, const struct answer *answer)
{
    struct finding *f =
        doctor_add(d, d->url ? GRADE_WRONG : GRADE_UNSEEN, NULL,
                   "nobody answers at " STR_FMT ": %s", STR_ARG(d->base), answer->said.said);
    f->click = "Start the server, and lead this address to it (DNS, ingress).";
    doctor_saw(f, &answer->said);
}

// Gets a document; NULL when it is not there, told already.
static json_t *get_document(struct doctor *d, const char *path, const char *number)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    json_t *document = NULL;
    const char *url = doctor_text(d, STR_FMT "%s", STR_ARG(d->base), path);
    if (!doctor_fetch(d, url, STR_NONE, NULL, &answer)) {
        add_no_answer(d, &answer);
        return NULL;
    }
    if (answer.said.status == 200 &&
        dom_parse_object(buf_str(&answer.response.body), &document, NULL))
        return document;
    struct str location = fetch_header_get(&answer.response, "Location");
    bool login = location.n && answer.said.status < 400;
    struct finding *f = doctor_add(d, GRADE_WRONG, login ? "E37" : number,
                                   "%s answered %d%s" STR_FMT " instead of the document", url,
                                   answer.said.status, login ? ", a redirect to " : "",
                                   STR_ARG(login ? str_cut(&location, '?') : STR_NONE));
    doctor_saw(f, &answer.said);
    return NULL;
}

static bool same_but_for_scheme(struct str a, struct str b)
{
    ptrdiff_t at = str_find(a, STR("://")), bt = str_find(b, STR("://"));
    return at > 0 && bt > 0 && at != bt &&
           str_eq(str_slice(a, (size_t)at, a.n), str_slice(b, (size_t)bt, b.n));
}

// What a document says of an address, against the address it was fetched from.
static bool is_address(struct doctor *d, const char *member, struct str said, struct str expected)
{
    if (str_eq(said, expected))
        return true;
    struct finding *f = doctor_add(
        d, GRADE_WRONG, same_but_for_scheme(said, expected) ? "E42" : "E55",
        "\"%s\" is '" STR_FMT "', clients use " STR_FMT, member, STR_ARG(said), STR_ARG(expected));
    f->set = doctor_text(d, "OIDCPROXY_BASE_URL=" STR_FMT, STR_ARG(d->base));
    if (strcmp(f->mistake->number, "E42") == 0)
        f->click =
            "Let the reverse proxy send X-Forwarded-Proto: https and the Host that clients use "
            "(and set ZSCALER_MCP_ALLOW_HTTP=true).";
    return false;
}

void check_own_resource(struct doctor *d)
{
    if (!d->base.n) {
        doctor_add(
            d, GRADE_UNSEEN, NULL,
            "the public address is not known: zscaler-mcp doctor --url https://<public host> looks at it")
            ->set = "OIDCPROXY_BASE_URL=https://<public host>";
        return;
    }
    JSON_AUTO *document =
        get_document(d, "/.well-known/oauth-protected-resource" RESOURCE_PATH, "E46");
    if (!document)
        return;
    struct str server = dom_text(json_array_get(dom_get(document, "authorization_servers"), 0));
    struct str resource = arena_printf(d->arena, STR_FMT RESOURCE_PATH, STR_ARG(d->base));
    if (!is_address(d, "resource", dom_str(document, "resource"), resource))
        return;
    if (!str_eq(server, d->base)) {
        doctor_add(d, GRADE_WRONG, "E46",
                   "\"authorization_servers\" names '" STR_FMT "', not this server",
                   STR_ARG(server));
        return;
    }
    doctor_add(d, GRADE_OK, NULL, "clients connect to " STR_FMT, STR_ARG(resource));
}

static bool has(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (str_is(dom_text(json_array_get(list, i)), word))
            return true;
    return false;
}

static void judge_metadata(struct doctor *d, const json_t *document)
{
    static const char *const needed[] = { "authorization_endpoint", "token_endpoint",
                                          "registration_endpoint" };
    if (!is_address(d, "issuer", dom_str(document, "issuer"), d->base))
        return;
    if (!has(dom_get(document, "code_challenge_methods_supported"), "S256")) {
        doctor_add(d, GRADE_WRONG, "E47", "the metadata offers no S256");
        return;
    }
    if (!has(dom_get(document, "token_endpoint_auth_methods_supported"), "none")) {
        doctor_add(d, GRADE_WRONG, "E46",
                   "the metadata offers nothing to clients without a secret");
        return;
    }
    bool closed = d->o->registration &&
                  strcmp(d->o->registration, "closed") == 0; // the last of them is not there
    for (size_t i = 0; i < ARRAY_LEN(needed) - closed; i++)
        if (!str_starts(dom_str(document, needed[i]), d->base)) {
            doctor_add(d, GRADE_WRONG, "E46", "\"%s\" is '" STR_FMT "', not of this server",
                       needed[i], STR_ARG(dom_str(document, needed[i])));
            return;
        }
    doctor_add(d, GRADE_OK, NULL, "the authorization-server metadata is whole");
}

// What an earlier look at the public address found makes this one pointless.
static bool server_failed(const struct doctor *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->findings[i].check->group, d->now->group) == 0 &&
            d->findings[i].grade != GRADE_OK)
            return true;
    return false;
}

void check_own_metadata(struct doctor *d)
{
    if (server_failed(d))
        return;
    JSON_AUTO *document = get_document(d, "/.well-known/oauth-authorization-server", "E47");
    if (document)
        judge_metadata(d, document);
}

void check_own_challenge(struct doctor *d)
{
    static const struct fetch_header headers[] = {
        { "Content-Type", { "application/json", 16 } },
        { "Accept", { "application/json, text/event-stream", 35 } },
        { NULL },
    };
    CLEANUP(answer_release) struct answer answer = { 0 };
    if (server_failed(d))
        return;
    const char *url = doctor_text(d, STR_FMT RESOURCE_PATH, STR_ARG(d->base));
    if (!doctor_fetch(d, url, STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"), headers,
                      &answer)) {
        add_no_answer(d, &answer);
        return;
    }
    struct str challenge = fetch_header_get(&answer.response, "WWW-Authenticate");
    struct finding *f;
    if (answer.said.status == 401 && str_find(challenge, STR("resource_metadata=\"")) >= 0)
        f = doctor_add(d, GRADE_OK, NULL, "strangers are asked to sign in, at the right place");
    else if (answer.said.status == 401 || answer.said.status == 302 || answer.said.status == 403)
        f = doctor_add(d, GRADE_WRONG, "E37", "%s answered %d without the server's own challenge",
                       url, answer.said.status);
    else if (answer.said.status == 200)
        f = doctor_add(d, GRADE_WRONG, NULL, "%s lets strangers in: no sign-in is asked for", url);
    else
        f = doctor_add(d, GRADE_WRONG, NULL, "%s answered %d, not the 401 that begins a sign-in",
                       url, answer.said.status);
    doctor_saw(f, &answer.said);
}
