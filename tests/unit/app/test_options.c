// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/options.h"

static const char *const *env_now;

static const char *env_of(const char *name)
{
    size_t n = strlen(name);
    for (const char *const *e = env_now; e && *e; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
            return *e + n + 1;
    return NULL;
}

// argv and environment as NULL-terminated lists
static void parse(struct options *o, const char *const *argv, const char *const *env)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    env_now = env;
    options_parse(o, argc, (char *const *)argv, env_of, (char *const *)env);
}

#define ARGS(...) ((const char *const[]){ "zscaler-mcp", __VA_ARGS__, NULL })
#define NO_ARGS   ((const char *const[]){ "zscaler-mcp", NULL })
#define ENV(...)  ((const char *const[]){ __VA_ARGS__, NULL })

static const struct {
    const char *const *argv, *const *env;
    const char *expected; // in problems
} wrong[] = {
    { ARGS("--bogus"), NULL, "unrecognized argument: --bogus" },
    { ARGS("-x"), NULL, "unrecognized argument: -x" },
    { ARGS("--port", "abc"), NULL,
      "ZSCALER_MCP_PORT: 'abc' is not valid: expected a whole number" },
    { ARGS("--port=70000"), NULL, "'70000'" },
    { ARGS("--port"), NULL, "argument --port: expected one value" },
    { ARGS("--transport", "foo"), NULL, "expected stdio|streamable-http|sse" },
    { ARGS("--disabled-tool", "x"), NULL, "could match --disabled-toolsets, --disabled-tools" },
    { ARGS("--disabled-s", "x"), NULL, NULL }, // an unambiguous prefix
    { ARGS("--disabled-t", "x"), NULL, "ambiguous option: --disabled-t" },
    { NO_ARGS, ENV("ZSCALER_MCP_PORT=-5"), "ZSCALER_MCP_PORT: '-5'" },
    { NO_ARGS, ENV("ZSCALER_MCP_ALLOW_HTTP=maybe"), "expected true or false" },
    { NO_ARGS, ENV("OIDCPROXY_AUTH_ISSUER=https://login.microsoftonline.com/<TENANT_ID>/v2.0"),
      "placeholder" },
    { NO_ARGS, ENV("OIDCPROXY_AUTH_JWKS_URI=keys"), "an absolute URL, for example https://login" },
    { NO_ARGS, ENV("OIDCPROXY_ACCESS_TOKEN_TTL=5"), "from 600 to 86400" },
};

static void tells_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct options o;
        parse(&o, wrong[i].argv, wrong[i].env);
        const char *problems = buf_cstr(&o.problems);
        if (wrong[i].expected ? !strstr(problems, wrong[i].expected) : *problems != 0)
            fail_msg("row %zu: %s", i, problems);
        options_release(&o);
    }
}

static void tells_all_problems_at_once(void **state)
{
    (void)state;
    struct options o;
    parse(&o, ARGS("--port", "x", "--nonsense"),
          ENV("OIDCPROXY_AUTH_ISSUER=nope", "ZSCALER_MCP_WORKERS=0"));
    for (const char *const *word =
             ENV("ZSCALER_MCP_PORT", "--nonsense", "OIDCPROXY_AUTH_ISSUER", "ZSCALER_MCP_WORKERS");
         *word; word++)
        assert_non_null(strstr(buf_cstr(&o.problems), *word));
    options_release(&o);
}

static void never_prints_a_secret(void **state)
{
    (void)state;
    for (const struct option *opt = options_table; opt->group; opt++)
        if (opt->secret)
            assert_true(opt->type == OPT_TEXT ||
                        opt->type == OPT_LIST); // no type whose refusal shows the value
}

static void flag_beats_environment(void **state)
{
    (void)state;
    struct options o;
    parse(&o, ARGS("--port", "81", "-s", "zia, zpa,,", "--enable-write-tools"),
          ENV("ZSCALER_MCP_PORT=82", "ZSCALER_MCP_SERVICES=zdx"));
    assert_int_equal(o.problems.n, 0);
    assert_int_equal(o.port, 81);
    assert_string_equal(o.services[0], "zia");
    assert_string_equal(o.services[1], "zpa");
    assert_null(o.services[2]);
    assert_true(o.enable_write_tools);
    options_release(&o);
}

