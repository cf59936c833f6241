// SPDX-License-Identifier: MIT
#include "base/err.h"

#include "base/utf8.h"

static const struct err_info infos[ERR_COUNT] = {
    [ERR_NONE] = { "NONE", 200, 0, NULL, NULL },
#define ERR_CODE(name, http, rpc, oauth, hint) [ERR_##name] = { #name, http, rpc, oauth, hint },
#include "base/err_codes.def"
#undef ERR_CODE
};

const struct err_info *err_info(enum err_code code)
{
    return (unsigned)code < ERR_COUNT ? &infos[code] : &infos[ERR_INTERNAL];
}

// The text may hold a peer's bytes and may have been cut inside a character: what is no UTF-8
// becomes '?', an unfinished end goes.
static void make_utf8(char *text, bool was_cut)
{
    size_t size = strlen(text);
    for (size_t at = 0, n; at < size; at += n) {
        if (utf8_decode(str_of(text + at, size - at), &n) >= 0)
            continue;
        if (was_cut && at + n == size)
            text[at] = '\0';
        else
            memset(text + at, '?', n);
    }
}

// Written aside first, because arguments may point into err->text.
static PRINTF(2, 0) void set_text(struct err *err, const char *fmt, va_list args, const char *tail)
{
    char text[sizeof(err->text)];
    int n = vsnprintf(text, sizeof(text), fmt, args);
    size_t used = n < 0 ? 0 : (size_t)n;
    bool was_cut = used >= sizeof(text);
    if (!was_cut && *tail) {
        n = snprintf(text + used, sizeof(text) - used, ": %s", tail);
        was_cut = n >= 0 && used + (size_t)n >= sizeof(text);
    }
    make_utf8(text, was_cut);
    memcpy(err->text, text, sizeof(text));
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, fmt);
    set_text(err, fmt, args, "");
    va_end(args);
    err->code = code;
    err->aadsts = 0;
    err->word[0] = '\0';
    err->retry_after = 0;
    return false;
}

bool err_prefix(struct err *err, const char *fmt, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, fmt);
    set_text(err, fmt, args, err->text);
    va_end(args);
    return false;
}

struct str err_text(const struct err *err)
{
    return str_of(err->text, strnlen(err->text, sizeof(err->text)));
}

const char *err_errno(int errnum)
{
    static _Thread_local char text[128];
    return strerror_r(errnum, text, sizeof(text)); // the GNU form: returns the text
}
