// SPDX-License-Identifier: MIT
#include "oauth/base_url.h"

#include "base/url.h"
#include "oauth/internal.h"

#define HOST_MAX 255

// What each platform documents about the public name. With `suffix` the name is the variable's
// value, a dot, and the value of the second variable (or the constant that begins with a dot).
static const struct platform {
    const char *name;
    const char *host;
    const char *suffix;
} platforms[] = {
    // CONTAINER_APP_HOSTNAME is the name of one revision, not of the app: left alone.
    { "Azure Container Apps", "CONTAINER_APP_NAME", "CONTAINER_APP_ENV_DNS_SUFFIX" },
    { "Azure App Service", "WEBSITE_HOSTNAME", NULL },
    { "Render", "RENDER_EXTERNAL_HOSTNAME", NULL },
    { "Railway", "RAILWAY_PUBLIC_DOMAIN", NULL },
    { "Fly.io", "FLY_APP_NAME", ".fly.dev" },
    { "Heroku", "HEROKU_APP_DEFAULT_DOMAIN_NAME", NULL },
};

static struct str platform_host(const struct platform *p, const char *(*env_of)(const char *),
                                struct arena *arena)
{
    struct str host = str_c(env_of(p->host));
    if (!host.n || !p->suffix)
        return host;
    if (p->suffix[0] == '.')
        return arena_printf(arena, STR_FMT "%s", STR_ARG(host), p->suffix);
    struct str suffix = str_c(env_of(p->suffix));
    return suffix.n ? arena_printf(arena, STR_FMT "." STR_FMT, STR_ARG(host), STR_ARG(suffix))
                    : STR_NONE;
}

struct str oauth_platform_base_url(const char *(*env_of)(const char *), struct arena *arena)
{
    for (size_t i = 0; i < ARRAY_LEN(platforms); i++) {
        struct str host = platform_host(&platforms[i], env_of, arena);
        struct url url;
        if (!host.n || !oauth_host_ok(host))
            continue;
        struct str base = arena_printf(arena, "https://" STR_FMT, STR_ARG(host));
        if (url_parse(base, &url, NULL) && !url_host_is_loopback(url.host))
            return base;
    }
    return STR_NONE;
}

static bool name_ok(struct str name)
{
    for (struct str rest = name; rest.p;) {
        struct str label = str_cut(&rest, '.');
        if (!label.n || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++) {
            char c = label.p[i];
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_'))
                return false;
        }
    }
    return true;
}

static bool port_ok(struct str port)
{
    int64_t number;
    return port.n && port.n <= 5 && port.p[0] != '0' && str_to_i64(port, &number) && number >= 1 &&
           number <= 65535;
}

static bool address_ok(struct str address)
{
    size_t colons = 0;
    for (size_t i = 0; i < address.n; i++) {
        char c = address.p[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!hex && c != ':' && c != '.')
            return false;
        colons += c == ':';
    }
    return colons >= 2;
}

bool oauth_host_ok(struct str host)
{
    if (!host.n || host.n > HOST_MAX)
        return false;
    if (host.p[0] == '[') {
        ptrdiff_t end = str_index(host, ']');
        if (end < 0 || !address_ok(str_slice(host, 1, (size_t)end)))
            return false;
        struct str rest = str_slice(host, (size_t)end + 1, host.n);
        return !rest.n || (rest.p[0] == ':' && port_ok(str_slice(rest, 1, rest.n)));
    }
    struct str port = host;
    struct str name = str_cut(&port, ':');
    return name_ok(name) && (!port.p || port_ok(port));
}

// The scheme the browser used, as far as we can know it; empty: it cannot be told.
static const char *scheme_of(struct str proto, bool tls_upstream, bool loopback)
{
    struct str first = str_trim(str_cut(&proto, ','));
    if (!tls_upstream)
        return loopback ? "http" : "";
    if (str_eq_nocase(first, STR("https")))
        return "https";
    if (!first.n)
        return loopback ? "http" : "https";
    return loopback && str_eq_nocase(first, STR("http")) ? "http" : "";
}

bool oauth_learn_base_url(struct str host, struct str proto, bool tls_upstream, struct arena *arena,
                          struct str *ret, struct err *err)
{
    if (!oauth_host_ok(host))
        return err_set(err, ERR_BAD_REQUEST,
                       "the Host header '" STR_FMT "' is not the name of a host",
                       STR_ARG(str_slice(host, 0, 100)));
    struct url url;
    struct str lower = arena_str(arena, host);
    for (size_t i = 0; i < lower.n; i++)
        ((char *)lower.p)[i] =
            (char)(lower.p[i] >= 'A' && lower.p[i] <= 'Z' ? lower.p[i] + 32 : lower.p[i]);
    if (!url_parse(arena_printf(arena, "http://" STR_FMT, STR_ARG(lower)), &url, err))
        return false;
    const char *scheme = scheme_of(proto, tls_upstream, url_host_is_loopback(url.host));
    if (!*scheme)
        return err_set(
            err, ERR_BAD_REQUEST,
            "sign-in at '" STR_FMT
            "' needs https: call the https address, and let the proxy in front say "
            "X-Forwarded-Proto: https (with ZSCALER_MCP_ALLOW_HTTP=true), or set OIDCPROXY_BASE_URL",
            STR_ARG(lower));
    struct str tail = str_is(str_c(scheme), "https") ? STR(":443") : STR(":80");
    if (str_ends(lower, tail) &&
        (lower.p[0] != '[' || str_index(lower, ']') == (ptrdiff_t)(lower.n - tail.n - 1)))
        lower = str_slice(lower, 0, lower.n - tail.n);
    *ret = arena_printf(arena, "%s://" STR_FMT, scheme, STR_ARG(lower));
    return true;
}

// Logs each learned URL once; true until the list is full.
static bool first_time(struct oauth *o, struct str base)
{
    bool first = false;
    pthread_mutex_lock(&o->lock);
    size_t i = 0;
    while (i < o->learned_count && !str_is(base, o->learned[i]))
        i++;
    if (i == o->learned_count && i < ARRAY_LEN(o->learned)) {
        o->learned[o->learned_count++] = str_dup(base);
        first = true;
    }
    pthread_mutex_unlock(&o->lock);
    return first;
}

bool oauth_base_url(const struct oauth *o, struct exchange *ex, struct str *ret, struct err *err)
{
    if (o->base_url.n) {
        *ret = o->base_url;
        return true;
    }
    struct arena *arena = http_arena(ex);
    if (!oauth_learn_base_url(http_header(ex, "Host"), http_header(ex, "X-Forwarded-Proto"),
                              o->config.tls_upstream, arena, ret, err))
        return false;
    if (first_time((struct oauth *)o, *ret))
        LOG(LOG_INFO, "public URL learned from a request", F("base_url", *ret),
            F("pin_with", arena_printf(arena, "OIDCPROXY_BASE_URL=" STR_FMT, STR_ARG(*ret))));
    return true;
}
