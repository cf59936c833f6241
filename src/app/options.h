// SPDX-License-Identifier: MIT
// Everything that can be configured, in one table: name, flag, type, default, bounds, help.
// Parsing,
// --help, docs/configuration.md, masking and "did you mean" follow from it. A flag beats the
// environment, which beats a .env file; all problems are collected and told at once.
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum option_type { OPT_TEXT, OPT_URL, OPT_INT, OPT_SWITCH, OPT_LIST, OPT_CHOICE };

struct option {
    const char *env;  // NULL: flag only
    const char *flag; // without "--"; NULL: environment only
    char letter;      // 's' for -s
    enum option_type type;
    size_t offset;        // into struct options
    const char *fallback; // default as text; NULL: none
    int64_t least, most;  // for OPT_INT
    const char *choices;  // "a|b|c" for OPT_CHOICE
    const char *bare;     // of a flag that may stand alone: its value then
    bool secret;          // never shown
    bool hide_fallback;   // the help text tells the default
    bool live;            // SIGHUP is enough for a new value; else it takes a restart
    const char *group;    // heading in --help and docs
    const char *example;  // a valid value
    const char *help;     // one sentence or two
};

#define PORT_UNSET     (-1)
#define FIXED_BY_FLAG  1
#define FIXED_BY_STORE 2 // a secret store

extern const struct option options_table[]; // ends with a NULL group

// Parsed values. Strings live in the arena; unset texts are NULL, unset lists NULL.
struct options {
    struct arena *arena;
    // where values come from
    int argc;
    char *const *argv;
    const char *(*env_of)(const char *name);
    char *const *environ_names;
    struct dotenv *strong, *weak; // an explicit file beats the environment, ./.env does not
    const char *dotenv_used;      // the path of the one that was read, absolute; NULL: none
    unsigned char *fixed;         // by row: which of FIXED_… has set it; 0: neither

    struct buf problems; // a line each; empty: all is well
    bool misused;        // the command line has some of them
    struct buf warnings;
    struct buf notes; // what is right and worth a line in the log

    const char **audit;
    const char *otlp_endpoint, *otlp_traces_endpoint, *otlp_protocol, *otel_service, *otel_sampler,
        *otel_ratio;
    const char **otlp_headers;
    bool otel_disabled;
    const char *metrics;
    const char *tool_mode, *result_view, *result_format;
    const char *policy_file;
    const char *transport, *host, *state_dir, *store, *pid_file, *dotenv_path, *log_format,
        *ca_file;
    int64_t call_limit, port, workers, queue, max_connections, request_timeout_s;
    const char *token_encoding;
    bool no_entitlement_filter;
    const char *completion;
    bool print_man, generate_docs, check_docs, stateless_http;
    bool debug, log_tool_calls, report_tokens, no_sanitize, help, version, list_tools, print_docs,
        print_tools;

    const char **services, **disabled_services, **toolsets, **disabled_toolsets, **write_tools,
        **disabled_tools;
    bool enable_write_tools;
    bool ask_person, dry_run;
    int64_t confirmation_ttl, result_bytes;

    const char *zscaler_client_id, *zscaler_client_secret, *zscaler_private_key,
        *zscaler_vanity_domain;
    const char *zscaler_customer_id, *zcell_customer_id, *zscaler_cloud, *zpa_microtenant_id,
        *zscaler_partner_id;
    const char *oneapi_url, *user_agent_comment;

    const char *auth_enabled, *auth_mode, *api_key;
    const char *jwt_jwks_uri, *jwt_issuer, *jwt_audience;
    const char *chart_jwt_issuer, *chart_jwt_audience; // as the Python server's Helm chart has them
    const char **jwt_algorithms, **jwt_required_scopes, **callers_allowed;
    bool trust_platform;
    const char *auth_token; // --generate-auth-token: basic or bearer
    bool allow_http, disable_host_validation;
    const char **allowed_hosts, **allowed_origins, **allowed_source_ips, **trusted_proxies;
    const char *tls_ca_certs, *tls_certfile, *tls_keyfile, *tls_key_password;
    const char **secret_keys;
    const char *request_state_keys; // as the Python server names and writes them
    const char *aws_secret, *gcp_project, *azure_vault; // where secrets are read from
    bool gcp_secrets;

    const char *idp_issuer, *idp_authorization_endpoint, *idp_token_endpoint, *idp_jwks_uri,
        *idp_audience, *idp_scopes;
    const char *idp_client_id, *idp_client_secret, *idp_config_url, *base_url;
    const char *idp_device_endpoint, *sign_in;
    bool device_code;
    const char *idp_client_certificate, *idp_client_key, *idp_client_key_id;
    const char *idp_client_assertion, *federated_token_file; // and what Azure's platforms set
    const char *identity_endpoint, *identity_header, *metadata_host;
    const char *idp_provider, *authorize_parameters;
    const char *old_client_id, *old_client_secret; // 0.15's names
    const char **old_audiences, **required_scopes, **allowed_tenants, **allowed_clients,
        **allowed_users, **allowed_groups, **endpoint_hosts;
    bool accept_id_tokens;
    const char **redirect_hosts, **redirect_schemes;
    const char *client_documents, *clients, *registration;
    const char **client_document_hosts;
    int64_t access_ttl, refresh_ttl, refresh_grace, consent_ttl, rate_limit;
    bool client_device_code;
    const char *operator_key, *idp_revocation_endpoint;
    const char **machine_clients;

    const char *command; // "serve" (default), "try", …: the first bare word
    const char **words;  // the bare words after it
};

// Reads argv, the environment and .env files. env_of: getenv, or a test's; environ_names: the names
// that are set, for "did you mean" (NULL-terminated "NAME=value" as environ). Never exits; problems
// are in ret->problems.
void options_parse(struct options *ret, int argc, char *const *argv,
                   const char *(*env_of)(const char *), char *const *environ_names);
// A variable of this server or of the platform, as the environment or a .env file has it; NULL:
// unset.
const char *options_variable(const struct options *o, const char *name);
// A variable of the table gets this value, unless a flag gave one.
void options_override(struct options *o, const char *variable, struct str value);
// Where the value of a row comes from, in words: "flag", "environment", "file /etc/x.env",
// "default", …
const char *options_source(const struct options *o, const struct option *opt);
// The value as text, secrets blanked; in the arena. Empty: unset.
struct str options_shown(const struct options *o, const struct option *opt);
// Takes the value that another has of this row, strings included as long as that one lives.
void options_take(struct options *o, const struct options *from, const struct option *opt);
bool options_same(const struct options *a, const struct options *b, const struct option *opt);
// The entries of a comma-separated list, NULL-terminated, in the arena; NULL: there is none.
const char **options_list(struct options *o, struct str value);
void options_release(struct options *o);

void options_help(struct buf *out);                          // --help
void options_markdown(struct buf *out);                      // docs/configuration.md
void options_man(struct buf *out);                           // zscaler-mcp(1), in man macros
void options_completion(const char *shell, struct buf *out); // "bash", "zsh", "fish"
// Adds a line to problems, warnings or notes.
void options_problem(struct options *o, const char *fmt, ...) PRINTF(2, 3);
void options_warning(struct options *o, const char *fmt, ...) PRINTF(2, 3);
void options_note(struct options *o, const char *fmt, ...) PRINTF(2, 3);

#endif
