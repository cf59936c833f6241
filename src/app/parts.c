// SPDX-License-Identifier: MIT
#include "app/parts.h"

#include "app/entitled.h"
#include "app/identity.h"
#include "app/keys.h"
#include "app/selection.h"
#include "app/store.h"
#include "app/traces.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "oauth/limits.h"
#include "tools/tools.h"

#define CLIENTS_BYTES_MAX (1024 * 1024)

static const char *env_of(const char *name)
{
    return getenv(name); // NOLINT(concurrency-mt-unsafe): nothing here sets variables
}

static bool open_idp(struct parts *p, struct err *err)
{
    struct buf CLEANUP(buf_release) warnings = BUF_INIT(16 * 1024);
    if (!idp_new(&p->settings->idp, p->fetcher, &p->idp, err) || !idp_start(p->idp, err))
        return false;
    idp_warnings(p->idp, clock_now(), &warnings);
    struct str rest = buf_str(&warnings);
    while (rest.n > 0)
        LOG(LOG_WARNING, "identity provider", F("text", str_cut(&rest, '\n')));
    return true;
}

static enum sign_in sign_in_of(const struct options *o)
{
    static const char *const words[] = { [SIGN_IN_AUTO] = "auto",
                                         [SIGN_IN_CALLBACK] = "callback",
                                         [SIGN_IN_LOOPBACK] = "loopback",
                                         [SIGN_IN_DEVICE] = "device" };
    size_t i = 0;
    while (i < ARRAY_LEN(words) - 1 && strcmp(o->sign_in, words[i]) != 0)
        i++;
    return (enum sign_in)i;
}

static const struct oauth_fact *facts_of(const struct options *o)
{
    static const struct oauth_fact configured[] = {
        { "Zscaler", "credentials are configured", true }, { NULL }
    };
    static const struct oauth_fact missing[] = {
        { "Zscaler", "credentials are not configured: tools cannot be called", false }, { NULL }
    };
    bool all = o->zscaler_client_id && o->zscaler_vanity_domain &&
               (o->zscaler_client_secret || o->zscaler_private_key);
    return all ? configured : missing;
}

static enum oauth_documents documents_of(const struct options *o)
{
    if (strcmp(o->client_documents, "false") == 0)
        return OAUTH_DOCUMENTS_OFF;
    if (strcmp(o->client_documents, "proxy") == 0)
        return OAUTH_DOCUMENTS_PROXY;
    return strcmp(o->client_documents, "listed") == 0 ? OAUTH_DOCUMENTS_LISTED
                                                      : OAUTH_DOCUMENTS_ANY;
}

// As curl reads them.
static bool has_https_proxy(void)
{
    static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_c(env_of(names[i])).n)
            return true;
    return false;
}

static bool trust_proxy(const struct options *o, struct err *err)
{
    if (documents_of(o) != OAUTH_DOCUMENTS_PROXY)
        return true;
    if (!has_https_proxy())
        return err_set(err, ERR_CONFIG,
                       "OIDCPROXY_CLIENT_DOCUMENTS=proxy needs a proxy for outgoing requests: set "
                       "HTTPS_PROXY, or OIDCPROXY_CLIENT_DOCUMENTS=true");
    LOG(LOG_WARNING, "documents of strangers are fetched through the outgoing proxy",
        F_C("means",
            "anybody can make it ask for an https URL of their choice; this server does not see "
            "which address that is"),
        F_C("check", "the proxy must refuse addresses of the inner network, its own included"));
    return true;
}

// OIDCPROXY_CLIENTS: the array itself, or the file that has it.
static bool read_clients(const struct options *o, const char **ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(CLIENTS_BYTES_MAX);
    struct str given = str_trim(str_c(o->clients));
    if (!given.n || given.p[0] == '[') {
        *ret = given.n ? o->clients : NULL;
        return true;
    }
    if (!file_read(o->clients, &text, err))
        return err_prefix(err, "OIDCPROXY_CLIENTS");
    *ret = arena_cstr(o->arena, buf_str(&text));
    return true;
}

static struct idp_marker marker_of(const struct parts *p)
{
    return p->policies ? policies_marker(p->policies) : (struct idp_marker){ NULL, NULL };
}

