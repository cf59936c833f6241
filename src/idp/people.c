// SPDX-License-Identifier: MIT
// Who of those whom the provider signs in may use this server: by object id, by an address that
// the provider vouches for, by group or app role. One list that names them is enough; without any
// list everybody may.
#include "base/url.h"
#include "idp/internal.h"

#define SHOWN_MAX       80
#define GUEST_MARK      "#EXT#" // in the name that Entra gives to a guest of another organisation
#define OVERAGE_CLAIM   "_claim_names"
#define PERSONAL_TENANT "9188040d-6c67-4c5b-b112-36a304b66dad"

bool people_limited(const struct idp *idp)
{
    return idp->given.allowed_users || idp->given.allowed_groups;
}

// --- the lists ---

static bool user_ok(struct str entry)
{
    struct str domain = entry;
    struct str local = str_cut(&domain, '@');
    for (size_t i = 0; i < entry.n; i++)
        if ((unsigned char)entry.p[i] <= ' ')
            return false;
    if (!domain.p)
        return entry.n > 0 && str_index(entry, '*') < 0;
    return local.n > 0 && domain.n > 0 && str_index(domain, '@') < 0 &&
           str_index(domain, '*') < 0 && (str_is(local, "*") || str_index(local, '*') < 0);
}

bool people_check_lists(const struct idp_config *config, struct err *err)
{
    for (const char *const *u = config->allowed_users; u && *u; u++)
        if (!user_ok(str_c(*u)))
            return err_set(err, ERR_CONFIG,
                           "OIDCPROXY_ALLOWED_USERS: '%.200s' is neither an address, nor "
                           "*@domain, nor an object id (oid, else sub)",
                           *u);
    for (const char *const *g = config->allowed_groups; g && *g; g++)
        if (!**g || strchr(*g, '*'))
            return err_set(err, ERR_CONFIG,
                           "OIDCPROXY_ALLOWED_GROUPS: '%.200s': groups and roles are named whole, "
                           "without *",
                           *g);
    return true;
}

// --- addresses ---

static bool says_yes(const json_t *claims, const char *claim)
{
    const json_t *value = dom_get(claims, claim);
    return json_is_true(value) || str_is(dom_text(value), "true") || str_is(dom_text(value), "1") ||
           (json_is_integer(value) && json_integer_value(value) == 1);
}

// Elsewhere people choose their preferred_username themselves; Entra's is the sign-in name, whose
// domain its tenant has proved. Personal accounts belong to no such tenant.
static bool name_is_proved(const struct idp *idp, const json_t *claims)
{
    return idp && idp->entra.names_proved &&
           !str_eq_nocase(dom_str(claims, "tid"), STR(PERSONAL_TENANT));
}

/*= oidc-core 5.1 "True if the End-User's e-mail address has been verified; otherwise false." */
static const char *proof_of_email(const struct idp *idp)
{
    return idp && idp->entra.head ? "xms_edov" : "email_verified";
}

#define ADDRESSES_MAX 3

static size_t addresses_of(const struct idp *idp, const json_t *claims,
                           struct str ret[ADDRESSES_MAX])
{
    size_t n = 0;
    if (name_is_proved(idp, claims)) {
        ret[n++] = dom_str(claims, "preferred_username");
        ret[n++] = dom_str(claims, "upn");
    }
    if (says_yes(claims, proof_of_email(idp)))
        ret[n++] = dom_str(claims, "email");
    return n;
}

// "*@domain": the domain itself, none below it, and none of its guests.
static bool address_fits(struct str entry, struct str address)
{
    struct str domain = address;
    struct str local = str_cut(&domain, '@');
    if (!local.n || !domain.n || str_index(domain, '@') >= 0)
        return false;
    if (!str_starts(entry, STR("*@")))
        return str_eq_nocase(entry, address);
    return str_find(local, STR(GUEST_MARK)) < 0 &&
           str_eq_nocase(str_slice(entry, 2, entry.n), domain);
}

// --- matching ---

// GUIDs know no case; all other names do.
static bool same_id(struct str a, struct str b)
{
    return str_eq(a, b) || (is_guid(a) && str_eq_nocase(a, b));
}

static bool user_fits(struct str entry, struct str subject, const struct str *addresses, size_t n)
{
    if (str_index(entry, '@') < 0)
        return same_id(entry, subject);
    for (size_t i = 0; i < n; i++)
        if (address_fits(entry, addresses[i]))
            return true;
    return false;
}

static bool user_listed(const struct idp *idp, const struct idp_person *person)
{
    struct str addresses[ADDRESSES_MAX];
    size_t n = addresses_of(idp, person->claims, addresses);
    for (const char *const *u = idp->given.allowed_users; u && *u; u++)
        if (user_fits(str_c(*u), person->subject, addresses, n))
            return true;
    return false;
}

