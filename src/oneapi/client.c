// SPDX-License-Identifier: MIT
// Setting up: which hosts a cloud means, and what may stand in a base URL.
#include <ctype.h>
#include <sys/utsname.h>

#include "base/mem.h"
#include "base/url.h"
#include "oneapi/internal.h"

#define URL_MAX_BYTES 2048

struct cloud {
    const char *name, *api, *login;
};

static const struct cloud clouds[] = {
    { "gov", "https://api.zscalergov.net", "zidentitygov.net" },
    { "govus", "https://api.zscalergov.us", "zidentitygov.us" },
};

static char *copy(const char *text)
{
    struct str s = str_trim(str_c(text));
    return s.n ? str_dup(s) : NULL;
}

static void copy_config(struct oneapi_config *to, const struct oneapi_config *from)
{
    to->client_id = copy(from->client_id);
    to->client_secret = copy(from->client_secret);
    to->private_key = copy(from->private_key);
    to->vanity_domain = copy(from->vanity_domain);
    to->cloud = copy(from->cloud);
    to->customer_id = copy(from->customer_id);
    to->zcell_customer_id = copy(from->zcell_customer_id);
    to->microtenant_id = copy(from->microtenant_id);
    to->partner_id = copy(from->partner_id);
    to->base_url = copy(from->base_url);
    to->user_agent_comment = copy(from->user_agent_comment);
    to->deadline_ms = from->deadline_ms > 0 ? from->deadline_ms : DEADLINE_DEFAULT_MS;
}

static void release_config(struct oneapi_config *c)
{
    const char *plain[] = { c->client_id,   c->vanity_domain,     c->cloud,
                            c->customer_id, c->zcell_customer_id, c->microtenant_id,
                            c->partner_id,  c->base_url,          c->user_agent_comment };
    const char *secret[] = { c->client_secret, c->private_key };
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        free((void *)(uintptr_t)plain[i]);
    for (size_t i = 0; i < ARRAY_LEN(secret); i++) {
        if (secret[i])
            wipe((void *)(uintptr_t)secret[i], strlen(secret[i]));
        free((void *)(uintptr_t)secret[i]);
    }
}

// What becomes part of a host name must be nothing else than that.
static bool is_host_part(const char *text)
{
    for (const char *p = text; *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '-' && *p != '.')
            return false;
    return true;
}

static bool set_hosts_from_base(struct oneapi *api, struct err *err)
{
    struct str base = str_c(api->config.base_url);
    struct url url;
    if (!url_parse(base, &url, err))
        return err_set(err, ERR_CONFIG, "ZSCALER_MCP_ONEAPI_URL is not a URL: \"%s\"",
                       api->config.base_url);
    if (str_is(url.scheme, "http") && !url_host_is_loopback(url.host))
        return err_set(
            err, ERR_CONFIG,
            "ZSCALER_MCP_ONEAPI_URL=%s would send the API credentials unencrypted: use https:// (http:// is "
            "accepted for localhost only)",
            api->config.base_url);
    if (url.query.p || url.fragment.p)
        return err_set(err, ERR_CONFIG,
                       "ZSCALER_MCP_ONEAPI_URL must have no query and no fragment");
    while (base.n && base.p[base.n - 1] == '/')
        base.n--;
    api->api_base = str_dup(base);
    CLEANUP(buf_release) struct buf token = BUF_INIT(URL_MAX_BYTES);
    buf_addf(&token, STR_FMT "/oauth2/v1/token", STR_ARG(base));
    api->token_url = buf_take(&token, NULL);
    return true;
}

static void lower(struct buf *out, const char *text)
{
    for (const char *p = text; p && *p; p++)
        buf_addc(out, (char)tolower((unsigned char)*p));
}

static void set_hosts_from_cloud(struct oneapi *api)
{
    CLEANUP(buf_release) struct buf name = BUF_INIT(256);
    CLEANUP(buf_release) struct buf base = BUF_INIT(URL_MAX_BYTES);
    CLEANUP(buf_release) struct buf login = BUF_INIT(256);
    lower(&name, api->config.cloud);
    const char *cloud = buf_cstr(&name);
    const struct cloud *own = NULL;
    for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
        if (strcmp(cloud, clouds[i].name) == 0)
            own = &clouds[i];
    if (strcmp(cloud, "production") == 0)
        cloud = "";
    if (own) {
        buf_adds(&base, own->api);
        buf_adds(&login, own->login);
    } else {
        buf_addf(&base, "https://api.%s%szsapi.net", cloud, *cloud ? "." : "");
        buf_addf(&login, "zslogin%s.net", cloud);
    }
    api->api_base = buf_take(&base, NULL);
    if (!api->config.vanity_domain)
        return;
    CLEANUP(buf_release) struct buf token = BUF_INIT(URL_MAX_BYTES);
    buf_addf(&token, "https://%s.%s/oauth2/v1/token", api->config.vanity_domain, buf_cstr(&login));
    api->token_url = buf_take(&token, NULL);
}

static void set_user_agent(struct oneapi *api)
{
    struct utsname u = { 0 };
    if (uname(&u) != 0)
        memcpy(u.sysname, "unknown", sizeof "unknown");
    CLEANUP(buf_release) struct buf agent = BUF_INIT(1024);
    buf_addf(&agent, "zscaler-mcp/%s/%s-%s-%s", ZSCALER_MCP_VERSION, u.sysname, u.release,
             u.machine);
    if (api->config.user_agent_comment)
        buf_addf(&agent, " (%s)", api->config.user_agent_comment);
    api->user_agent = buf_take(&agent, NULL);
    for (char *p = api->user_agent; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
}

static bool check_names(const struct oneapi_config *c, struct err *err)
{
    if (c->vanity_domain && (!is_host_part(c->vanity_domain) || strlen(c->vanity_domain) > 200))
        return err_set(
            err, ERR_CONFIG,
            "ZSCALER_VANITY_DOMAIN=\"%.80s\" is not a host name: give only what stands before .zslogin.net",
            c->vanity_domain);
    if (c->cloud && (!is_host_part(c->cloud) || strlen(c->cloud) > 60))
        return err_set(err, ERR_CONFIG,
                       "ZSCALER_CLOUD=\"%.60s\" is not the name of a cloud, such as beta",
                       c->cloud);
    return true;
}

bool oneapi_new(const struct oneapi_config *config, struct fetcher *fetcher, struct oneapi **ret,
                struct err *err)
{
    struct oneapi *api = mem_zalloc(1, sizeof *api);
    copy_config(&api->config, config);
    api->fetcher = fetcher;
    api->sleep = retry_sleep;
    token_init(&api->token);
    set_user_agent(api);
    bool ok = check_names(&api->config, err);
    if (ok && api->config.base_url)
        ok = set_hosts_from_base(api, err);
    else if (ok)
        set_hosts_from_cloud(api);
    if (!ok) {
        oneapi_free(api);
        return false;
    }
    *ret = api;
    return true;
}

void oneapi_free(struct oneapi *api)
{
    if (!api)
        return;
    token_release(&api->token);
    release_config(&api->config);
    free(api->api_base);
    free(api->token_url);
    free(api->user_agent);
    free(api);
}

const struct oneapi_config *oneapi_config(const struct oneapi *api)
{
    return &api->config;
}