static bool open_oauth(struct parts *p, struct err *err)
{
    const struct options *o = p->options;
    const char *clients = NULL;
    if (!trust_proxy(o, err) || !read_clients(o, &clients, err))
        return false;
    const struct oauth_config config = {
        .base_url = p->settings->base_url,
        .tls_upstream = o->allow_http || o->tls_certfile,
        .resource_path = "/mcp",
        .product_name = "Zscaler MCP Server",
        .short_name = "zscaler-mcp-server",
        .facts = facts_of(o),
        .sign_in = sign_in_of(o),
        .no_device_code = !o->device_code,
        .idp = p->idp,
        .marker = marker_of(p),
        .keys = p->keys,
        .spent = p->spent,
        .access_ttl_s = (int)o->access_ttl,
        .refresh_ttl_s = (int)o->refresh_ttl,
        .refresh_grace_s = o->refresh_grace ? (int)o->refresh_grace : -1,
        .consent_ttl_s = o->consent_ttl ? (int)o->consent_ttl : -1,
        .device_codes = o->client_device_code,
        .operator_key = o->operator_key,
        .machine_clients = (const char *const *)o->machine_clients,
        .machine_audience = o->idp_audience,
        .redirect_hosts = (const char *const *)o->redirect_hosts,
        .redirect_schemes = (const char *const *)o->redirect_schemes,
        .fetcher = p->fetcher,
        .documents = documents_of(o),
        .document_hosts = (const char *const *)o->client_document_hosts,
        .document_workers = (size_t)(o->workers + 3) / 4,
        .documents_by_proxy = has_https_proxy(),
        .registration_closed = strcmp(o->registration, "closed") == 0,
        .clients = clients,
        .idp_client_id = p->settings->idp.client_id,
        .rate_limit = (int)o->rate_limit,
        .shared_address = p->settings->shared_address,
        .resource_only = p->settings->mode == ACCESS_OIDC,
        .required_scopes = (const char *const *)o->required_scopes,
    };
    if (config.rate_limit && config.shared_address)
        LOG(LOG_WARNING, "the proxy in front hides who calls",
            F_C("means",
                "rate limits and audit lines see its address only, so the limits are wide"),
            F_C("fix",
                "name the proxy, an address or a network, in ZSCALER_MCP_TRUSTED_PROXIES, so "
                "that its X-Forwarded-For counts"));
    return oauth_new(&config, &p->oauth, err);
}

static bool open_access(struct parts *p, struct err *err)
{
    bool tokens = p->settings->mode == ACCESS_OIDCPROXY || p->settings->mode == ACCESS_OIDC;
    if (tokens && !(open_idp(p, err) && open_oauth(p, err)))
        return false;
    if (p->settings->mode == ACCESS_JWT &&
        !jwt_judge_new(&p->settings->jwt, p->fetcher, &p->jwt, err))
        return false;
    const struct access_config config = {
        .mode = p->settings->mode,
        .oauth = p->oauth,
        .keys = p->keys,
        .spent = p->spent,
        .idp = p->idp,
        .api_key = p->options->api_key,
        .jwt = p->jwt,
        .oneapi = p->oneapi,
        .marker = marker_of(p),
        .trust_platform = p->options->trust_platform,
        .shared_address = p->settings->shared_address,
        .required_scopes =
            (const char *const *)(p->settings->mode == ACCESS_JWT ? p->options->jwt_required_scopes
                                                                  : p->options->required_scopes),
        .allowed_clients = (const char *const *)p->options->callers_allowed,
    };
    if (p->options->call_limit > 0)
        p->limits = limits_new((int)p->options->call_limit, false);
    return access_new(&config, &p->access, err);
}

struct oneapi_config parts_oneapi_config(const struct options *o)
{
    return (struct oneapi_config){
        .client_id = o->zscaler_client_id,
        .client_secret = o->zscaler_client_secret,
        .private_key = o->zscaler_private_key,
        .vanity_domain = o->zscaler_vanity_domain,
        .cloud = o->zscaler_cloud,
        .customer_id = o->zscaler_customer_id,
        .zcell_customer_id = o->zcell_customer_id,
        .microtenant_id = o->zpa_microtenant_id,
        .partner_id = o->zscaler_partner_id,
        .base_url = o->oneapi_url,
        .user_agent_comment = o->user_agent_comment,
        .deadline_ms = (int)o->request_timeout_s * 1000,
    };
}

static bool open_oneapi(struct parts *p, struct err *err)
{
    const struct oneapi_config config = parts_oneapi_config(p->options);
    return oneapi_new(&config, p->fetcher, &p->oneapi, err);
}

static bool may_call(const struct mcp_tool *tool, const void *principal, void *ctx)
{
    const struct parts *p = ctx;
    return serve_may(p->serve, tool, principal);
}

static unsigned right_of(void *policies, const void *principal, size_t tool)
{
    return policies_right(policies, principal, tool);
}

static void why_not(void *policies, const void *principal, size_t tool, struct buf *out)
{
    policies_why(policies, principal, tool, out);
}

static bool open_mcp(struct parts *p, struct err *err)
{
    const struct mcp_config config = {
        .info = identity,
        .keys = p->keys,
        .spent = p->spent,
        .unknown_tools_are_results = true,
        .may = p->policies ? may_call : NULL,
        .may_ctx = p,
        .refused = serve_refused,
        .keep_principal = access_keep,
        .drop_principal = access_drop,
        // Who waits for a person's answer holds a worker: half of them stay free.
        .questions = (size_t)(p->options->workers + 1) / 2,
    };
    return mcp_server_new(&config, &p->mcp, err);
}

static enum result_view view_named(const char *word)
{
    return strcmp(word, "lean") == 0      ? VIEW_LEAN
           : strcmp(word, "summary") == 0 ? VIEW_SUMMARY
                                          : VIEW_FULL;
}

static enum encoding encoding_named(const char *word)
{
    return strcmp(word, "json") == 0 ? AS_JSON : strcmp(word, "csv") == 0 ? AS_CSV : AS_FITS;
}

