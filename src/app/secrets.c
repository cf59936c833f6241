// SPDX-License-Identifier: MIT
#include "app/secrets.h"

#include "platform/secrets.h"

#define WARNINGS_MAX (64 * 1024)

// What may come from a store; nothing else that lies there becomes a setting.
static const char *const variables[] = {
    "ZSCALER_CLIENT_ID",
    "ZSCALER_CLIENT_SECRET",
    "ZSCALER_PRIVATE_KEY",
    "ZSCALER_VANITY_DOMAIN",
    "ZSCALER_CUSTOMER_ID",
    "ZCELL_CUSTOMER_ID",
    "ZSCALER_CLOUD",
    "ZSCALER_MCP_AUTH_API_KEY",
    "ZSCALER_MCP_AUTH_JWKS_URI",
    "ZSCALER_MCP_AUTH_ISSUER",
    "ZSCALER_MCP_AUTH_AUDIENCE",
    "ZSCALER_MCP_SECRET_KEY",
    "ZSCALER_MCP_REQUEST_STATE_KEYS",
    "ZSCALER_MCP_STORE",
    "ZSCALER_MCP_WRITE_ENABLED",
    "ZSCALER_MCP_WRITE_TOOLS",
    "OIDCPROXY_AUTH_CLIENT_SECRET",
    "OIDCPROXY_OPERATOR_KEY",
    NULL,
};

static const char *variable_of(const void *options, const char *name)
{
    return options_variable(options, name);
}

struct taking {
    struct options *o;
    struct buf names;
};

static void take(void *ctx, const char *variable, struct str value)
{
    struct taking *t = ctx;
    if (!str_trim(value).n)
        return;
    options_override(t->o, variable, value);
    buf_addf(&t->names, "%s%s", t->names.n ? ", " : "", variable);
}

// False: none is configured, or it cannot be told which.
static bool choose(struct options *o, struct secrets_from *ret)
{
    *ret = (struct secrets_from){ .variables = variables, .env_of = variable_of, .env_ctx = o };
    int stores = (o->aws_secret != NULL) + o->gcp_secrets + (o->azure_vault != NULL);
    if (stores > 1)
        options_problem(o, "ZSCALER_SECRET_NAME, ZSCALER_MCP_GCP_SECRET_MANAGER and "
                           "ZSCALER_MCP_AZURE_KEY_VAULT are different secret stores: set one of "
                           "them");
    if (stores == 1 && o->gcp_secrets && !o->gcp_project)
        options_problem(o, "GCP_PROJECT_ID is missing: ZSCALER_MCP_GCP_SECRET_MANAGER needs the "
                           "project whose secrets are read");
    ret->store = o->aws_secret ? SECRETS_AWS : o->gcp_secrets ? SECRETS_GCP : SECRETS_AZURE;
    ret->name = o->aws_secret ? o->aws_secret : o->gcp_secrets ? o->gcp_project : o->azure_vault;
    return stores == 1 && ret->name;
}

void secrets_load(struct options *o)
{
    static const char *const stores[] = { [SECRETS_AWS] = "AWS Secrets Manager",
                                          [SECRETS_GCP] = "GCP Secret Manager",
                                          [SECRETS_AZURE] = "Azure Key Vault" };
    const struct fetch_config config = { .user_agent = "zscaler-mcp/" ZSCALER_MCP_VERSION,
                                         .ca_file = o->ca_file };
    CLEANUP(fetcher_free) struct fetcher *fetcher = NULL;
    CLEANUP(buf_release) struct buf warnings = BUF_INIT(WARNINGS_MAX);
    struct secrets_from from;
    struct err err;
    if (!choose(o, &from))
        return;
    struct taking taking = { o, BUF_INIT(WARNINGS_MAX) };
    if (!fetcher_new(&config, &fetcher, &err) ||
        !secrets_read(&from, fetcher, take, &taking, &warnings, &err))
        options_problem(o, "%s", err.text);
    else
        options_note(o, "from %s (%s): %s", stores[from.store], from.name, buf_cstr(&taking.names));
    buf_add(&o->warnings, buf_str(&warnings));
    buf_release(&taking.names);
}
