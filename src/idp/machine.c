// SPDX-License-Identifier: MIT
// The client credentials grant in a machine's name: the credential is the machine's own, we only
// pass it on, and what comes back is a token for us that says which application it is.
#include "base/clock.h"
#include "base/secret.h"
#include "idp/internal.h"
#include "jose/assertion.h"

#define FORM_BYTES_MAX (32 * 1024)

static bool is_entra(const struct idp *idp)
{
    return str_ends(str_c(idp_config(idp)->token_endpoint), STR("/oauth2/v2.0/token"));
}

static void write_form(const struct idp *idp, const struct idp_machine *m, struct buf *form)
{
    idp_add_field(form, "grant_type", STR("client_credentials"));
    idp_add_field(form, "client_id", m->client_id);
    if (m->assertion.n) {
        idp_add_field(form, "client_assertion_type", STR(ASSERTION_TYPE));
        idp_add_field(form, "client_assertion", m->assertion);
    } else {
        idp_add_field(form, "client_secret", m->secret);
    }
    if (!is_entra(idp)) {
        idp_add_field(form, "audience", m->audience);
        return;
    }
    CLEANUP(buf_release) struct buf scope = BUF_INIT(1024);
    buf_addf(&scope, STR_FMT "/.default", STR_ARG(m->audience));
    idp_add_field(form, "scope", buf_str(&scope));
}

// What is said otherwise than when the provider refuses our own application.
static const struct {
    int aadsts;
    const char *text;
} about_machines[] = {
    { 700016, "The identity provider knows no application with this client id in its tenant." },
    { 7000215, "The client secret is wrong. Entra wants the Value of App registrations > (the "
               "machine's app) > Certificates & secrets, not the Secret ID." },
    { 7000222, "The client secret has expired: make a new one under App registrations > (the "
               "machine's app) > Certificates & secrets." },
    { 700027, "The client assertion's signature does not fit a certificate of the machine's app." },
    { 700024, "The client assertion is outside its time: synchronise the machine's clock." },
    { 500011, "This server's own application is not installed in the tenant: open it once under "
              "Enterprise applications, or give it an Application ID URI." },
    { 501051,
      "The machine's application has no role of this server's application, which demands an "
      "assignment (Enterprise applications > (app) > Properties > Assignment required)." },
};

static enum err_code code_for(struct str word)
{
    if (str_is(word, "invalid_client"))
        return ERR_INVALID_CLIENT;
    if (str_is(word, "invalid_resource") || str_is(word, "invalid_scope") ||
        str_is(word, "invalid_target") || str_is(word, "invalid_request"))
        return ERR_IDP_MISCONFIGURED;
    return ERR_UNAUTHORIZED_CLIENT;
}

// False always.
static bool refused(const struct fetch_response *response, struct err *err)
{
    JSON_AUTO *answer = NULL;
    struct str body = buf_str(&response->body);
    struct err why = { 0 };
    grant_read_failure(response->status, body, fetch_retry_after(response, clock_now()), false,
                       &why);
    *err = why;
    if (why.code == ERR_UPSTREAM || !dom_parse_object(body, &answer, NULL))
        return false;
    // An application that does not exist is no client; Entra's word for it says less.
    err->code = why.aadsts == 700016 ? ERR_INVALID_CLIENT : code_for(dom_str(answer, "error"));
    if (!why.aadsts && err->code == ERR_UNAUTHORIZED_CLIENT)
        err_set(err, err->code, "The identity provider refused (" STR_FMT "): " STR_FMT,
                STR_ARG(str_slice(dom_str(answer, "error"), 0, 60)),
                STR_ARG(str_slice(dom_str(answer, "error_description"), 0, 200)));
    for (size_t i = 0; i < ARRAY_LEN(about_machines); i++)
        if (why.aadsts == about_machines[i].aadsts)
            err_set(err, err->code, "%s (AADSTS%d)", about_machines[i].text, why.aadsts);
    err->aadsts = why.aadsts;
    return false;
}

static bool ask(struct idp *idp, struct arena *arena, struct str form, struct cancel *cancel,
                struct str *ret_token, struct err *err)
{
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    JSON_AUTO *answer = NULL;
    if (!idp_post(idp, idp_config(idp)->token_endpoint, form, STR_NONE, cancel, &response, err))
        return false;
    if (response.status != 200)
        return refused(&response, err);
    if (!dom_parse_object(buf_str(&response.body), &answer, NULL) ||
        !dom_str(answer, "access_token").n)
        return err_set(err, ERR_UPSTREAM, "The token endpoint gave no access token.");
    *ret_token = arena_str(arena, dom_str(answer, "access_token"));
    wipe(response.body.p, response.body.n);
    return true;
}

// The application's own token, not one that it has of a person.
static bool is_app_only(const json_t *claims)
{
    struct str idtyp = dom_str(claims, "idtyp");
    return (!idtyp.n || str_is(idtyp, "app")) && !dom_get(claims, "scp");
}

bool idp_machine_same(struct str a, struct str b)
{
    return str_eq(a, b) || (a.n == 36 && str_eq_nocase(a, b)); // GUIDs know no case
}

bool idp_machine_token(struct idp *idp, struct arena *arena, const struct idp_machine *machine,
                       struct cancel *cancel, struct idp_person *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(FORM_BYTES_MAX);
    struct idp_person person;
    struct str token;
    if (!idp_prepare(idp, err))
        return false;
    write_form(idp, machine, &form);
    if (!buf_ok(&form))
        return err_set(err, ERR_INVALID_REQUEST, "the client's credential is too long");
    if (!ask(idp, arena, buf_str(&form), cancel, &token, err))
        return false;
    if (!person_from_bearer(idp, arena, token, clock_now(), &person, err))
        return err_prefix(err, "the identity provider's token for the machine is not for us");
    if (!is_app_only(person.claims))
        return err_set(err, ERR_TOKEN_CLAIM, "the identity provider's token is a person's");
    if (!idp_machine_same(idp_token_client(person.claims), machine->client_id))
        return err_set(err, ERR_TOKEN_CLAIM,
                       "the identity provider's token names another application");
    *ret = person;
    return true;
}
