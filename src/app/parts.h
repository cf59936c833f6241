// SPDX-License-Identifier: MIT
// The parts of a running server, built in the order of the include arrows.
#ifndef APP_PARTS_H
#define APP_PARTS_H

#include <stdatomic.h>

#include "access/access.h"
#include "app/policy_file.h"
#include "app/reload.h"
#include "app/settings.h"
#include "mcp/mcp.h"
#include "oauth/oauth.h"
#include "oneapi/oneapi.h"
#include "policy/policy.h"
#include "serve/serve.h"
#include "store/spent.h"

#define MCP_BODY_MAX (4 * 1024 * 1024) // bytes of a request, as the Python server takes them

struct parts {
    struct options *options;
    const struct settings *settings;
    struct reload *reload;  // what can change while it runs
    const char *executable; // path of this program; NULL: unknown
    const char *pid_file;   // written by this process; NULL: none
    struct fetcher *fetcher;
    struct keyring *keys;
    struct spent_store *spent;
    struct idp *idp;       // NULL without the OIDCProxy
    struct oauth *oauth;   // NULL without the OIDCProxy
    struct jwt_judge *jwt; // NULL but in mode jwt
    struct access *access;
    struct tracer *tracer; // NULL: no traces
    struct limits *limits; // of calls; NULL: none
    struct oneapi *oneapi;
    struct mcp_server *mcp;
    struct serve *serve;
    struct policy_file *policy_file; // NULL: none
    struct policies *policies;       // of it
    size_t tool_count;
    atomic_bool stopping;  // told to stop: no new calls, please
    struct cancel warming; // ends what looks at the identity provider after the start
};

// False with the reason; what was opened until then is closed by parts_close either way.
MUST_USE bool parts_open(struct parts *p, struct err *err);
void parts_close(struct parts *p);
// What the options say of single parts, for who builds only these.
struct oneapi_config parts_oneapi_config(const struct options *o);

#endif
