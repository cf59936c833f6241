// SPDX-License-Identifier: MIT
// What may stand in the configuration: Microsoft Graph's names where Graph has one.
#include "base/url.h"
#include "config.h"
#include "jose/jwk.h"
#include "judge.h"

#define NEEDED true
#define MAYBE  false
#define END                                                                                        \
    {                                                                                              \
        NULL                                                                                       \
    }

// clang-format off

// --- applications ---

static const struct member implicit_members[] = {
    { "enableIdTokenIssuance", MEMBER_FLAG },
    { "enableAccessTokenIssuance", MEMBER_FLAG },
    END,
};
static const struct shape implicit = { implicit_members };

static const struct member platform_members[] = { // web, spa, publicClient
    { "redirectUris", MEMBER_TEXTS },
    { "logoutUrl", MEMBER_TEXT },
    { "implicitGrantSettings", MEMBER_OBJECT, MAYBE, NULL, &implicit },
    END,
};
static const struct shape platform = { platform_members };

static const struct member secret_members[] = {
    { "keyId", MEMBER_GUID },
    { "secretText", MEMBER_TEXT, NEEDED },
    { "endDateTime", MEMBER_TIME },
    END,
};
static const struct shape secret = { secret_members };

static const struct shape anything = { (const struct member[]){ END } };

static const struct member key_members[] = {
    { "keyId", MEMBER_GUID },
    { "usage", MEMBER_CHOICE, MAYBE, "Verify|Sign" },
    { "key", MEMBER_TEXT }, // a certificate: DER in base64
    { "jwk", MEMBER_OBJECT, MAYBE, NULL, &anything },
    { "pem", MEMBER_TEXT }, // of "Sign"; without it, one is made
    { "endDateTime", MEMBER_TIME },
    END,
};
static const struct shape key = { key_members, .more = judge_key_credential };

static const struct member federated_members[] = {
    { "issuer", MEMBER_TEXT, NEEDED },
    { "subject", MEMBER_TEXT, NEEDED },
    { "audiences", MEMBER_TEXTS },
    { "jwks", MEMBER_OBJECT, MAYBE, NULL, &anything }, // the issuer's keys, unless it is a tenant here
    END,
};
static const struct shape federated = { federated_members };

static const struct member permission_members[] = {
    { "id", MEMBER_GUID, NEEDED },
    { "value", MEMBER_TEXT, NEEDED },
    { "type", MEMBER_CHOICE, MAYBE, "User|Admin" },
    { "isEnabled", MEMBER_FLAG },
    END,
};
static const struct shape permission = { permission_members };

static const struct member pre_authorized_members[] = {
    { "appId", MEMBER_GUID, NEEDED },
    { "delegatedPermissionIds", MEMBER_GUIDS },
    END,
};
static const struct shape pre_authorized = { pre_authorized_members };

static const struct member api_members[] = {
    { "requestedAccessTokenVersion", MEMBER_WHOLE },
    { "acceptMappedClaims", MEMBER_FLAG },
    { "oauth2PermissionScopes", MEMBER_OBJECTS, MAYBE, NULL, &permission },
    { "preAuthorizedApplications", MEMBER_OBJECTS, MAYBE, NULL, &pre_authorized },
    END,
};
static const struct shape api = { api_members };

static const struct member role_members[] = {
    { "id", MEMBER_GUID, NEEDED },
    { "value", MEMBER_TEXT },
    { "allowedMemberTypes", MEMBER_CHOICES, MAYBE, "User|Application" },
    { "isEnabled", MEMBER_FLAG },
    END,
};
static const struct shape role = { role_members };

static const struct member access_members[] = {
    { "id", MEMBER_GUID, NEEDED },
    { "type", MEMBER_CHOICE, NEEDED, "Scope|Role" },
    END,
};
static const struct shape access = { access_members };

static const struct member required_members[] = {
    { "resourceAppId", MEMBER_GUID, NEEDED },
    { "resourceAccess", MEMBER_OBJECTS, MAYBE, NULL, &access },
    END,
};
static const struct shape required = { required_members };

