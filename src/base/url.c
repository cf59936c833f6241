// SPDX-License-Identifier: MIT
#include "base/url.h"

static bool is_url_byte(char c)
{
    return c > 0x20 && c < 0x7f && !strchr("\\\"<>^`{|}", c);
}

static bool bad(struct err *err, struct str text, const char *why)
{
    return err_set(err, ERR_INVALID_REQUEST, "'" STR_FMT "' is not a usable URL: %s",
                   STR_ARG(str_slice(text, 0, 200)), why);
}

static bool take_scheme(struct str text, struct url *url, struct str *rest)
{
    if (str_starts(text, STR("https://"))) {
        *rest = str_slice(text, 8, text.n);
        url->scheme = STR("https");
        url->port = 443;
        return true;
    }
    *rest = str_slice(text, 7, text.n);
    url->scheme = STR("http");
    url->port = 80;
    return str_starts(text, STR("http://"));
}

static size_t authority_length(struct str rest)
{
    size_t n = 0;
    while (n < rest.n && !strchr("/?#", rest.p[n]))
        n++;
    return n;
}

static bool is_host(struct str host, bool bracketed)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    static const char rest_of_alphabet[] = "ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ-_.";
    for (size_t i = 0; i < host.n; i++)
        if (!strchr(hex, host.p[i]) && !strchr(bracketed ? ":." : rest_of_alphabet, host.p[i]))
            return false;
    return host.n > 0 && host.n <= 253;
}

static bool take_authority(struct str authority, struct url *url)
{
    url->authority = authority;
    struct str port = STR_NONE;
    bool bracketed = authority.n > 0 && authority.p[0] == '[';
    if (bracketed) {
        ptrdiff_t end = str_index(authority, ']');
        if (end < 0)
            return false;
        url->host = str_slice(authority, 1, (size_t)end);
        port = str_slice(authority, (size_t)end + 1, authority.n);
        if (port.n > 0 && port.p[0] != ':')
            return false;
        port = port.n ? str_slice(port, 1, port.n) : STR_NONE;
    } else {
        port = authority;
        url->host = str_cut(&port, ':');
    }
    int64_t number = url->port;
    if (port.p && (!str_to_i64(port, &number) || number < 1 || number > 65535))
        return false;
    url->port = (int)number;
    return is_host(url->host, bracketed);
}

bool url_parse(struct str text, struct url *ret, struct err *err)
{
    struct url url = { .port = 0 };
    struct str rest;
    for (size_t i = 0; i < text.n; i++)
        if (!is_url_byte(text.p[i]))
            return bad(err, text, "it has a blank or another character that no URL may have");
    if (!take_scheme(text, &url, &rest))
        return bad(err, text, "it must begin with https:// (or http://)");
    size_t n = authority_length(rest);
    if (str_index(str_slice(rest, 0, n), '@') >= 0)
        return bad(err, text, "it may not contain a user name");
    if (!take_authority(str_slice(rest, 0, n), &url))
        return bad(err, text, "its host or port is not valid");
    struct str tail = str_slice(rest, n, rest.n);
    url.path = str_cut(&tail, '#');
    url.fragment = tail;
    struct str query = url.path;
    url.path = str_cut(&query, '?');
    url.query = query;
    *ret = url;
    return true;
}

bool url_host_is_loopback(struct str host)
{
    if (str_eq_nocase(host, STR("localhost")) || str_is(host, "::1"))
        return true;
    if (!str_starts(host, STR("127.")))
        return false;
    int dots = 0;
    for (size_t i = 0; i < host.n; i++) {
        dots += host.p[i] == '.';
        if (host.p[i] != '.' && (host.p[i] < '0' || host.p[i] > '9'))
            return false;
    }
    return dots == 3;
}
