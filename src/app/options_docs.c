// SPDX-License-Identifier: MIT
// What is derived from the options table for people: --help and docs/configuration.md.
#include "app/options.h"

static const char *const intro =
    "usage: zscaler-mcp [options]                 serve MCP (the default)\n"
    "       zscaler-mcp try URL [--tool NAME]     sign in to a server as an AI client does, and call a tool\n"
    "       zscaler-mcp doctor [--url URL]        find what is wrong with a deployment, and what mends it\n"
    "       zscaler-mcp keygen                    print a new ZSCALER_MCP_SECRET_KEY\n"
    "       zscaler-mcp revoke --person NAME      throw a person out, beside the running server\n"
    "\n"
    "Every option can be given by its environment variable; a flag beats it.\n";

void options_help(struct buf *out)
{
    const char *group = "";
    buf_adds(out, intro);
    for (const struct option *opt = options_table; opt->group; opt++) {
        if (strcmp(group, opt->group) != 0) {
            group = opt->group;
            buf_addf(out, "\n%s\n", group);
        }
        if (opt->flag)
            buf_addf(out, "  --%s", opt->flag);
        if (opt->letter)
            buf_addf(out, ", -%c", opt->letter);
        buf_addf(out, "%s%s\n      %s",
                 opt->flag && opt->env ? "  "
                 : opt->flag           ? ""
                                       : "  ",
                 opt->env ? opt->env : "", opt->help);
        if (opt->fallback && !opt->hide_fallback)
            buf_addf(out, " Default: %s.", opt->fallback);
        buf_addc(out, '\n');
    }
}

static void markdown_value(struct buf *out, const struct option *opt)
{
    switch (opt->type) {
    case OPT_INT:
        buf_addf(out, "%lld … %lld", (long long)(opt->least < 0 ? 0 : opt->least),
                 (long long)opt->most);
        return;
    case OPT_SWITCH:
        buf_adds(out, "true, false");
        return;
    case OPT_LIST:
        buf_adds(out, opt->secret ? "secrets, comma-separated" : "comma-separated list");
        return;
    case OPT_CHOICE:
        for (const char *c = opt->choices; *c; c++)
            buf_adds(out, *c == '|' ? ", " : (char[]){ *c, 0 });
        return;
    case OPT_URL:
        buf_adds(out, "URL");
        return;
    case OPT_TEXT:
        buf_adds(out, opt->secret ? "secret" : "text");
        return;
    }
}

void options_markdown(struct buf *out)
{
    const char *group = "";
    buf_adds(
        out,
        "# Configuration\n\n"
        "Generated from the table in `src/app/options_table.c` by `zscaler-mcp --print-configuration-docs`.\n"
        "A flag beats the environment; the environment beats `./.env`; a file named by `ZSCALER_MCP_DOTENV_PATH` beats "
        "the environment.\n`NAME_FILE` names a file that holds a secret instead, for every variable whose value is a secret below.\n"
        "All problems are told at once, and the exit code is then 2.\n");
    for (const struct option *opt = options_table; opt->group; opt++) {
        if (strcmp(group, opt->group) != 0) {
            group = opt->group;
            buf_addf(
                out,
                "\n## %s\n\n| Variable | Flag | Value | Default | What it does |\n| --- | --- | --- | --- | --- |\n",
                group);
        }
        buf_addf(out, "| %s%s%s | %s%s%s | ", opt->env ? "`" : "", opt->env ? opt->env : "–",
                 opt->env ? "`" : "", opt->flag ? "`--" : "", opt->flag ? opt->flag : "–",
                 opt->flag ? "`" : "");
        markdown_value(out, opt);
        bool shown = opt->fallback && !opt->hide_fallback;
        buf_addf(out, " | %s%s%s | %s |\n", shown ? "`" : "", shown ? opt->fallback : "–",
                 shown ? "`" : "", opt->help);
    }
}
