// SPDX-License-Identifier: MIT
// Errors as values. A fallible function returns false and fills a struct err; the text is fit to be
// shown as it is: what happened, with which value, what to do. Codes stand in err_codes.def.
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

#include "base/str.h"

enum err_code {
    ERR_NONE = 0,
#define ERR_CODE(name, http, rpc, oauth, hint) ERR_##name,
#include "base/err_codes.def"
#undef ERR_CODE
    ERR_COUNT
};

struct err {
    enum err_code code;
    int aadsts;      // the AADSTS number behind it, 0 if none
    char word[32];   // what the identity provider called it ("slow_down"); "" if it did not
    int retry_after; // seconds after which a new try makes sense, 0 if unknown
    char text[600];  // cut at the end if longer, always whole UTF-8
};

// What is known of a code: HTTP status, JSON-RPC code (0: none), OAuth error word (NULL: none), and
// the hint for the operator (NULL: none).
struct err_info {
    const char *name;
    int http_status;
    int rpc_code;
    const char *oauth_error;
    const char *hint;
};

const struct err_info *err_info(enum err_code code);

// Sets code and text; always returns false, so that a guard reads `return err_set(err, …)`. err may
// be NULL.
bool err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF(3, 4);
// Puts "what: " before the text that is there.
bool err_prefix(struct err *err, const char *fmt, ...) PRINTF(2, 3);
struct str err_text(const struct err *err);
// errno as text, thread-safe; valid until the thread's next call.
const char *err_errno(int errnum);

#endif
