// SPDX-License-Identifier: MIT
#include "oauth/redirect_uri.h"

#include "base/url.h"
#include "oauth/base_url.h"

// Where the clients we know receive their codes (each from its maker's documentation or source).
static const char *const known_hosts[] = {
    "claude.ai",
    "claude.com", // Claude web, Desktop, mobile
    "www.cursor.com",
    "cursor.com", // Cursor's agents on the web
    "vscode.dev",
    "insiders.vscode.dev", // VS Code
    "chatgpt.com",         // ChatGPT
    "antigravity.google",  // Antigravity
    NULL,
};
static const char *const known_schemes[] = { "cursor", "vscode", "vscode-insiders", NULL };

// Never, whatever the list of the operator says: they run something, or send the code where nobody
// listens.
static const char *const bad_schemes[] = {
    "http",        "https",  "javascript", "data",   "file",    "vbscript",  "blob", "about",
    "view-source", "ws",     "wss",        "ftp",    "mailto",  "tel",       "sms",  "filesystem",
    "jar",         "chrome", "resource",   "intent", "ms-msdt", "search-ms", NULL,
};

static bool bad(struct err *err, struct str text, const char *why)
{
    return err_set(err, ERR_INVALID_REDIRECT_URI, "redirect URI '" STR_FMT "' is refused: %s",
                   STR_ARG(str_slice(text, 0, 120)), why);
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// RFC 3986 section 2: unreserved, reserved (but '#', which only starts a fragment, and brackets,
// judged with the host, and '*', which only patterns have), and well-formed escapes of bytes that
// are no control character, '/' or
// '\'.
static bool bytes_ok(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            int high = i + 2 < text.n ? hex_value(text.p[i + 1]) : -1;
            int low = i + 2 < text.n ? hex_value(text.p[i + 2]) : -1;
            int byte = high < 0 || low < 0 ? 0 : high * 16 + low;
            if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\' || byte == '.')
                return false;
            i += 2;
        } else if (!is_alpha(c) && !is_digit(c) && !(c && strchr("-._~:/?[]@!$&'()+,;=", c))) {
            return false;
        }
    }
    return true;
}

static bool has_dot_segment(struct str tail)
{
    struct str path = str_cut(&tail, '?');
    while (path.p) {
        struct str segment = str_cut(&path, '/');
        if (str_is(segment, ".") || str_is(segment, ".."))
            return true;
    }
    return false;
}

static bool in_list(struct str s, const char *const *list)
{
    for (; list && *list; list++)
        if (str_eq_nocase(s, str_c(*list)))
            return true;
    return false;
}

bool redirect_scheme_ok(struct str scheme)
{
    if (scheme.n < 2 || scheme.n > 64 || !is_alpha(scheme.p[0]))
        return false;
    for (size_t i = 0; i < scheme.n; i++) {
        char c = scheme.p[i];
        if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.')
            return false;
    }
    return !in_list(scheme, bad_schemes);
}

// The last label of a name that is not all digits or hex-looking: "0177.0.0.1", "0x7f.1",
// "2130706433" are addresses to some resolvers and names to others.
static bool looks_numeric(struct str host)
{
    struct str last = STR_NONE;
    while (host.p)
        last = str_cut(&host, '.');
    return last.n && is_digit(last.p[0]);
}

// 127.0.0.0/8 in its one canonical form.
static bool is_loopback_v4(struct str host)
{
    int parts = 0;
    for (struct str rest = host; rest.p; parts++) {
        struct str part = str_cut(&rest, '.');
        int64_t n;
        if (!part.n || part.n > 3 || (part.n > 1 && part.p[0] == '0') || !is_digit(part.p[0]) ||
            !str_to_i64(part, &n) || n > 255 || (parts == 0 && n != 127))
            return false;
    }
    return parts == 4;
}

static bool is_loopback(struct str host)
{
    return str_eq_nocase(host, STR("localhost")) || str_is(host, "::1") || is_loopback_v4(host);
}

static void split_authority(struct redirect_uri *uri)
{
    if (uri->authority.n && uri->authority.p[0] == '[') {
        ptrdiff_t end = str_index(uri->authority, ']');
        uri->host = str_slice(uri->authority, 1, (size_t)end);
        uri->port = str_slice(uri->authority, (size_t)end + 2, uri->authority.n);
        return;
    }
    uri->port = uri->authority;
    uri->host = str_cut(&uri->port, ':');
    if (!uri->port.p)
        uri->port = STR_NONE;
}

static bool parse_web(struct str text, struct redirect_uri *uri, struct err *err)
{
    if (!oauth_host_ok(uri->authority))
        return bad(err, text, "its host or port is not valid");
    split_authority(uri);
    if (str_is(uri->scheme, "http")) {
        uri->kind = REDIRECT_LOOPBACK;
        return is_loopback(uri->host) ||
               bad(err, text, "http is for localhost, 127.0.0.1 and [::1] only; others need https");
    }
    uri->kind = REDIRECT_HTTPS;
    if (uri->authority.p[0] == '[' || looks_numeric(uri->host))
        return bad(err, text, "an https host must be a name");
    return true;
}

