// SPDX-License-Identifier: MIT
// redis://[user:password@]host[:port][/db], rediss://… over TLS, redis+unix:///path/of/the.socket;
// ?db=N and ?prefix=… behind any of them.
#include "base/mem.h"
#include "store/redis_int.h"

#define PORT 6379

static const struct scheme {
    const char *name;
    bool tls, is_unix;
} schemes[] = {
    { "redis", .tls = false },
    { "rediss", .tls = true },
    { "redis+unix", .is_unix = true },
    { "unix", .is_unix = true },
};

#define EXPECTED                                                                                   \
    "expected redis://[user:password@]host[:port][/db], rediss://… (TLS) or redis+unix:///path"

static bool bad(struct err *err, const char *what)
{
    return err_set(err, ERR_CONFIG, "the Redis URL %s: " EXPECTED, what);
}

static const struct scheme *take_scheme(struct str *rest)
{
    ptrdiff_t at = str_find(*rest, STR("://"));
    struct str name = str_slice(*rest, 0, at < 0 ? 0 : (size_t)at);
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (str_eq_nocase(name, str_c(schemes[i].name))) {
            *rest = str_slice(*rest, name.n + 3, rest->n);
            return &schemes[i];
        }
    return NULL;
}

// A heap copy without percent-encoding; NULL if that is broken, or hides a NUL.
static char *decoded(struct str text)
{
    CLEANUP(buf_wipe) struct buf out = BUF_INIT(4096);
    if (!buf_add_urldecoded(&out, text, false) || !buf_ok(&out) ||
        str_index(buf_str(&out), '\0') >= 0)
        return NULL;
    return str_dup(buf_str(&out));
}

static bool take_user(struct str text, struct redis_url *url, struct err *err)
{
    struct str password = text;
    struct str user = str_cut(&password, ':');
    if (!password.n)
        return bad(err, "has a user without a password");
    char *plain = decoded(password);
    if (!plain)
        return bad(err, "has a password that is not percent-encoded");
    url->password = secret_of(str_c(plain));
    wipe(plain, strlen(plain));
    free(plain);
    url->user = user.n ? decoded(user) : NULL;
    return !user.n || url->user || bad(err, "has a user that is not percent-encoded");
}

static bool is_host(struct str host)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789-_.:";
    for (size_t i = 0; i < host.n; i++)
        if (!strchr(alphabet, host.p[i]) || !host.p[i])
            return false;
    return host.n > 0 && host.n <= 253;
}

static bool take_host(struct str text, struct redis_url *url, struct err *err)
{
    struct str host, port;
    int64_t number = PORT;
    if (str_starts(text, STR("["))) {
        port = str_slice(text, 1, text.n);
        host = str_cut(&port, ']');
        if (!port.p || (port.n && port.p[0] != ':'))
            return bad(err, "has no ] or something else than a port behind it");
        port = port.n ? str_slice(port, 1, port.n) : STR_NONE;
    } else {
        port = text;
        host = str_cut(&port, ':');
    }
    if (!is_host(host))
        return bad(err, "has no usable host (in a password, percent-encode / ? # @ : and %)");
    if (port.p && (!str_to_i64(port, &number) || number < 1 || number > 65535))
        return bad(err, "has a port that is not a number from 1 to 65535 (in a password, "
                        "percent-encode / ? # @ : and %)");
    url->host = str_dup(host);
    url->port = (int)number;
    return true;
}

static bool set_db(struct str text, struct redis_url *url, struct err *err)
{
    int64_t number = 0;
    if (!str_to_i64(text, &number) || number < 0 || number > REDIS_DB_MAX)
        return bad(err, "has a database that is not a number from 0 to 9999");
    url->db = (int)number;
    return true;
}

static bool set_prefix(struct str text, struct redis_url *url, struct err *err)
{
    free(url->prefix);
    url->prefix = decoded(text);
    if (!url->prefix || strlen(url->prefix) > REDIS_PREFIX_MAX)
        return bad(err, "has a prefix that is longer than 64 bytes or not percent-encoded");
    return true;
}

static bool take_query(struct str query, struct redis_url *url, struct err *err)
{
    while (query.p) {
        struct str value = str_cut(&query, '&');
        struct str name = str_cut(&value, '=');
        if (str_is(name, "db") ? !set_db(value, url, err)
                               : str_is(name, "prefix") && !set_prefix(value, url, err))
            return false;
        if (!str_is(name, "db") && !str_is(name, "prefix"))
            return bad(err, "has a parameter other than db and prefix");
    }
    return true;
}

static bool take_unix(struct str path, struct redis_url *url, struct err *err)
{
    url->path = decoded(path);
    if (!url->path || url->path[0] != '/' || strlen(url->path) > 107) // sun_path
        return bad(err, "has no absolute path of a socket, at most 107 bytes");
    return true;
}

static bool take_network(struct str text, struct redis_url *url, struct err *err)
{
    struct str db = text;
    struct str authority = str_cut(&db, '/');
    // A password may hold an unencoded '@'; a host may not.
    for (size_t i = authority.n; i > 0; i--)
        if (authority.p[i - 1] == '@') {
            if (!take_user(str_slice(authority, 0, i - 1), url, err))
                return false;
            authority = str_slice(authority, i, authority.n);
            break;
        }
    return take_host(authority, url, err) && (!db.n || set_db(db, url, err));
}

static void show(struct redis_url *url, const char *scheme)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(512);
    const char *bracket = url->host && strchr(url->host, ':') ? "[" : "";
    if (url->host)
        buf_addf(&text, "%s://%s%s%s:%d/%d", scheme, bracket, url->host, *bracket ? "]" : "",
                 url->port, url->db);
    else
        buf_addf(&text, "%s://%s?db=%d", scheme, url->path, url->db);
    url->shown = str_dup(buf_str(&text));
}

static bool parse(struct str rest, struct redis_url *url, struct err *err)
{
    const struct scheme *scheme = take_scheme(&rest);
    if (!scheme)
        return bad(err, "has another scheme");
    if (str_index(rest, '#') >= 0)
        return bad(err, "has a '#' (in a password, percent-encode / ? # @ : and %)");
    struct str query = rest;
    struct str place = str_cut(&query, '?');
    url->tls = scheme->tls;
    if (!(scheme->is_unix ? take_unix : take_network)(place, url, err) ||
        !take_query(query, url, err))
        return false;
    if (!url->prefix)
        url->prefix = str_dup(STR(REDIS_PREFIX));
    show(url, scheme->name);
    return true;
}

bool redis_url_parse(const char *text, struct redis_url *ret, struct err *err)
{
    struct redis_url url = { .db = 0 };
    if (!parse(str_c(text), &url, err)) {
        redis_url_release(&url);
        return false;
    }
    *ret = url;
    return true;
}

void redis_url_release(struct redis_url *url)
{
    secret_release(&url->password);
    free(url->host);
    free(url->path);
    free(url->user);
    free(url->prefix);
    free(url->shown);
    *url = (struct redis_url){ .db = 0 };
}
