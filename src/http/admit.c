// SPDX-License-Identifier: MIT
// Who may talk to this server: source address, Host, Origin. Judged before anything of the request
// is used.
#include "http/internal.h"

#include "base/url.h"

struct authority {
    struct str host, port; // port .p NULL if absent
};

static struct authority split_authority(struct str text)
{
    size_t end = 0;
    if (text.n > 0 && text.p[0] == '[') {
        ptrdiff_t close = str_index(text, ']');
        end = close < 0 ? text.n : (size_t)close + 1;
    } else {
        ptrdiff_t colon = str_index(text, ':');
        end = colon < 0 ? text.n : (size_t)colon;
    }
    struct authority a = { .host = str_slice(text, 0, end), .port = STR_NONE };
    if (end < text.n)
        a.port = str_slice(text, end + 1, text.n);
    return a;
}

static struct str without_brackets(struct str host)
{
    bool bracketed = host.n > 1 && host.p[0] == '[' && host.p[host.n - 1] == ']';
    return bracketed ? str_slice(host, 1, host.n - 1) : host;
}

static bool host_byte(char c, bool bracketed)
{
    bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (bracketed)
        return hex || c == ':' || c == '.';
    return hex || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
}

bool host_is_wellformed(struct str text)
{
    struct authority a = split_authority(text);
    struct str host = without_brackets(a.host);
    for (size_t i = 0; i < host.n; i++) {
        if (!host_byte(host.p[i], host.n != a.host.n))
            return false;
    }
    uint64_t port = 0;
    if (a.port.p && (!str_to_u64(a.port, &port) || port == 0 || port > 65535))
        return false;
    bool separator = a.host.n == text.n || text.p[a.host.n] == ':';
    return host.n > 0 && host.n <= 253 && separator;
}

// One entry of the list: "name" and "name:*" fit any port, "name:port" that one, "*" everything.
static bool host_entry_fits(const char *entry, struct authority host)
{
    if (strcmp(entry, "*") == 0)
        return true;
    struct authority want = split_authority(str_c(entry));
    if (!str_eq_nocase(without_brackets(want.host), without_brackets(host.host)))
        return false;
    return !want.port.p || str_is(want.port, "*") || str_eq(want.port, host.port);
}

bool host_allowed(const char *const *allowed, bool loopback, struct str host)
{
    struct authority a = split_authority(host);
    if (!allowed)
        return !loopback || url_host_is_loopback(without_brackets(a.host));
    for (; *allowed; allowed++) {
        if (host_entry_fits(*allowed, a))
            return true;
    }
    return false;
}

static bool same_port(struct str a, struct str b, const char *standard)
{
    return str_eq(a.p ? a : str_c(standard), b.p ? b : str_c(standard));
}

bool origin_allowed(const char *const *allowed, bool loopback, struct str host, struct str origin)
{
    for (; allowed && *allowed; allowed++) {
        if (strcmp(*allowed, "*") == 0 || str_eq_nocase(str_c(*allowed), origin))
            return true;
    }
    struct url url;
    if (!url_parse(origin, &url, NULL) || url.path.n > 0 || url.query.p || url.fragment.p)
        return false; // "null" among them
    struct authority own = split_authority(host), other = split_authority(url.authority);
    const char *standard = str_is(url.scheme, "https") ? "443" : "80";
    if (str_eq_nocase(own.host, other.host) && same_port(own.port, other.port, standard))
        return true;
    return loopback && url_host_is_loopback(url.host);
}

/*= mcp-2025-11-25 basic/transports "Servers MUST validate the Origin header on all incoming
 * connections…" */
bool admit_origin(struct exchange *ex)
{
    const struct http_config *config = &ex->server->config;
    struct str origin = http_header(ex, "Origin");
    if (!origin.p || ex->route->any_host || ex->route->any_origin)
        return true;
    if (origin_allowed(config->allowed_origins, ex->server->loopback, http_header(ex, "Host"),
                       origin))
        return true;
    reply_rpc_error(ex, 403, "Forbidden: requests from this Origin are not allowed");
    return false;
}

bool admit_host(struct exchange *ex)
{
    struct str host = http_header(ex, "Host");
    if (host_allowed(ex->server->config.allowed_hosts, ex->server->loopback, host))
        return true;
    reply_rpc_error(ex, 421,
                    "Misdirected request: Host '" STR_FMT "' is not one of the allowed hosts",
                    STR_ARG(host));
    return false;
}

// The next entry to the left of all X-Forwarded-For lines, read as one list.
static bool forwarded_before(const struct exchange *ex, size_t *line, struct str *rest,
                             struct str *ret)
{
    while (rest->n == 0) {
        *line = exchange_header_before(ex, *line, "X-Forwarded-For");
        if (*line == 0)
            return false;
        *rest = ex->headers[*line - 1].value;
    }
    size_t comma = rest->n;
    while (comma > 0 && rest->p[comma - 1] != ',')
        comma--;
    *ret = str_trim(str_slice(*rest, comma, rest->n));
    *rest = str_slice(*rest, 0, comma > 0 ? comma - 1 : 0);
    return true;
}

// Right to left: each trusted proxy vouches for the address it wrote; the first untrusted one is
// the client.
struct addr forwarded_client(const struct exchange *ex, const struct addr_list *trusted,
                             struct addr peer)
{
    struct addr client = peer;
    struct str rest = STR_NONE, entry;
    size_t line = 0;
    while (addr_list_has(trusted, &client) && forwarded_before(ex, &line, &rest, &entry)) {
        if (!addr_parse(entry, &client))
            break;
    }
    return client;
}

bool admit_source(struct exchange *ex)
{
    char text[46];
    ex->client = forwarded_client(ex, &ex->server->proxies, ex->conn->peer);
    addr_text(&ex->client, text);
    ex->peer = arena_str(ex->arena, str_c(text));
    if (!ex->server->config.allowed_sources || addr_list_has(&ex->server->sources, &ex->client))
        return true;
    reply_rpc_error(ex, 403, "Forbidden: the address %s is not allowed here", text);
    return false;
}