static bool parse_private(struct str text, struct redirect_uri *uri, struct err *err)
{
    uri->kind = REDIRECT_PRIVATE;
    if (!redirect_scheme_ok(uri->scheme))
        return bad(err, text, "its scheme is never used to receive codes");
    if (!uri->authority.n && uri->tail.n < 2)
        return bad(err, text, "it names nothing behind its scheme");
    if (str_index(uri->authority, '[') >= 0 || str_index(uri->authority, ']') >= 0 ||
        str_index(uri->authority, ':') >= 0)
        return bad(err, text, "its host or port is not valid");
    uri->host = uri->authority;
    return true;
}

static bool cut_scheme(struct str text, struct redirect_uri *uri, struct str *ret_rest)
{
    ptrdiff_t colon = str_index(text, ':');
    if (colon < 1)
        return false;
    uri->scheme = str_slice(text, 0, (size_t)colon);
    *ret_rest = str_slice(text, (size_t)colon + 1, text.n);
    return is_alpha(text.p[0]);
}

bool redirect_uri_parse(struct str text, struct redirect_uri *ret, struct err *err)
{
    struct redirect_uri uri = { .kind = REDIRECT_PRIVATE };
    struct str rest;
    if (!text.n || text.n > REDIRECT_URI_MAX)
        return bad(err, text, "it is empty or longer than 512 bytes");
    /*= rfc6749 3.1.2 "The endpoint URI MUST NOT include a fragment component." */
    if (str_index(text, '#') >= 0)
        return bad(err, text, "it has a fragment");
    if (!bytes_ok(text))
        return bad(err, text, "it has a character or an escape that no redirect URI needs");
    /*= rfc6749 3.1.2 "The redirection endpoint URI MUST be an absolute URI" */
    if (!cut_scheme(text, &uri, &rest))
        return bad(err, text, "it is not an absolute URI");
    bool web = str_is(uri.scheme, "http") || str_is(uri.scheme, "https");
    uri.tail = rest;
    if (str_starts(rest, STR("//"))) {
        size_t n = 2;
        while (n < rest.n && rest.p[n] != '/' && rest.p[n] != '?')
            n++;
        uri.authority = str_slice(rest, 2, n);
        uri.tail = str_slice(rest, n, rest.n);
    } else if (web) {
        return bad(err, text, "it has no host");
    }
    if (str_index(uri.authority, '@') >= 0 || str_index(uri.authority, '%') >= 0)
        return bad(err, text, "it has user information or an escape in its host");
    if (has_dot_segment(uri.tail) || str_index(uri.tail, '[') >= 0 || str_index(uri.tail, ']') >= 0)
        return bad(err, text, "its path has dot segments or brackets");
    if (!(web ? parse_web(text, &uri, err) : parse_private(text, &uri, err)))
        return false;
    *ret = uri;
    return true;
}

bool redirect_uri_is_loopback(struct str text)
{
    struct redirect_uri uri;
    return redirect_uri_parse(text, &uri, NULL) && uri.kind == REDIRECT_LOOPBACK;
}

bool redirect_host_pattern_ok(const char *pattern)
{
    struct str p = str_c(pattern);
    if (str_starts(p, STR("*.")))
        p = str_slice(p, 2, p.n);
    // "*.com" would be everybody: what follows the star has a dot itself.
    bool wild = p.n != strlen(pattern);
    return oauth_host_ok(p) && p.p[0] != '[' && (!wild || str_index(p, '.') > 0);
}

static bool host_matches(const struct redirect_uri *uri, struct str pattern)
{
    struct str port = pattern;
    struct str host = str_cut(&port, ':');
    bool port_fits = port.n ? str_eq(port, uri->port) : !uri->port.n || str_is(uri->port, "443");
    if (!port_fits)
        return false;
    if (!str_starts(host, STR("*.")))
        return str_eq_nocase(host, uri->host);
    struct str suffix = str_slice(host, 1, host.n);
    return uri->host.n > suffix.n &&
           str_eq_nocase(str_slice(uri->host, uri->host.n - suffix.n, uri->host.n), suffix);
}

bool redirect_uri_host_in(const struct redirect_uri *uri, const char *const *hosts)
{
    for (; hosts && *hosts; hosts++)
        if (host_matches(uri, str_c(*hosts)))
            return true;
    return false;
}

bool redirect_uri_allowed(const struct redirect_uri *uri, const char *const *hosts,
                          const char *const *schemes)
{
    switch (uri->kind) {
    case REDIRECT_LOOPBACK:
        return true;
    case REDIRECT_PRIVATE:
        return in_list(uri->scheme, known_schemes) || in_list(uri->scheme, schemes);
    case REDIRECT_HTTPS:
        return redirect_uri_host_in(uri, known_hosts) || redirect_uri_host_in(uri, hosts);
    }
    return false;
}

bool redirect_uri_same(struct str registered, struct str presented)
{
    struct redirect_uri a, b;
    if (str_eq(registered, presented))
        return true;
    /*= rfc8252 7.3 "The authorization server MUST allow any port to be specified at the time of the
     * request for loopback IP redirect URIs" */
    if (!redirect_uri_parse(registered, &a, NULL) || !redirect_uri_parse(presented, &b, NULL))
        return false;
    return a.kind == REDIRECT_LOOPBACK && b.kind == REDIRECT_LOOPBACK && str_eq(a.host, b.host) &&
           str_eq(a.tail, b.tail);
}
