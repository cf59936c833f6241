// SPDX-License-Identifier: MIT
// Names that look like this server's and are none: a misspelt limit must not be no limit, so they
// are refused, with the one that was probably meant. What versions before us knew is told apart.
#include "app/options_int.h"

#include "base/nearest.h"

#define SUFFIX "_FILE"

// --- what once was ---

static const struct {
    const char *name;
    bool matters; // the server must not start as if it were not there
    const char *instead;
} former[] = {
    { "ZSCALER_MCP_SKIP_CONFIRMATIONS", false, "deletes are always confirmed (docs/writes.md)" },
    { "ZSCALER_MCP_CONFIRMATION_SECRET", false, "set ZSCALER_MCP_SECRET_KEY for all replicas" },
    { "ZSCALER_MCP_ELICITATION_SECRET", false, "set ZSCALER_MCP_SECRET_KEY for all replicas" },
    { "ZSCALER_MCP_NATIVE_ELICITATION", false,
      "clients that can ask their person are always asked (docs/writes.md)" },
    { "ZSCALER_MCP_STATELESS_HTTP", false,
      "any replica serves every client: sessions of older ones are sealed into their ids" },
    { "ZSCALER_MCP_TOOL_LIST_CACHE", false, "the list of tools is rendered once in any case" },
    { "ZSCALER_MCP_TOOL_LIST_TTL_MS", false, "clients may keep the list of tools for 300,000 ms" },
    { "ZSCALER_MCP_DEBUG_MODE", false, "set ZSCALER_MCP_DEBUG" },
    { "ZSCALER_MCP_IMAGE_URI", false, "it is for the deployment's script" },
    { "ZSCALER_MCP_ENABLED_SERVICES", true, "set ZSCALER_MCP_SERVICES" },
    { "ZSCALER_MCP_TOOLS", true,
      "set ZSCALER_MCP_TOOLSETS, ZSCALER_MCP_DISABLED_TOOLS or ZSCALER_MCP_WRITE_TOOLS" },
    { "ZSCALER_MCP_ENABLED_TOOLS", true,
      "set ZSCALER_MCP_TOOLSETS, ZSCALER_MCP_DISABLED_TOOLS or ZSCALER_MCP_WRITE_TOOLS" },
    { "ZSCALER_MCP_AUTH_JWT_DISCOVERY_URL", true,
      "set ZSCALER_MCP_AUTH_JWKS_URI and ZSCALER_MCP_AUTH_ISSUER to what stands there" },
    { "OIDCPROXY_DOMAIN", true,
      "set OIDCPROXY_CONFIG_URL=https://<domain>/.well-known/openid-configuration" },
    { "OIDCPROXY_ISSUER", true, "set OIDCPROXY_AUTH_ISSUER" },
};

static bool is_former(struct options *o, struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(former); i++) {
        if (!str_is(name, former[i].name))
            continue;
        if (former[i].matters)
            options_problem(o, "%s is no longer a variable of this server: %s", former[i].name,
                            former[i].instead);
        else
            options_warning(o, "%s has no effect: %s", former[i].name, former[i].instead);
        return true;
    }
    return false;
}

// --- what is somebody else's ---

// "_8000_TCP", "_8000_TCP_ADDR" behind "…_PORT"
static bool is_port_of_link(struct str rest)
{
    size_t i = 1;
    while (i < rest.n && rest.p[i] >= '0' && rest.p[i] <= '9')
        i++;
    struct str tail = str_slice(rest, i, rest.n);
    return i > 1 && (str_starts(tail, STR("_TCP")) || str_starts(tail, STR("_UDP")));
}

// Kubernetes tells every container of the services beside it, and Docker of linked containers, by
// variables that begin with their names, such as zscaler-mcp:
// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
bool options_is_service_link(struct str name, struct str value)
{
    ptrdiff_t port = str_find(name, STR("_PORT_"));
    return str_ends(name, STR("_SERVICE_HOST")) || str_ends(name, STR("_SERVICE_PORT")) ||
           str_find(name, STR("_SERVICE_PORT_")) >= 0 ||
           (port >= 0 && is_port_of_link(str_slice(name, (size_t)port + 5, name.n))) ||
           (str_ends(name, STR("_PORT")) &&
            (str_starts(value, STR("tcp://")) || str_starts(value, STR("udp://"))));
}

// --- judging ---

static bool is_known(struct str name)
{
    struct str from_file =
        str_ends(name, STR(SUFFIX)) ? str_slice(name, 0, name.n - strlen(SUFFIX)) : STR_NONE;
    for (const struct option *opt = options_table; opt->group; opt++)
        if (opt->env && ((opt->secret && str_is(from_file, opt->env)) || str_is(name, opt->env)))
            return true;
    return false;
}

void options_judge_name(struct options *o, struct str name, struct str value, const char *where)
{
    bool ours = str_starts(name, STR("OIDCPROXY_")) || str_starts(name, STR("ZSCALER_MCP_"));
    if (!ours || is_known(name) || options_is_service_link(name, value) || is_former(o, name))
        return;
    struct nearest nearest = { .given = name };
    for (const struct option *opt = options_table; opt->group; opt++)
        if (opt->env)
            nearest_offer(&nearest, opt->env);
    const char *meant = nearest_found(&nearest);
    if (meant)
        options_problem(o, STR_FMT "%s is not a variable of this server: did you mean %s?",
                        STR_ARG(name), where, meant);
    else
        options_problem(o,
                        STR_FMT "%s is not a variable of this server: unset it "
                                "(docs/configuration.md lists all)",
                        STR_ARG(name), where);
}
