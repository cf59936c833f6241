// SPDX-License-Identifier: MIT
#include "serve/mask.h"

#include <string.h>

#define DEPTH_MAX 64

static bool has_word(struct str name, const char *word)
{
    struct str w = str_c(word);
    for (size_t i = 0; i + w.n <= name.n; i++)
        if (str_eq_nocase(str_slice(name, i, i + w.n), w))
            return true;
    return false;
}

// Names with such a word that hold no secret, as the API and the tools use them.
static bool is_harmless(struct str name)
{
    static const char *const names[] = { "keywords",       "keywordsRetainingParentCategory",
                                         "vpnCredentials", "keywords_retaining_parent_category",
                                         "credentialType", "vpn_credentials",
                                         "credential_id",  "credential_type",
                                         "key_id",         "key_type" };
    return str_is_among(name, names, ARRAY_LEN(names));
}

// Too much is blanked rather than too little. kwargs is free text that carries a confirmation
// token.
static bool is_secret(struct str name)
{
    static const char *const words[] = { "secret", "passw",      "passphrase", "token", "key",
                                         "psk",    "credential", "private",    "otp",   "kwargs" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (has_word(name, words[i]))
            return !is_harmless(name);
    return false;
}

static json_t *masked_to(const json_t *value, unsigned depth)
{
    const char *key;
    json_t *inner;
    if (!depth)
        return json_string("…");
    if (json_is_array(value)) {
        json_t *list = json_array();
        for (size_t i = 0; i < json_array_size(value); i++)
            json_array_append_new(list, masked_to(json_array_get(value, i), depth - 1));
        return list;
    }
    if (!json_is_object(value))
        return json_incref((json_t *)(uintptr_t)value);
    json_t *object = json_object();
    json_object_foreach((json_t *)(uintptr_t)value, key, inner)
    {
        bool hide = is_secret(str_c(key)) && !json_is_boolean(inner) && !json_is_null(inner);
        dom_set(object, key, hide ? json_string("***REDACTED***") : masked_to(inner, depth - 1));
    }
    return object;
}

json_t *masked(const json_t *value)
{
    return masked_to(value, DEPTH_MAX);
}
