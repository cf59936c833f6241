// SPDX-License-Identifier: MIT
#include "errors_table.h"

#include "base/attr.h"

#define PAGE true
#define SENT false

// clang-format off
const struct aadsts aadsts_table[] = {
    { 16000, "interaction_required", 400, SENT, "Several accounts are signed in; the person has to choose one, which a silent request cannot ask for." },
    { 28000, "invalid_request", 400, SENT, "The value of the input parameter scope isn't valid because it contains more than one resource. Scope {0} isn't valid." },
    { 50011, "invalid_request", 400, PAGE, "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'. Register exactly this URI, or send one that is registered." },
    { 50013, "invalid_grant", 400, SENT, "The assertion failed its signature check." },
    { 50020, "access_denied", 400, PAGE, "User account '{0}' from another identity provider does not exist in tenant '{1}' and cannot access the application in that tenant. The account needs to be added as a guest first, or sign in with an account of this tenant." },
    { 50034, "invalid_grant", 400, PAGE, "The user account '{0}' does not exist in the '{1}' directory." },
    { 50049, "invalid_instance", 400, SENT, "Unknown or invalid instance: {0}" },
    { 50053, "invalid_grant", 400, PAGE, "The account is locked: too many sign-in attempts with a wrong user ID or password." },
    { 50055, "invalid_grant", 400, PAGE, "The password is expired." },
    { 50057, "invalid_grant", 400, PAGE, "The user account is disabled." },
    { 50058, "login_required", 400, SENT, "A silent sign-in request was sent but {0}." },
    { 50059, "invalid_request", 400, SENT, "No tenant-identifying information found in either the request or implied by any provided credentials." },
    { 50076, "interaction_required", 400, SENT, "Multi-factor authentication is required to access '{0}'." },
    { 50079, "interaction_required", 400, SENT, "The user has to enrol in multi-factor authentication to access '{0}'." },
    { 50105, "interaction_required", 400, PAGE, "The application '{0}' only admits users who were assigned to it, and '{1}' is not. An administrator can assign the user, or a group of which the user is a direct member." },
    { 50126, "invalid_grant", 400, PAGE, "Error validating credentials due to invalid username or password." },
    { 50147, "invalid_request", 400, SENT, "The code challenge is missing although a code challenge method was sent." },
    { 50148, "invalid_grant", 400, SENT, "The code_verifier is missing although the authorization request carried a code_challenge." },
    { 50173, "invalid_grant", 400, SENT, "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password, or an administrator revoked the sessions." },
    { 50194, "invalid_request", 400, PAGE, "Application '{0}' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such applications. Use a tenant-specific endpoint or configure the application to be multi-tenant." },
    { 50196, "invalid_grant", 400, SENT, "The server ended the operation because it met a client request loop." },
    { 50199, "interaction_required", 400, PAGE, "For security reasons the user has to confirm this request." },
    { 53000, "interaction_required", 400, PAGE, "The device does not meet the requirements of a Conditional Access policy: it has to be managed and compliant." },
    { 53003, "interaction_required", 400, PAGE, "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance." },
    { 54005, "invalid_grant", 400, SENT, "The authorization code was already redeemed. Retry with a new valid code or use an existing refresh token." },
    { 65001, "interaction_required", 400, SENT, "The user or administrator has not consented to use the application with ID '{0}' named '{1}'. Send an interactive authorization request for this user and resource." },
    { 65004, "access_denied", 400, SENT, "User declined to consent to access the app." },
    { 70000, "invalid_grant", 400, SENT, "Provided grant is invalid or malformed." },
    { 70001, "unauthorized_client", 400, PAGE, "Application is not allowed for the user" },
    { 70003, "unsupported_grant_type", 400, SENT, "The app requested an unsupported grant type '{0}'." },
    { 70005, "unsupported_response_type", 400, SENT, "The app returned an unsupported response type '{0}'." },
    { 70007, "invalid_request", 400, SENT, "'{0}' is not a supported value of 'response_mode' for this response type." },
    { 70008, "invalid_grant", 400, SENT, "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource." },
    { 70011, "invalid_scope", 400, SENT, "The provided value for the input parameter 'scope' is not valid. The scope '{0}' is not valid." },
    { 70016, "authorization_pending", 400, SENT, "OAuth 2.0 device flow error. Authorization is pending. Continue polling." },
    { 70018, "bad_verification_code", 400, SENT, "The verification code is not recognised." },
    { 70020, "expired_token", 400, SENT, "The provided value for the input parameter 'device_code' is not valid. This device code has expired." },
    { 90002, "invalid_request", 400, PAGE, "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud." },
    { 90009, "invalid_request", 400, SENT, "Application '{0}' is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier." },
    { 90015, "invalid_request", 400, PAGE, "The query string is too long." },
    { 90023, "invalid_request", 400, SENT, "The request is not valid: {0}." },
    { 90094, "access_denied", 400, PAGE, "Admin consent is required for the permissions requested by the application '{0}'." },
    { 90102, "invalid_request", 400, PAGE, "'redirect_uri' value must be a valid absolute URI." },
    { 500011, "invalid_resource", 400, SENT, "The resource principal named {0} was not found in the tenant named {1}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant." },
    { 500112, "invalid_client", 400, SENT, "The reply address '{0}' does not match the reply address '{1}' provided when requesting Authorization code." },
    { 500113, "invalid_request", 400, PAGE, "No reply address is registered for the application." },
    { 500117, "invalid_request", 400, PAGE, "The reply uri specified in the request isn't using a secure scheme." },
    { 501481, "invalid_grant", 400, SENT, "The Code_Verifier does not match the code_challenge supplied in the authorization request." },
    { 501491, "invalid_request", 400, SENT, "Invalid size of Code_Challenge parameter: it must have 43 to 128 unreserved characters." },
    { 530033, "interaction_required", 400, PAGE, "The device code flow cannot meet a Conditional Access policy that demands a managed device." },
    { 650053, "invalid_client", 400, SENT, "The application '{0}' asked for scope '{1}' that doesn't exist on the resource" },
    { 650057, "invalid_client", 400, SENT, "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {0}. Resource value from request: {1}." },
    { 700005, "invalid_grant", 400, SENT, "The provided authorization code is intended to use against other tenant, thus rejected." },
    { 700007, "invalid_grant", 400, SENT, "The grant was issued for a different client id." },
    { 700016, "unauthorized_client", 400, PAGE, "Application with identifier '{0}' was not found in the directory '{1}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant." },
    { 700025, "invalid_client", 401, SENT, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented." },
    { 700027, "invalid_client", 401, SENT, "The client assertion failed signature validation: {0}." },
    { 700051, "unsupported_response_type", 400, SENT, "response_type 'token' is not enabled for the application." },
    { 700054, "unsupported_response_type", 400, SENT, "response_type 'id_token' is not enabled for the application." },
    { 700082, "invalid_grant", 400, SENT, "The refresh token has expired due to inactivity. The token was issued on {0} and was inactive for 90.00:00:00." },
    { 700084, "invalid_grant", 400, SENT, "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired. The token was issued on {0}." },
    { 900023, "invalid_request", 400, PAGE, "Specified tenant identifier '{0}' is neither a valid DNS name, nor a valid external domain." },
    { 900144, "invalid_request", 400, SENT, "The request body must contain the following parameter: '{0}'." },
    { 900561, "invalid_request", 400, SENT, "The endpoint only accepts POST requests. Received a {0} request." },
    { 900971, "invalid_request", 400, PAGE, "No reply address provided." },
    { 901002, "invalid_request", 400, SENT, "The 'resource' request parameter is not supported." },
    { 1002012, "invalid_scope", 400, SENT, "The provided value for scope {0} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)." },
    { 7000112, "unauthorized_client", 400, PAGE, "Application '{0}'({1}) is disabled." },
    { 7000215, "invalid_client", 401, SENT, "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{0}'." },
    { 7000216, "invalid_client", 401, SENT, "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type." },
    { 7000218, "invalid_client", 401, SENT, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'." },
    { 7000222, "invalid_client", 401, SENT, "The provided client secret keys for app '{0}' are expired. Create new keys for your app, or consider using certificate credentials for added security." },
    { 9002313, "invalid_grant", 400, SENT, "Invalid request. Request is malformed or invalid." },
    { 9002325, "invalid_request", 400, SENT, "Proof Key for Code Exchange is required for cross-origin authorization code redemption." },
    { 9002326, "invalid_request", 400, SENT, "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{0}'." },
    { 9002327, "invalid_request", 400, SENT, "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests." },
    { 9002332, "invalid_request", 400, PAGE, "Application '{0}' is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request." },
    { 9010010, "invalid_target", 400, SENT, "The resource parameter provided in the request doesn't match with the requested scopes." },
};
// clang-format on
const size_t aadsts_count = ARRAY_LEN(aadsts_table);

const struct aadsts *aadsts_find(int code)
{
    for (size_t i = 0; i < aadsts_count; i++) {
        if (aadsts_table[i].code == code)
            return &aadsts_table[i];
    }
    return NULL;
}