static const struct member claim_members[] = {
    { "name", MEMBER_TEXT, NEEDED },
    { "additionalProperties", MEMBER_TEXTS },
    END,
};
static const struct shape claim = { claim_members };

static const struct member optional_members[] = {
    { "idToken", MEMBER_OBJECTS, MAYBE, NULL, &claim },
    { "accessToken", MEMBER_OBJECTS, MAYBE, NULL, &claim },
    END,
};
static const struct shape optional = { optional_members };

static const struct member assignment_members[] = {
    { "principalId", MEMBER_GUID, NEEDED },
    { "appRoleId", MEMBER_GUID },
    END,
};
static const struct shape assignment = { assignment_members };

static const struct member grant_members[] = {
    { "consentType", MEMBER_CHOICE, NEEDED, "AllPrincipals|Principal" },
    { "principalId", MEMBER_GUID },
    { "resourceAppId", MEMBER_GUID, NEEDED },
    { "scope", MEMBER_TEXT },
    END,
};
static const struct shape grant = { grant_members };

static const struct member principal_members[] = {
    { "appId", MEMBER_GUID }, // in a tenant's list: of another tenant's application
    { "accountEnabled", MEMBER_FLAG },
    { "appRoleAssignmentRequired", MEMBER_FLAG },
    { "deletedDateTime", MEMBER_TIME },
    { "appRoleAssignedTo", MEMBER_OBJECTS, MAYBE, NULL, &assignment },
    { "oauth2PermissionGrants", MEMBER_OBJECTS, MAYBE, NULL, &grant },
    END,
};
static const struct shape principal = { principal_members };

static const struct member app_members[] = {
    { "appId", MEMBER_GUID, NEEDED },
    { "displayName", MEMBER_TEXT, NEEDED },
    { "signInAudience", MEMBER_CHOICE, MAYBE,
      "AzureADMyOrg|AzureADMultipleOrgs|AzureADandPersonalMicrosoftAccount|PersonalMicrosoftAccount" },
    { "identifierUris", MEMBER_TEXTS },
    { "isFallbackPublicClient", MEMBER_FLAG },
    { "allowPublicClient", MEMBER_FLAG }, // its name in older exports
    { "web", MEMBER_OBJECT, MAYBE, NULL, &platform },
    { "spa", MEMBER_OBJECT, MAYBE, NULL, &platform },
    { "publicClient", MEMBER_OBJECT, MAYBE, NULL, &platform },
    { "passwordCredentials", MEMBER_OBJECTS, MAYBE, NULL, &secret },
    { "keyCredentials", MEMBER_OBJECTS, MAYBE, NULL, &key },
    { "federatedIdentityCredentials", MEMBER_OBJECTS, MAYBE, NULL, &federated },
    { "api", MEMBER_OBJECT, MAYBE, NULL, &api },
    { "appRoles", MEMBER_OBJECTS, MAYBE, NULL, &role },
    { "requiredResourceAccess", MEMBER_OBJECTS, MAYBE, NULL, &required },
    { "groupMembershipClaims", MEMBER_CHOICE, MAYBE,
      "None|SecurityGroup|DirectoryRole|ApplicationGroup|All" },
    { "optionalClaims", MEMBER_OBJECT, MAYBE, NULL, &optional },
    { "servicePrincipal", MEMBER_OBJECT, MAYBE, NULL, &principal },
    END,
};
static const struct shape app = { app_members, .more = judge_app };

// --- people ---

static bool judge_state(struct judge *j, const json_t *value)
{
    int64_t when;
    struct str text = dom_text(value);
    if (str_starts(text, STR("revokedAt:")) && parse_iso_time(str_slice(text, 10, text.n), &when))
        return true;
    return choice_has("locked|passwordExpired|mfaRequired|mfaRegistration", text) ||
           judge_wrong(j, "must be locked, passwordExpired, mfaRequired, mfaRegistration or "
                          "revokedAt:2027-01-01T00:00:00Z");
}

