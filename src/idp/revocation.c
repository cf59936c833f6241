// SPDX-License-Identifier: MIT
// Giving a refresh token back to the identity provider, where it has an endpoint for that (RFC
// 7009). Entra ID has none.
#include "idp/internal.h"

#define FORM_BYTES_MAX (64 * 1024)
#define TIMEOUT_MS     5000 // the client that signs out waits for it

bool idp_revoke(struct idp *idp, struct str refresh_token, struct cancel *cancel, struct err *err)
{
    CLEANUP(buf_wipe) struct buf fields = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(buf_wipe) struct buf authorization = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    if (!idp_prepare(idp, err))
        return false;
    const struct idp_config *config = idp_config(idp);
    if (!config->revocation_endpoint)
        return true;
    idp_add_field(&fields, "token", refresh_token);
    idp_add_field(&fields, "token_type_hint", STR("refresh_token"));
    idp_add_field(&fields, "client_id", str_c(config->client_id));
    if (!buf_ok(&fields))
        return err_set(err, ERR_LIMIT, "the refresh token is too long");
    if (!client_auth_add(idp, client_auth_method(idp), buf_str(&fields), &form, &authorization,
                         err))
        return false;
    const struct fetch_header headers[] = {
        { "Content-Type", STR("application/x-www-form-urlencoded") },
        { authorization.n ? "Authorization" : NULL, buf_str(&authorization) },
        { NULL }
    };
    const struct fetch_request request = { .method = "POST",
                                           .url = config->revocation_endpoint,
                                           .headers = headers,
                                           .body = buf_str(&form),
                                           .timeout_ms = TIMEOUT_MS,
                                           .max_bytes = IDP_ANSWER_MAX,
                                           .cancel = cancel };
    if (!fetch(idp->fetcher, &request, &response, err))
        return err_prefix(err, "The identity provider cannot be asked");
    return response.status == 200 ||
           err_set(err, ERR_UPSTREAM, "The identity provider's revocation endpoint answered %d.",
                   response.status);
}