static bool holds(const json_t *list, struct str word)
{
    if (same_id(word, dom_text(list)))
        return true;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (same_id(word, dom_text(json_array_get(list, i))))
            return true;
    return false;
}

static bool group_listed(const struct idp *idp, const json_t *claims)
{
    for (const char *const *g = idp->given.allowed_groups; g && *g; g++)
        if (holds(dom_get(claims, "groups"), str_c(*g)) ||
            holds(dom_get(claims, "roles"), str_c(*g)))
            return true;
    return false;
}

bool idp_has_trait(const struct idp *idp, const json_t *claims, enum idp_trait trait,
                   struct str word)
{
    struct str addresses[ADDRESSES_MAX], subject = dom_str(claims, "oid");
    switch (trait) {
    case IDP_USER:
        return user_fits(word, subject.n ? subject : dom_str(claims, "sub"), addresses,
                         addresses_of(idp, claims, addresses));
    case IDP_GROUP:
        return holds(dom_get(claims, "groups"), word);
    case IDP_ROLE:
        return holds(dom_get(claims, "roles"), word);
    case IDP_SCOPE:
        return idp_token_grants(claims, word) && !holds(dom_get(claims, "roles"), word);
    }
    return false;
}

// --- refusing ---

// More groups than fit: Entra sends a pointer to Graph instead.
bool idp_groups_overflow(const json_t *claims)
{
    return dom_get(dom_get(claims, OVERAGE_CLAIM), "groups") || says_yes(claims, "hasgroups");
}

static const char *why_no_group(const struct idp *idp, const json_t *claims)
{
    if (!idp->given.allowed_groups)
        return "";
    if (idp_groups_overflow(claims))
        return ". The account is in more groups than a token can carry, so OIDCPROXY_ALLOWED_GROUPS "
               "cannot be judged: give it an app role and list the role's value, or choose «Groups "
               "assigned to the application» (Entra: App registrations > (app) > Token "
               "configuration > groups claim)";
    if (!dom_get(claims, "groups") && !dom_get(claims, "roles"))
        return ". The token says nothing of groups or roles: the provider must be told to send "
               "them (Entra: App registrations > (app) > Token configuration > Add groups claim, "
               "or App roles)";
    return "";
}

static const char *why_no_address(const struct idp *idp, const json_t *claims)
{
    bool unproved = idp->given.allowed_users && dom_str(claims, "email").n &&
                    !says_yes(claims, proof_of_email(idp)) && !name_is_proved(idp, claims);
    return unproved ? ". The provider does not say that its e-mail address is verified, so the "
                      "address does not count"
                    : "";
}

static bool refuse(const struct idp *idp, const struct idp_person *person, struct err *err)
{
    const struct idp_config *c = &idp->given;
    struct str name = person->email.n ? person->email : person->subject;
    return err_set(err, ERR_ACCESS_DENIED, "the account " STR_FMT " is not among %s%s%s%s%s",
                   STR_ARG(str_slice(name, 0, SHOWN_MAX)),
                   c->allowed_users ? "OIDCPROXY_ALLOWED_USERS" : "",
                   c->allowed_users && c->allowed_groups ? ", nor in one of " : "",
                   c->allowed_groups ? "OIDCPROXY_ALLOWED_GROUPS" : "",
                   why_no_group(idp, person->claims), why_no_address(idp, person->claims));
}

bool people_check(const struct idp *idp, const struct idp_person *person, struct err *err)
{
    return !people_limited(idp) || user_listed(idp, person) || group_listed(idp, person->claims) ||
           refuse(idp, person, err);
}

// --- bearers ---

// An application's own token. Entra's has the same object as oid and sub, which a person's never
// has: theirs is made for each application.
static bool is_application(const struct idp *idp, const json_t *claims)
{
    struct str idtyp = dom_str(claims, "idtyp"), oid = dom_str(claims, "oid");
    if (idtyp.n)
        return str_is(idtyp, "app");
    if (dom_get(claims, "scp"))
        return false;
    return str_is(dom_str(claims, "gty"), "client-credentials") ||
           (idp->entra.head && oid.n && str_eq(oid, dom_str(claims, "sub")));
}

static bool machine_listed(const struct idp *idp, struct str client)
{
    for (const char *const *m = idp->given.machine_clients; m && *m; m++)
        if (idp_machine_same(str_c(*m), client))
            return true;
    return false;
}

bool people_check_bearer(const struct idp *idp, const struct idp_person *person, struct err *err)
{
    if (!people_limited(idp) || !is_application(idp, person->claims))
        return people_check(idp, person, err);
    struct str client = idp_token_client(person->claims);
    return machine_listed(idp, client) ||
           err_set(err, ERR_ACCESS_DENIED,
                   "only certain people may use this server, and application " STR_FMT
                   " is not among OIDCPROXY_MACHINE_CLIENTS",
                   STR_ARG(str_slice(client, 0, SHOWN_MAX)));
}
