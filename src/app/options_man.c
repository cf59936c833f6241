// SPDX-License-Identifier: MIT
// The manual page, from the tables: zscaler-mcp(1), in the man macros that mandoc and groff render.
#include "app/commands.h"
#include "app/options.h"

#define WRITTEN "2026-11-26"

// Text as roff takes it: no line begins with a macro, nothing is an escape.
static void add_text(struct buf *out, const char *text)
{
    bool line_begins = true;
    for (const char *p = text; *p; p++) {
        if (line_begins && (*p == '.' || *p == '\''))
            buf_adds(out, "\\&");
        if (*p == '\\')
            buf_adds(out, "\\e");
        else if (*p == '-')
            buf_adds(out, "\\-");
        else
            buf_addc(out, *p);
        line_begins = *p == '\n';
    }
}

static void add_bold(struct buf *out, const char *prefix, const char *text)
{
    buf_adds(out, "\\fB");
    add_text(out, prefix);
    add_text(out, text);
    buf_adds(out, "\\fR");
}

static void add_commands(struct buf *out)
{
    buf_adds(out, ".SH COMMANDS\n");
    for (const struct command *c = commands_table; c->name; c++) {
        buf_adds(out, ".TP\n");
        add_bold(out, "", c->name);
        if (*c->words)
            buf_addc(out, ' ');
        add_text(out, c->words);
        buf_addc(out, '\n');
        add_text(out, c->help);
        buf_adds(out, ".\n");
    }
}

static void add_names(struct buf *out, const struct option *opt)
{
    if (opt->letter)
        add_bold(out, "-", (const char[]){ opt->letter, '\0' });
    if (opt->flag) {
        buf_adds(out, opt->letter ? ", " : "");
        add_bold(out, "--", opt->flag);
        if (opt->type != OPT_SWITCH)
            buf_adds(out, " \\fIvalue\\fR");
    }
    if (opt->env) {
        buf_adds(out, opt->flag ? " (" : "");
        add_bold(out, "", opt->env);
        buf_adds(out, opt->flag ? ")" : "");
    }
    buf_addc(out, '\n');
}

static void add_option(struct buf *out, const struct option *opt)
{
    buf_adds(out, ".TP\n");
    add_names(out, opt);
    add_text(out, opt->help);
    if (opt->choices) {
        buf_adds(out, " One of ");
        add_text(out, opt->choices);
        buf_addc(out, '.');
    }
    if (opt->fallback && !opt->hide_fallback) {
        buf_adds(out, " Default: ");
        add_text(out, opt->fallback);
        buf_addc(out, '.');
    }
    if (opt->live)
        buf_adds(out, " A reload is enough for a new value.");
    buf_addc(out, '\n');
}

static void add_options(struct buf *out)
{
    const char *group = "";
    buf_adds(out,
             ".SH OPTIONS\nEvery option can be given by its environment variable; a flag beats "
             "it. The environment beats ./.env; a file named by ZSCALER_MCP_DOTENV_PATH beats "
             "the environment. A secret may stand in a file that NAME_FILE names.\n");
    for (const struct option *opt = options_table; opt->group; opt++) {
        if (strcmp(group, opt->group) != 0) {
            group = opt->group;
            buf_addf(out, ".SS %s\n", group);
        }
        add_option(out, opt);
    }
}

void options_man(struct buf *out)
{
    buf_adds(out,
             ".TH ZSCALER\\-MCP 1 \"" WRITTEN "\" \"zscaler\\-mcp " ZSCALER_MCP_VERSION
             "\" \"User Commands\"\n"
             ".SH NAME\nzscaler\\-mcp \\- the Zscaler Zero Trust Exchange as an MCP server\n"
             ".SH SYNOPSIS\n.B zscaler\\-mcp\n[\\fIoptions\\fR] [\\fIcommand\\fR]\n"
             ".SH DESCRIPTION\nServes the tools of Zscaler to AI clients over the Model Context "
             "Protocol: on standard input and output, or over HTTP, where people sign in with "
             "their identity provider.\n");
    add_commands(out);
    add_options(out);
    buf_adds(
        out,
        ".SH SIGNALS\n.TP\nSIGHUP\nReads .env and files again.\n.TP\nSIGUSR2\nStarts anew as "
        "the same process, if the configuration is valid.\n.TP\nSIGTERM, SIGINT\nTakes no more "
        "calls, lets running ones finish for 10 seconds, ends with 0.\n"
        ".SH EXIT STATUS\n0: a clean end. 1: it could not start, or a command failed. 2: wrong "
        "usage or configuration, with all problems on standard error.\n"
        ".SH FILES\n.TP\n\\&./.env\nVariables, where the environment has none.\n.TP\n"
        "~/.local/state/zscaler\\-mcp\nThe generated key and the record of spent codes "
        "(ZSCALER_MCP_STATE_DIR).\n");
}
