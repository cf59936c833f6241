// SPDX-License-Identifier: MIT
// links: jose
// Foreign tokens: parsing, verifying against a fixed key set, judging the claims.
#include <stdlib.h>

#include "fuzz.h"
#include "jose/claims.h"
#include "jose/jws.h"

// The key of RFC 7515 appendix A.3, an RSA key, and an Ed25519 key.
static const char key_set[] =
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"},"
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\","
    "\"kid\":\"a\"},"
    "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"lUrb-x4DDCfMOYkxfisYUB8FglSbXc2QhGsqnsJuCN5ZTx-"
    "rPma82cL2IqG80O4CmVYQBN1e_juCoyXTQo5nNON8SQRRx-8pTPAncYVsavEpe8FDzyBteFFVKmc_"
    "IQOH7ExyrtxAMTKuANYa6G9bDmnSQiGy5rWr3xD_aYD9TyhWnsmYrUCY_D0mR-"
    "rPdojZOLYnOR2qKWlqZATPpyZQwxnHIYrwBzegKlFXr9-UTXDnusogYyZAsMtdpPJvG7thy9uOzOmcJToomNwntnh7nTOEK9"
    "K3HcFUWnFpcZokSwTlLqG3uWeMnsDGVtER4uqeGlRCGU9Xsm6YgmMQ47uPFw\",\"kid\":\"ps\"}]}";

static const struct str audiences[] = { STR_INIT("app"), { NULL, 0 } };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct jwks *keys;
    struct err err = { 0 };
    struct jws jws = { 0 };
    bool unknown;
    if (!keys && !jwks_parse(str_of(key_set, sizeof key_set - 1), &keys, &err))
        abort();
    if (!jws_parse(str_of(data, size), &jws, &err))
        return err.code == ERR_TOKEN_MALFORMED ? 0 : (abort(), 0);
    if (!json_is_object(jws.header) || !json_is_object(jws.payload) || jws.signature.n == 0)
        abort();
    const unsigned all = JWS_RS256 | JWS_PS256 | JWS_ES256 | JWS_EDDSA;
    if (!jws_verify(&jws, keys, all, &unknown, &err) && err.code != ERR_TOKEN_SIGNATURE)
        abort();
    if (jws_verify(&jws, keys, 0, NULL, &err)) // nothing is allowed
        abort();
    const struct claims_want want = { .issuer = "joe", .audiences = audiences, .now = 1300819000 };
    const struct claims_want times = { .now = 1300819000 };
    if (claims_check(jws.payload, &want, &err) && !claims_check(jws.payload, &times, &err))
        abort();
    jws_release(&jws);
    return 0;
}
