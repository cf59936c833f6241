// SPDX-License-Identifier: MIT
// What is derived from the options table for people: --help and docs/configuration.md.
#include "app/commands.h"
#include "app/options.h"

static void add_usage(struct buf *out)
{
    const char *lead = "usage:";
    for (const struct command *c = commands_table; c->name; c++, lead = "      ") {
        bool serves = c == commands_table;
        char line[64];
        snprintf(line, sizeof(line), "zscaler-mcp %s%s%s", serves ? "[options]" : c->name,
                 *c->words ? " " : "", c->words);
        buf_addf(out, "%s %-37s %s\n", lead, line, c->help);
    }
    buf_adds(out, "\nEvery option can be given by its environment variable; a flag beats it.\n");
}

void options_help(struct buf *out)
{
    const char *group = "";
    add_usage(out);
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
        "All problems are told at once, and the exit code is then 2. `zscaler-mcp reload` is enough for settings marked ⟳; others "
        "need `zscaler-mcp restart` ([lifecycle.md](lifecycle.md)).\n");
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
        buf_addf(out, " | %s%s%s | %s%s |\n", shown ? "`" : "", shown ? opt->fallback : "–",
                 shown ? "`" : "", opt->live ? "⟳ " : "", opt->help);
    }
}
