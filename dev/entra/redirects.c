// SPDX-License-Identifier: MIT
#include "redirects.h"

#include <ctype.h>

#include "base/url.h"
#include "config.h"
#include "emu.h"

const struct redirect_list redirect_lists[PLATFORM_LISTS] = {
    { "web", PLATFORM_WEB },
    { "spa", PLATFORM_SPA },
    { "publicClient", PLATFORM_PUBLIC },
};

bool redirect_absolute(struct str uri)
{
    ptrdiff_t colon = str_index(uri, ':');
    if (colon <= 0 || !isalpha((unsigned char)uri.p[0]) || (size_t)colon + 1 >= uri.n)
        return false;
    for (size_t i = 0; i < uri.n; i++) {
        unsigned char c = (unsigned char)uri.p[i];
        if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\')
            return false;
    }
    bool web = str_starts(uri, STR("http:")) || str_starts(uri, STR("https:"));
    struct url url;
    return !web || url_parse(uri, &url, NULL);
}

bool redirect_scheme_ok(struct str uri)
{
    struct url url;
    if (!url_parse(uri, &url, NULL) || !str_is(url.scheme, "http"))
        return true;
    return str_eq_nocase(url.host, STR("localhost")) || str_is(url.host, "127.0.0.1");
}

static bool has_special(struct str uri)
{
    for (size_t i = 0; i < uri.n; i++) {
        if (uri.p[i] && strchr("!$'(),;", uri.p[i]))
            return true;
    }
    return false;
}

static bool is_web(struct str uri)
{
    struct url url;
    return url_parse(uri, &url, NULL);
}

const char *redirect_unfit(struct str uri, enum platform platform, bool wildcards)
{
    if (uri.n == 0 || uri.n > 256)
        return "a redirect URI must have 1 to 256 characters";
    if (str_index(uri, '*') >= 0)
        return wildcards ? NULL
                         : "'*' needs behaviour.allowWildcardRedirects, and an application without "
                           "personal accounts";
    if (has_special(uri))
        return "must not contain any of ! $ ' ( ) , ;";
    if (!redirect_absolute(uri))
        return "must be an absolute URI without fragment";
    if (platform != PLATFORM_PUBLIC && !is_web(uri))
        return "schemes other than https are for publicClient";
    if (!redirect_scheme_ok(uri))
        return "http is for localhost and 127.0.0.1 only; use https";
    return NULL;
}

static bool port_ignored(const struct emu *e, const struct url *url)
{
    struct str mode = behaviour(e, "loopbackPortIgnored");
    if (!str_is(url->scheme, "http") || str_is(mode, "none"))
        return false;
    if (str_eq_nocase(url->host, STR("localhost")))
        return true;
    return str_is(url->host, "127.0.0.1") && str_is(mode, "both");
}

static struct str path_or_root(struct str path)
{
    return path.n ? path : STR("/");
}

static bool same_but_port(const struct emu *e, struct str registered, struct str sent)
{
    struct url a, b;
    if (!url_parse(registered, &a, NULL) || !url_parse(sent, &b, NULL))
        return false;
    bool port_ok = a.port == b.port || port_ignored(e, &b);
    return port_ok && str_eq(a.scheme, b.scheme) && str_eq_nocase(a.host, b.host) &&
           str_eq(path_or_root(a.path), path_or_root(b.path)) && str_eq(a.query, b.query) &&
           (a.query.p == NULL) == (b.query.p == NULL);
}

// One '*' stands for anything, as in manifests that were edited by hand.
static bool wildcard_match(struct str pattern, struct str sent)
{
    ptrdiff_t star = str_index(pattern, '*');
    if (star < 0)
        return false;
    struct str head = str_slice(pattern, 0, (size_t)star);
    struct str tail = str_slice(pattern, (size_t)star + 1, pattern.n);
    return sent.n >= head.n + tail.n && str_starts(sent, head) && str_ends(sent, tail);
}

typedef bool match_fn(const struct emu *e, struct str registered, struct str sent);

static bool match_exact(const struct emu *e, struct str registered, struct str sent)
{
    (void)e;
    return str_eq(registered, sent);
}

static bool match_relaxed(const struct emu *e, struct str registered, struct str sent)
{
    return same_but_port(e, registered, sent) ||
           (behaviour_on(e, "allowWildcardRedirects") && wildcard_match(registered, sent));
}

static enum platform match_lists(const struct emu *e, const json_t *app, struct str uri,
                                 match_fn *fits)
{
    for (size_t p = 0; p < PLATFORM_LISTS; p++) {
        const json_t *list = dom_get(dom_get(app, redirect_lists[p].key), "redirectUris");
        for (size_t i = 0; i < json_array_size(list); i++) {
            if (fits(e, dom_text(json_array_get(list, i)), uri))
                return redirect_lists[p].platform;
        }
    }
    return PLATFORM_NONE;
}

enum platform redirect_match(const struct emu *e, const json_t *app, struct str uri)
{
    enum platform exact = match_lists(e, app, uri, match_exact);
    return exact ? exact : match_lists(e, app, uri, match_relaxed);
}

struct str redirect_first(const json_t *app)
{
    for (size_t p = 0; p < PLATFORM_LISTS; p++) {
        const json_t *list = dom_get(dom_get(app, redirect_lists[p].key), "redirectUris");
        if (json_array_size(list))
            return dom_text(json_array_get(list, 0));
    }
    return STR_NONE;
}

void redirect_add_base(struct buf *out, struct str uri, bool fill_path)
{
    struct url url;
    if (!fill_path || !url_parse(uri, &url, NULL) || url.path.n) {
        buf_add(out, uri);
        return;
    }
    size_t end = (size_t)(url.authority.p - uri.p) + url.authority.n;
    buf_add(out, str_slice(uri, 0, end));
    buf_addc(out, '/');
    buf_add(out, str_slice(uri, end, uri.n));
}
