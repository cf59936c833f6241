// SPDX-License-Identifier: MIT
#include "access/internal.h"

// RFC 6750 2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
static bool is_b64token(struct str token)
{
    size_t n = token.n;
    while (n > 0 && token.p[n - 1] == '=')
        n--;
    for (size_t i = 0; i < n; i++) {
        char c = token.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && !(c && strchr("-._~+/", c)))
            return false;
    }
    return n > 0;
}

/*= rfc6750 2 "Clients MUST NOT use more than one method to transmit the token in each request." :
 * we take the header alone */
bool bearer_token(struct exchange *ex, struct str *ret, struct err *err)
{
    struct str header = http_header(ex, "Authorization");
    struct str rest = str_trim(header);
    if (!rest.n) {
        *ret = STR_NONE;
        return true;
    }
    struct str scheme = str_cut(&rest, ' ');
    if (!str_eq_nocase(scheme, STR("Bearer")))
        return err_set(err, ERR_TOKEN_MALFORMED,
                       "the Authorization header must be: Bearer <token>");
    struct str token = str_trim(rest);
    if (token.n > BEARER_MAX || !is_b64token(token))
        return err_set(err, ERR_TOKEN_MALFORMED,
                       "the bearer token is empty, too long, or has characters no token has");
    *ret = token;
    return true;
}
