// SPDX-License-Identifier: MIT
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/auth_token.h"
#include "app/commands.h"
#include "app/doctor.h"
#include "app/keys.h"
#include "app/lifecycle.h"
#include "app/list_tools.h"
#include "app/policy_command.h"
#include "app/revoke.h"
#include "app/secrets.h"
#include "app/serve.h"
#include "app/try.h"
#include "base/log.h"

#define TEXT_MAX (1024 * 1024)

static const char *env_of(const char *name)
{
    return getenv(name); // NOLINT(concurrency-mt-unsafe): before any thread starts
}

static int print(void (*render)(const struct options *, struct buf *), const struct options *o)
{
    struct buf CLEANUP(buf_release) text = BUF_INIT(TEXT_MAX);
    render(o, &text);
    fputs(buf_cstr(&text), stdout);
    return 0;
}

static void help(const struct options *o, struct buf *out)
{
    (void)o;
    options_help(out);
}

static void docs(const struct options *o, struct buf *out)
{
    (void)o;
    options_markdown(out);
}

static void man(const struct options *o, struct buf *out)
{
    (void)o;
    options_man(out);
}

static void completion(const struct options *o, struct buf *out)
{
    options_completion(o->completion, out);
}

static void keygen(const struct options *o, struct buf *out)
{
    (void)o;
    keys_generate(out);
    buf_addc(out, '\n');
}

// Secrets must not end in a core file or in a debugger of the same user.
static void keep_memory_private(void)
{
    const struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void print_lines(FILE *to, const char *prefix, struct buf *lines)
{
    struct str rest = buf_str(lines);
    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        fprintf(to, "%s" STR_FMT "\n", prefix, STR_ARG(line));
    }
}

static void print_problems(struct options *o)
{
    fprintf(stderr, "zscaler-mcp: error: the configuration needs these corrections:\n");
    print_lines(stderr, "  - ", &o->problems);
    print_lines(stderr, "  also: ", &o->warnings); // a misspelling may be the reason
}

static int print_auth_token(struct options *o)
{
    struct buf CLEANUP(buf_wipe) text = BUF_INIT(TEXT_MAX);
    struct err err;
    secrets_load(o);
    if (o->problems.n)
        print_problems(o);
    else if (auth_token_text(o, &text, &err))
        return fputs(buf_cstr(&text), stdout) < 0;
    else
        fprintf(stderr, "zscaler-mcp: error: %s\n", err.text);
    return 1;
}

// False: what is wrong was printed.
static bool decide(struct options *o, struct settings *ret)
{
    secrets_load(o);
    settings_decide(o, env_of, ret);
    if (!o->problems.n)
        return true;
    print_problems(o);
    return false;
}

// False: where audit lines should go cannot be opened, which was said.
static bool set_up_log(const struct options *o, const struct settings *s, int fd)
{
    struct err err;
    log_setup(fd, strcmp(o->log_format, "json") == 0 ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT,
              o->debug ? LOG_DEBUG : LOG_INFO);
    if (audit_sinks_open(&s->audit, &err))
        return true;
    fprintf(stderr, "zscaler-mcp: error: ZSCALER_MCP_AUDIT: %s\n", err.text);
    return false;
}

static int serve(struct options *o)
{
    struct settings settings;
    if (!decide(o, &settings))
        return 2;
    if (!set_up_log(o, &settings, settings.http ? STDOUT_FILENO : STDERR_FILENO))
        return 1;
    struct str warnings = buf_str(&o->warnings);
    while (warnings.n > 0)
        LOG(LOG_WARNING, "configuration", F("text", str_cut(&warnings, '\n')));
    struct str notes = buf_str(&o->notes);
    while (notes.n > 0)
        LOG(LOG_INFO, "configuration", F("text", str_cut(&notes, '\n')));
    return serve_run(o, &settings);
}

static int throw_out(struct options *o)
{
    struct settings settings;
    if (!decide(o, &settings))
        return 2;
    if (!set_up_log(o, &settings, STDERR_FILENO))
        return 1;
    return revoke_run(o, &settings);
}

// As the Python server answers where it is installed, which is where nothing can be generated.
static int no_docs_here(void)
{
    fprintf(stderr, "zscaler-mcp: error: documentation is generated in a source checkout: "
                    "scripts/check-docs [--write]\n");
    return 2;
}

// What only prints and needs no valid configuration.
static bool only_prints(struct options *o, int *ret_code)
{
    if (o->help)
        *ret_code = print(help, o);
    else if (o->version)
        *ret_code = printf("Zscaler MCP Server version %s\n", ZSCALER_MCP_VERSION) < 0;
    else if (o->print_docs)
        *ret_code = print(docs, o);
    else if (o->print_man)
        *ret_code = print(man, o);
    else if (o->completion)
        *ret_code = print(completion, o);
    else if (o->list_tools)
        *ret_code = print(list_tools, o);
    else if (o->print_tools)
        *ret_code = print(tools_docs, o);
    else if (o->generate_docs || o->check_docs)
        *ret_code = no_docs_here();
    else if (o->auth_token)
        *ret_code = print_auth_token(o);
    else if (strcmp(o->command, "keygen") == 0)
        *ret_code = print(keygen, o);
    else
        return false;
    return true;
}

static int dispatch(struct options *o)
{
    int code;
    if (only_prints(o, &code))
        return code;
    if (lifecycle_is_word(o->command))
        return o->misused ? print_problems(o), 2 : lifecycle_run(o);
    if (strcmp(o->command, "try") == 0)
        return try_run(o->words);
    if (strcmp(o->command, "policy") == 0)
        return policy_run(o);
    if (strcmp(o->command, "doctor") == 0)
        return doctor_run(o, env_of);
    if (strcmp(o->command, "serve") == 0)
        return serve(o);
    if (strcmp(o->command, "revoke") == 0)
        return throw_out(o);
    fprintf(stderr, "zscaler-mcp: error: unknown command '%s': expected", o->command);
    for (const struct command *c = commands_table; c->name; c++)
        fprintf(stderr, "%s %s", c == commands_table ? "" : ",", c->name);
    fprintf(stderr, "\n");
    return 2;
}

int main(int argc, char **argv)
{
    keep_memory_private();
    struct options o;
    options_parse(&o, argc, argv, env_of, environ);
    int code = dispatch(&o);
    options_release(&o);
    return code;
}