static bool open_tools(struct parts *p, struct err *err)
{
    const struct options *o = p->options;
    struct selection selection = selection_of(o);
    selection.entitled = entitled_services(o, p->oneapi);
    const struct serve_config config = {
        .oneapi = p->oneapi,
        .keys = p->keys,
        .spent = p->spent,
        .selection = selection,
        .confirmation_ttl_s = (int)o->confirmation_ttl,
        .ask_person = o->ask_person,
        .dry_run = o->dry_run,
        .report_tokens = o->report_tokens,
        .no_clean = o->no_sanitize,
        .result_bytes = (size_t)o->result_bytes,
        .result_view = view_named(o->result_view),
        .result_encoding = encoding_named(o->result_format),
        .search = strcmp(o->tool_mode, "search") == 0,
        .tracer = p->tracer,
        .right = p->policies ? right_of : NULL,
        .why = why_not,
        .right_ctx = p->policies,
        .log_tool_calls = o->log_tool_calls,
    };
    if (!serve_new(&config, p->mcp, &p->serve, err))
        return false;
    p->tool_count = serve_count(p->serve);
    struct buf CLEANUP(buf_release) warnings = BUF_INIT(64 * 1024);
    serve_warnings(p->serve, &warnings);
    struct str rest = buf_str(&warnings);
    while (rest.n > 0)
        LOG(LOG_WARNING, "selection of tools", F("text", str_cut(&rest, '\n')));
    if (o->no_sanitize)
        LOG(LOG_WARNING, "output sanitization is off: results come as the API wrote them",
            F_C("by", "ZSCALER_MCP_DISABLE_OUTPUT_SANITIZATION"));
    else
        LOG(LOG_INFO, "output sanitization active",
            F_C("removes", "invisible characters, HTML, Markdown tricks"));
    if (o->dry_run)
        LOG(LOG_WARNING, "dry run: nothing is changed", F_C("by", "ZSCALER_MCP_DRY_RUN"));
    return true;
}

static bool open_policy(struct parts *p, struct err *err)
{
    const char *path = p->options->policy_file;
    if (path && !policy_file_open(path, &p->policy_file, err))
        return false;
    p->policies = policy_file_policies(p->policy_file);
    return true;
}

// --- what SIGHUP changes ---

static bool take_policy(void *ctx, const struct options *fresh, struct err *err)
{
    struct parts *p = ctx;
    if (!fresh->policy_file != !p->policies)
        return err_set(err, ERR_CONFIG,
                       "ZSCALER_MCP_POLICY_FILE was set or unset: that takes a restart");
    return !fresh->policy_file || policy_file_take(p->policy_file, fresh->policy_file, err);
}

static bool take_log_level(void *ctx, const struct options *fresh, struct err *err)
{
    (void)ctx;
    (void)err;
    log_set_level(fresh->debug ? LOG_DEBUG : LOG_INFO);
    return true;
}

static bool take_log_tool_calls(void *ctx, const struct options *fresh, struct err *err)
{
    (void)err;
    serve_log_arguments(ctx, fresh->log_tool_calls);
    return true;
}

// Opened anew even if nothing has changed: the file may have been moved away.
static bool take_audit(void *ctx, const struct options *fresh, struct err *err)
{
    (void)ctx;
    struct audit_sinks sinks;
    settings_audit(fresh, &sinks);
    return audit_sinks_open(&sinks, err);
}

static bool open_reload(struct parts *p)
{
    reload_add(p->reload, "log level", take_log_level, NULL);
    reload_add(p->reload, "audit", take_audit, NULL);
    reload_add(p->reload, "policy", take_policy, p);
    reload_add(p->reload, "arguments in the audit", take_log_tool_calls, p->serve);
    return true;
}

bool parts_open(struct parts *p, struct err *err)
{
    p->reload = reload_new(p->options);
    const struct fetch_config config = { .user_agent = "zscaler-mcp/" ZSCALER_MCP_VERSION,
                                         .ca_file = p->options->ca_file };
    bool folder = p->settings->http && !store_needs_no_folder(p->options);
    const char *state_dir = folder ? keys_state_dir(p->options, env_of) : NULL;
    return fetcher_new(&config, &p->fetcher, err) &&
           keys_open(p->options, state_dir, &p->keys, err) &&
           store_option_open(p->options, p->settings, state_dir, &p->spent, err) &&
           traces_open(p->options, p->fetcher, &p->tracer, err) && open_oneapi(p, err) &&
           open_policy(p, err) && open_access(p, err) && open_mcp(p, err) && open_tools(p, err) &&
           open_reload(p);
}

void parts_close(struct parts *p)
{
    mcp_server_free(p->mcp);
    serve_free(p->serve);
    tracer_free(p->tracer);
    limits_free(p->limits);
    access_free(p->access);
    oneapi_free(p->oneapi);
    jwt_judge_free(p->jwt);
    oauth_free(p->oauth);
    idp_free(p->idp);
    policy_file_close(p->policy_file);
    spent_free(p->spent);
    keyring_free(p->keys);
    fetcher_free(p->fetcher);
    reload_free(p->reload);
}
