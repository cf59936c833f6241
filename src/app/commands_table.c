// SPDX-License-Identifier: MIT
#include "app/commands.h"

// clang-format off
const struct command commands_table[] = {
    { "serve", "", "serve MCP (the default)", false },
    { "try", "URL [--tool NAME]", "sign in to a server as an AI client does, and call a tool", true },
    { "doctor", "[--url URL]", "find what is wrong with a deployment, and what mends it", true },
    { "policy", "[WHO …]", "check the policy file; show what somebody would see", true },
    { "status", "", "say whether the server runs, by its PID file", false },
    { "reload", "", "have it read .env and files again (SIGHUP); nobody is interrupted", false },
    { "restart", "", "have it start anew as the same process (SIGUSR2), if its configuration is valid", false },
    { "stop", "", "have it end (SIGTERM) when running calls are done", false },
    { "keygen", "", "print a new ZSCALER_MCP_SECRET_KEY", true },
    { "revoke", "--person NAME", "throw a person out, beside the running server", true },
    { "update", "", "say how to get another version", true },
    { NULL, NULL, NULL, false },
};
// clang-format on

const struct command *command_find(const char *name)
{
    for (const struct command *c = commands_table; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}