static const struct member user_members[] = {
    { "id", MEMBER_GUID, NEEDED },
    { "userPrincipalName", MEMBER_TEXT, NEEDED },
    { "displayName", MEMBER_TEXT, NEEDED },
    { "accountEnabled", MEMBER_FLAG },
    { "userType", MEMBER_CHOICE, MAYBE, "Member|Guest" },
    { "homeTenantId", MEMBER_GUID },
    { "memberOf", MEMBER_GUIDS },
    { "generateGroups", MEMBER_WHOLE },
    { "state", MEMBER_TEXTS, MAYBE, NULL, NULL, judge_state },
    { "roles", MEMBER_OBJECT, MAYBE, NULL, &anything },
    { "wids", MEMBER_GUIDS },
    END,
};
static const struct shape user = { user_members };

static const struct member group_members[] = {
    { "id", MEMBER_GUID, NEEDED },
    { "displayName", MEMBER_TEXT },
    END,
};
static const struct shape group = { group_members };

// --- tenants ---

static bool judge_policy(struct judge *j, const json_t *policy)
{
    return dom_get(policy, "grant") || dom_get(policy, "signInFrequencyHours") ||
           judge_wrong(j, "needs grant (block, compliantDevice, mfa) or signInFrequencyHours");
}

static const struct member policy_members[] = {
    { "name", MEMBER_TEXT },
    { "enabled", MEMBER_FLAG },
    { "reportOnly", MEMBER_FLAG },
    { "apps", MEMBER_TEXTS, NEEDED },
    { "users", MEMBER_TEXTS, NEEDED },
    { "flows", MEMBER_CHOICES, NEEDED, "any|authorizationCode|deviceCode|refresh|ropc|onBehalfOf" },
    { "grant", MEMBER_CHOICE, MAYBE, "block|compliantDevice|mfa" },
    { "signInFrequencyHours", MEMBER_WHOLE },
    END,
};
static const struct shape policy = { policy_members, true, judge_policy };

static const struct member tenant_members[] = {
    { "id", MEMBER_GUID, NEEDED },
    { "displayName", MEMBER_TEXT },
    { "domains", MEMBER_TEXTS },
    { "region", MEMBER_TEXT },
    { "userConsent", MEMBER_CHOICE, MAYBE, "allow|lowRiskOnly|adminOnly" },
    { "publishedSince", MEMBER_TIME },
    { "conditionalAccess", MEMBER_OBJECTS, MAYBE, NULL, &policy },
    { "applications", MEMBER_OBJECTS, MAYBE, NULL, &app },
    { "users", MEMBER_OBJECTS, MAYBE, NULL, &user },
    { "groups", MEMBER_OBJECTS, MAYBE, NULL, &group },
    { "servicePrincipals", MEMBER_OBJECTS, MAYBE, NULL, &principal },
    END,
};
static const struct shape tenant_shape = { tenant_members, true };

static bool judge_tenant(struct judge *j, const json_t *tenant)
{
    j->tenant = tenant;
    return judge_object(j, tenant, &tenant_shape);
}

// --- the top ---

static bool judge_pem(struct judge *j, const json_t *pem)
{
    CLEANUP(jwk_free) struct jwk *parsed = NULL;
    struct err err = { 0 };
    return jwk_from_pem(dom_text(pem), &parsed, &err) || judge_wrong(j, err.text);
}

static const struct member keys_members[] = {
    { "previous", MEMBER_TEXT, MAYBE, NULL, NULL, judge_pem },
    { "current", MEMBER_TEXT, MAYBE, NULL, NULL, judge_pem },
    { "next", MEMBER_TEXT, MAYBE, NULL, NULL, judge_pem },
    { "msa", MEMBER_TEXT, MAYBE, NULL, NULL, judge_pem },
    END,
};
static const struct shape keys = { keys_members, true };

