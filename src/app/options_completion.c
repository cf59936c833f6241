// SPDX-License-Identifier: MIT
// Completion of the command line for bash, zsh and fish, from the tables.
#include "app/commands.h"
#include "app/options.h"
#include "tools/tools.h"

// What may stand behind a flag, with blanks between; empty: anything, which may be a file.
static void add_values(struct buf *out, const struct option *opt)
{
    for (const char *c = opt->choices ? opt->choices : ""; *c; c++)
        buf_addc(out, *c == '|' ? ' ' : *c);
    if (opt->flag && str_ends(str_c(opt->flag), STR("services")))
        for (const struct service *s = tools_services; s->name; s++)
            buf_addf(out, "%s%s", s == tools_services ? "" : " ", s->name);
}

static struct str values_of(const struct option *opt, struct buf *room)
{
    buf_reset(room);
    add_values(room, opt);
    return buf_str(room);
}

// --- bash ---

static void bash(struct buf *out)
{
    CLEANUP(buf_release) struct buf room = BUF_INIT(4096);
    buf_adds(out, "# bash completion of zscaler-mcp\n_zscaler_mcp() {\n    local cur prev\n"
                  "    cur=${COMP_WORDS[COMP_CWORD]}\n    prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                  "    COMPREPLY=()\n    case $prev in\n");
    for (const struct option *opt = options_table; opt->group; opt++) {
        if (!opt->flag || opt->type == OPT_SWITCH)
            continue;
        struct str values = values_of(opt, &room);
        buf_addf(out, "        --%s", opt->flag);
        if (opt->letter)
            buf_addf(out, " | -%c", opt->letter);
        if (values.n)
            buf_addf(out, ") COMPREPLY=($(compgen -W '" STR_FMT "' -- \"$cur\")); return ;;\n",
                     STR_ARG(values));
        else
            buf_adds(out, ") COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n");
    }
    buf_adds(out, "    esac\n    COMPREPLY=($(compgen -W '");
    for (const struct command *c = commands_table; c->name; c++)
        buf_addf(out, "%s ", c->name);
    for (const struct option *opt = options_table; opt->group; opt++)
        if (opt->flag)
            buf_addf(out, "--%s ", opt->flag);
    buf_adds(out, "' -- \"$cur\"))\n}\ncomplete -o filenames -F _zscaler_mcp zscaler-mcp\n");
}

// --- zsh and fish ---

// The first sentence, without what the shells would read.
static void add_help(struct buf *out, const char *help)
{
    for (const char *p = help; *p && *p != '\n'; p++) {
        if (p[0] == '.' && (p[1] == ' ' || p[1] == '\0'))
            return;
        if (!strchr("'\"[]:\\$`", *p))
            buf_addc(out, *p);
        else
            buf_addc(out, ' ');
    }
}

static void zsh_option(struct buf *out, const struct option *opt, struct buf *room)
{
    struct str values = values_of(opt, room);
    buf_addf(out, "    '--%s%s[", opt->flag, opt->type == OPT_SWITCH ? "" : "=");
    add_help(out, opt->help);
    buf_addc(out, ']');
    if (opt->type != OPT_SWITCH && values.n)
        buf_addf(out, ":value:(" STR_FMT ")", STR_ARG(values));
    else if (opt->type != OPT_SWITCH)
        buf_adds(out, ":value:_files");
    buf_adds(out, "' \\\n");
}

static void zsh(struct buf *out)
{
    CLEANUP(buf_release) struct buf room = BUF_INIT(4096);
    buf_adds(out, "#compdef zscaler-mcp\n# zsh completion of zscaler-mcp\n_arguments \\\n");
    for (const struct option *opt = options_table; opt->group; opt++)
        if (opt->flag)
            zsh_option(out, opt, &room);
    buf_adds(out, "    '1:command:((");
    for (const struct command *c = commands_table; c->name; c++) {
        buf_addf(out, "%s%s\\:\"", c == commands_table ? "" : " ", c->name);
        add_help(out, c->help);
        buf_addc(out, '"');
    }
    buf_adds(out, "))' \\\n    '*:word:_files'\n");
}

static void fish(struct buf *out)
{
    CLEANUP(buf_release) struct buf room = BUF_INIT(4096);
    buf_adds(out, "# fish completion of zscaler-mcp\n");
    for (const struct command *c = commands_table; c->name; c++) {
        buf_addf(out, "complete -c zscaler-mcp -n __fish_use_subcommand -f -a %s -d '", c->name);
        add_help(out, c->help);
        buf_adds(out, "'\n");
    }
    for (const struct option *opt = options_table; opt->group; opt++) {
        if (!opt->flag)
            continue;
        struct str values = values_of(opt, &room);
        buf_addf(out, "complete -c zscaler-mcp -l %s", opt->flag);
        if (opt->letter)
            buf_addf(out, " -s %c", opt->letter);
        if (opt->type != OPT_SWITCH && values.n)
            buf_addf(out, " -x -a '" STR_FMT "'", STR_ARG(values));
        else if (opt->type != OPT_SWITCH)
            buf_adds(out, " -r");
        buf_adds(out, " -d '");
        add_help(out, opt->help);
        buf_adds(out, "'\n");
    }
}

void options_completion(const char *shell, struct buf *out)
{
    if (strcmp(shell, "bash") == 0)
        bash(out);
    else if (strcmp(shell, "zsh") == 0)
        zsh(out);
    else
        fish(out);
}