static void defaults_hold(void **state)
{
    (void)state;
    struct options o;
    parse(&o, NO_ARGS, ENV("ZSCALER_MCP_SERVICES=", "HOME=/nowhere"));
    assert_string_equal(o.command, "serve");
    assert_int_equal(o.port, PORT_UNSET);
    assert_null(o.services);
    assert_null(o.transport);
    assert_null(o.idp_scopes); // the provider's
    assert_int_equal(o.confirmation_ttl, 300);
    options_release(&o);
}

static const char *write_file(const char *name, const char *text);

static void assert_says(struct buf *lines, const char *text)
{
    if (!strstr(buf_cstr(lines), text))
        fail_msg("'%s' is not in:\n%s", text, buf_cstr(lines));
}

static void unknown_names_are_refused(void **state)
{
    (void)state;
    struct options o;
    char path[160];
    snprintf(path, sizeof(path), "ZSCALER_MCP_DOTENV_PATH=%s",
             write_file("env", "ZSCALER_MCP_SERVICE=zia\nOTHER=1\n"));
    parse(&o, ARGS("--disabled-tolsets=x", "--frob"),
          ENV("OIDCPROXY_AUTH_ISUER=https://x.example", "ZSCALER_MCP_FROBNICATE=1", "OTHER_THING=1",
              path));
    assert_says(&o.problems, "OIDCPROXY_AUTH_ISUER is not a variable of this server: did you mean "
                             "OIDCPROXY_AUTH_ISSUER?");
    assert_says(&o.problems, "ZSCALER_MCP_FROBNICATE is not a variable of this server: unset it");
    assert_says(&o.problems, "ZSCALER_MCP_SERVICE (in .env) is not a variable of this server: did "
                             "you mean ZSCALER_MCP_SERVICES?");
    assert_says(&o.problems, "--disabled-tolsets (did you mean --disabled-toolsets?)");
    assert_says(&o.problems, "--frob (zscaler-mcp --help lists all)");
    assert_null(strstr(buf_cstr(&o.problems), "OTHER"));
    options_release(&o);
}

static void former_names_are_told_apart(void **state)
{
    (void)state;
    struct options o;
    parse(&o, ARGS("--stateless-http"),
          ENV("ZSCALER_MCP_SKIP_CONFIRMATIONS=true", "ZSCALER_MCP_TOKEN_ENCODING=cl100k_base"));
    assert_string_equal(buf_cstr(&o.problems), "");
    assert_says(&o.warnings, "ZSCALER_MCP_SKIP_CONFIRMATIONS has no effect: deletes are always");
    options_release(&o);
    parse(&o, NO_ARGS, ENV("ZSCALER_MCP_ENABLED_SERVICES=zia", "OIDCPROXY_DOMAIN=x.example"));
    assert_says(&o.problems, "ZSCALER_MCP_ENABLED_SERVICES is no longer a variable of this "
                             "server: set ZSCALER_MCP_SERVICES");
    assert_says(&o.problems, "OIDCPROXY_CONFIG_URL=https://<domain>/.well-known/");
    options_release(&o);
}

static void what_kubernetes_tells_of_a_service_is_not_ours(void **state)
{
    (void)state;
    struct options o;
    parse(&o, NO_ARGS,
          ENV("ZSCALER_MCP_PORT=tcp://10.96.7.9:8000", "ZSCALER_MCP_SERVICE_HOST=10.96.7.9",
              "ZSCALER_MCP_SERVICE_PORT=8000", "ZSCALER_MCP_SERVICE_PORT_HTTP=8000",
              "ZSCALER_MCP_PORT_8000_TCP=tcp://10.96.7.9:8000",
              "ZSCALER_MCP_PORT_8000_TCP_PROTO=tcp", "ZSCALER_MCP_PORT_8000_TCP_ADDR=10.96.7.9",
              "ZSCALER_MCP_SERVER_PORT=tcp://10.96.7.9:8000",
              "ZSCALER_MCP_SERVER_SERVICE_HOST=10.96.7.9"));
    assert_string_equal(buf_cstr(&o.problems), "");
    assert_int_equal(o.port, PORT_UNSET);
    options_release(&o);
    parse(&o, NO_ARGS, ENV("ZSCALER_MCP_PORT_=1", "ZSCALER_MCP_PORT_X_TCP=1"));
    assert_says(&o.problems, "ZSCALER_MCP_PORT_ is not");
    assert_says(&o.problems, "ZSCALER_MCP_PORT_X_TCP is not");
    options_release(&o);
}