static const struct member tls_members[] = {
    { "certFile", MEMBER_TEXT, NEEDED },
    { "keyFile", MEMBER_TEXT, NEEDED },
    { "keyPassword", MEMBER_TEXT },
    END,
};
static const struct shape tls = { tls_members, true };

static bool judge_port(struct judge *j, const json_t *port)
{
    json_int_t n = json_integer_value(port);
    return (n >= 0 && n <= 65535) || judge_wrong(j, "must be a port, or 0 for any");
}

static const struct member listen_members[] = {
    { "host", MEMBER_TEXT },
    { "port", MEMBER_WHOLE, MAYBE, NULL, NULL, judge_port },
    { "tls", MEMBER_OBJECT, MAYBE, NULL, &tls },
    END,
};
static const struct shape listen_shape = { listen_members, true };

static bool judge_clock(struct judge *j, const json_t *clock)
{
    bool fixed = str_is(dom_str(clock, "mode"), "fixed");
    return !fixed || dom_str(clock, "now").p || judge_wrong(j, "mode fixed needs now");
}

static const struct member clock_members[] = {
    { "mode", MEMBER_CHOICE, MAYBE, "system|fixed" },
    { "now", MEMBER_TIME },
    { "offsetSeconds", MEMBER_WHOLE },
    END,
};
static const struct shape clock_shape = { clock_members, true, judge_clock };

static bool judge_base(struct judge *j, const json_t *base)
{
    struct url url;
    struct str text = dom_text(base);
    return (url_parse(text, &url, NULL) && !str_ends(text, STR("/")) && !url.query.p) ||
           judge_wrong(j, "must be an http or https URL without '/' at its end");
}

static const struct shape behaviour_shape = { (const struct member[]){ END },
                                              .more = judge_behaviour };

static const struct member top_members[] = {
    { "listen", MEMBER_OBJECT, MAYBE, NULL, &listen_shape },
    { "baseUrl", MEMBER_TEXT, MAYBE, NULL, NULL, judge_base },
    { "issuerMode", MEMBER_CHOICE, MAYBE, "local|real" },
    { "cloud", MEMBER_CHOICE, MAYBE, "global|usGov|china" },
    { "clock", MEMBER_OBJECT, MAYBE, NULL, &clock_shape },
    { "seed", MEMBER_TEXT },
    { "keys", MEMBER_OBJECT, MAYBE, NULL, &keys },
    { "behaviour", MEMBER_OBJECT, MAYBE, NULL, &behaviour_shape },
    { "tenants", MEMBER_OBJECTS, NEEDED, NULL, &(const struct shape){ (const struct member[]){ END } },
      judge_tenant },
    END,
};

// clang-format on

// No application, person or domain stands twice.
static bool unique(struct judge *j, const char *list_key, const char *id_key)
{
    JSON_AUTO *seen = json_object();
    size_t t;
    json_t *tenant;
    json_array_foreach(dom_get(j->config, "tenants"), t, tenant)
    {
        const json_t *list = dom_get(tenant, list_key);
        for (size_t i = 0; i < json_array_size(list); i++) {
            struct str id = dom_str(json_array_get(list, i), id_key);
            if (json_object_get(seen, id.p))
                return err_set(j->err, ERR_CONFIG,
                               "tenants[%zu].%s[%zu].%s: '" STR_FMT "' is used twice", t, list_key,
                               i, id_key, STR_ARG(id));
            dom_set(seen, id.p, json_true());
        }
    }
    return true;
}

static bool judge_top(struct judge *j, const json_t *config)
{
    if (json_array_size(dom_get(config, "tenants")) == 0) {
        judge_step(j, "tenants", 0);
        return judge_wrong(j, "at least one tenant is needed");
    }
    return unique(j, "applications", "appId") && unique(j, "users", "id");
}

bool config_judge(const json_t *config, struct err *err)
{
    static const struct shape top = { top_members, true, judge_top };
    struct judge j = { .err = err, .config = config };
    return judge_object(&j, config, &top);
}
