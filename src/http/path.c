// SPDX-License-Identifier: MIT
// The request target, taken apart once: the path that is judged here is the path the router
// compares, so nothing that two readers could understand differently gets through.
#include "http/internal.h"

// Bytes that RFC 3986 allows nowhere, or that only a fragment starts with.
static bool target_bytes(struct str target)
{
    for (size_t i = 0; i < target.n; i++) {
        char c = target.p[i];
        if (c <= 0x20 || c >= 0x7f || strchr("#\\\"<>^`{|}", c))
            return false;
    }
    return target.n > 0;
}

/*= rfc9112 3.2.2 "…a server MUST accept the absolute-form in requests…" */
// Cuts "http://authority" off, if it is there and agrees with Host.
static bool cut_authority(struct str *target, struct str host)
{
    if (target->p[0] == '/')
        return true;
    size_t scheme = 0;
    if (str_eq_nocase(str_slice(*target, 0, 7), STR("http://")))
        scheme = 7;
    else if (str_eq_nocase(str_slice(*target, 0, 8), STR("https://")))
        scheme = 8;
    if (scheme == 0)
        return false;
    struct str rest = str_slice(*target, scheme, target->n);
    ptrdiff_t slash = str_index(rest, '/');
    if (slash < 0 || !str_eq_nocase(str_slice(rest, 0, (size_t)slash), host))
        return false;
    *target = str_slice(rest, (size_t)slash, rest.n);
    return true;
}

static bool segment_fine(struct str segment, bool last)
{
    if (segment.n == 0)
        return last; // "//" inside, but one '/' at the end is a path of its own
    return !str_is(segment, ".") && !str_is(segment, "..");
}

// The decoded path: no empty or dot segments, no parameters, nothing that decodes into a separator.
static bool decoded_path_fine(struct str raw, struct str decoded)
{
    size_t slashes[2] = { 0, 0 };
    for (size_t i = 0; i < raw.n; i++)
        slashes[0] += raw.p[i] == '/';
    for (size_t i = 0; i < decoded.n; i++) {
        unsigned char c = (unsigned char)decoded.p[i];
        if (c < 0x20 || c == 0x7f || strchr("\\;%?#", c))
            return false;
        slashes[1] += c == '/';
    }
    if (slashes[0] != slashes[1] || !str_is_utf8(decoded))
        return false;
    struct str rest = str_slice(decoded, 1, decoded.n);
    while (rest.p) {
        struct str segment = str_cut(&rest, '/');
        if (!segment_fine(segment, rest.p == NULL))
            return false;
    }
    return true;
}

bool path_judge(struct arena *arena, struct str target, struct str host, struct str *ret_path,
                struct str *ret_query)
{
    if (target.n > HTTP_MAX_TARGET || !target_bytes(target) || !cut_authority(&target, host))
        return false;
    struct str query = target;
    struct str raw = str_cut(&query, '?');
    CLEANUP(buf_release) struct buf decoded = BUF_INIT(HTTP_MAX_TARGET);
    if (!buf_add_urldecoded(&decoded, raw, false) || !decoded_path_fine(raw, buf_str(&decoded)))
        return false;
    *ret_path = arena_str(arena, buf_str(&decoded));
    *ret_query = query.p ? arena_str(arena, query) : STR_NONE;
    return true;
}