static const char *write_file(const char *name, const char *text)
{
    static char path[128];
    snprintf(path, sizeof(path), "/tmp/test_options.%d.%s", getpid(), name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
    return path;
}

static void secrets_come_from_files_too(void **state)
{
    (void)state;
    char api_key[160], secret[160];
    struct options o;
    snprintf(api_key, sizeof(api_key), "ZSCALER_MCP_AUTH_API_KEY_FILE=%s",
             write_file("key", "tell nobody\n"));
    snprintf(secret, sizeof(secret), "ZSCALER_MCP_SECRET_KEY_FILE=%s",
             write_file("list", "first key, second key\n"));
    parse(&o, NO_ARGS, ENV(api_key, secret, "ZSCALER_MCP_HOST_FILE=/x"));
    assert_string_equal(o.api_key, "tell nobody");
    assert_string_equal(o.secret_keys[0], "first key");
    assert_string_equal(o.secret_keys[1], "second key");
    // Only secrets may.
    assert_says(&o.problems, "ZSCALER_MCP_HOST_FILE is not a variable");
    assert_null(strstr(buf_cstr(&o.problems), "API_KEY"));
    options_release(&o);

    snprintf(api_key, sizeof(api_key), "ZSCALER_MCP_AUTH_API_KEY_FILE=%s",
             write_file("key", " \n"));
    parse(&o, NO_ARGS,
          ENV(api_key, "ZSCALER_CLIENT_SECRET=abc", "ZSCALER_CLIENT_SECRET_FILE=/nowhere/at/all"));
    for (const char *const *words =
             ENV("ZSCALER_MCP_AUTH_API_KEY_FILE: ", "is empty",
                 "ZSCALER_CLIENT_SECRET and ZSCALER_CLIENT_SECRET_FILE are both set",
                 "ZSCALER_CLIENT_SECRET_FILE: ", "/nowhere/at/all");
         *words; words++)
        assert_non_null(strstr(buf_cstr(&o.problems), *words));
    options_release(&o);
    unlink(write_file("key", ""));
    unlink(write_file("list", ""));
}

// The file of this name, with a mode, in a variable of its own.
static const char *in_mode(unsigned mode)
{
    static char variable[180];
    const char *path = write_file("mode", "a secret of thirty-two characters\n");
    assert_int_equal(chmod(path, mode), 0);
    snprintf(variable, sizeof(variable), "ZSCALER_MCP_AUTH_API_KEY_FILE=%s", path);
    return variable;
}

static void files_with_secrets_are_their_owners(void **state)
{
    (void)state;
    const struct {
        unsigned mode;
        const char *problem, *warning;
    } rows[] = { { 0600, NULL, NULL },
                 { 0640, NULL, NULL },
                 { 0644, NULL, "everybody on this machine may read" },
                 { 0666, "everybody may write", NULL } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct options o;
        parse(&o, NO_ARGS, ENV(in_mode(rows[i].mode)));
        if (rows[i].problem)
            assert_says(&o.problems, rows[i].problem);
        else
            assert_string_equal(buf_cstr(&o.problems), "");
        if (rows[i].warning)
            assert_says(&o.warnings, rows[i].warning);
        else
            assert_string_equal(buf_cstr(&o.warnings), "");
        options_release(&o);
    }
    // .env: only where it holds a secret
    char path[160];
    for (int secret = 0; secret < 2; secret++) {
        struct options o;
        const char *file =
            write_file("env2", secret ? "ZSCALER_CLIENT_SECRET=x\n" : "ZSCALER_MCP_PORT=1\n");
        assert_int_equal(chmod(file, 0644), 0);
        snprintf(path, sizeof(path), "ZSCALER_MCP_DOTENV_PATH=%s", file);
        parse(&o, NO_ARGS, ENV(path));
        assert_int_equal(strstr(buf_cstr(&o.warnings), ".env: everybody") != NULL, secret);
        options_release(&o);
        unlink(file);
    }
    unlink(write_file("mode", ""));
}

static void words_after_a_command_are_its_own(void **state)
{
    (void)state;
    struct options o;
    parse(&o, ARGS("try", "http://localhost:1/mcp", "--tool", "x"), NULL);
    assert_string_equal(o.command, "try");
    assert_string_equal(o.words[0], "http://localhost:1/mcp");
    assert_string_equal(o.words[1], "--tool");
    assert_string_equal(o.words[2], "x");
    assert_null(o.words[3]);
    options_release(&o);
}

static void a_flag_that_may_stand_alone(void **state)
{
    (void)state;
    const struct {
        const char *const *argv;
        const char *value;
    } rows[] = {
        { NO_ARGS, NULL },
        { ARGS("--generate-auth-token"), "basic" },
        { ARGS("--generate-auth-token", "bearer"), "bearer" },
        { ARGS("--generate-auth-token=bearer"), "bearer" },
        { ARGS("--generate-auth-token", "--debug"), "basic" },
        { ARGS("--generate-auth-token", "serve"), "basic" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct options o;
        parse(&o, rows[i].argv, NULL);
        assert_int_equal(o.problems.n, 0);
        assert_true(str_eq(str_c(o.auth_token), str_c(rows[i].value)));
        options_release(&o);
    }
}

// For a reload: which rows differ, whatever their type.
static void values_are_compared(void **state)
{
    (void)state;
    struct options a, b;
    parse(&a, NO_ARGS, ENV("ZSCALER_MCP_SERVICES=zia,zpa", "ZSCALER_MCP_QUEUE=3"));
    parse(&b, ARGS("--debug"),
          ENV("ZSCALER_MCP_SERVICES=zia", "ZSCALER_MCP_QUEUE=4", "ZSCALER_MCP_HOST=::1"));
    for (const struct option *opt = options_table; opt->group; opt++) {
        assert_true(options_same(&a, &a, opt));
        struct str name = str_c(opt->env);
        bool differs = str_is(name, "ZSCALER_MCP_SERVICES") || str_is(name, "ZSCALER_MCP_QUEUE") ||
                       str_is(name, "ZSCALER_MCP_HOST") || str_is(name, "ZSCALER_MCP_DEBUG");
        if (options_same(&a, &b, opt) == differs)
            fail_msg("%s", opt->env ? opt->env : opt->flag);
        options_take(&b, &a, opt);
        assert_true(options_same(&a, &b, opt));
    }
    options_release(&b);
    options_release(&a);
}

static void help_and_docs_name_every_option(void **state)
{
    (void)state;
    struct buf CLEANUP(buf_release) help = BUF_INIT(1 << 20);
    struct buf CLEANUP(buf_release) docs = BUF_INIT(1 << 20);
    struct buf CLEANUP(buf_release) man = BUF_INIT(1 << 20);
    options_help(&help);
    options_markdown(&docs);
    options_man(&man);
    for (const struct option *opt = options_table; opt->group; opt++) {
        const char *name = opt->env ? opt->env : opt->flag;
        if (!strstr(buf_cstr(&help), name) || !strstr(buf_cstr(&docs), name))
            fail_msg("%s is missing in help or docs", name);
        if (opt->env && !strstr(buf_cstr(&man), opt->env))
            fail_msg("%s is missing in the manual page", name);
        assert_non_null(opt->help);
        assert_non_null(opt->example);
    }
}

static void every_shell_completes_every_flag(void **state)
{
    (void)state;
    for (const char *const *shell = ENV("bash", "zsh", "fish"); *shell; shell++) {
        struct buf CLEANUP(buf_release) text = BUF_INIT(1 << 20);
        options_completion(*shell, &text);
        for (const struct option *opt = options_table; opt->group; opt++)
            if (opt->flag && !strstr(buf_cstr(&text), opt->flag))
                fail_msg("%s is missing for %s", opt->flag, *shell);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_is_wrong),
        cmocka_unit_test(tells_all_problems_at_once),
        cmocka_unit_test(never_prints_a_secret),
        cmocka_unit_test(flag_beats_environment),
        cmocka_unit_test(defaults_hold),
        cmocka_unit_test(unknown_names_are_refused),
        cmocka_unit_test(former_names_are_told_apart),
        cmocka_unit_test(what_kubernetes_tells_of_a_service_is_not_ours),
        cmocka_unit_test(values_are_compared),
        cmocka_unit_test(secrets_come_from_files_too),
        cmocka_unit_test(files_with_secrets_are_their_owners),
        cmocka_unit_test(words_after_a_command_are_its_own),
        cmocka_unit_test(a_flag_that_may_stand_alone),
        cmocka_unit_test(help_and_docs_name_every_option),
        cmocka_unit_test(every_shell_completes_every_flag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
