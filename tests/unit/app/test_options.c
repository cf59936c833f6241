// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
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

static void suggests_the_variable_meant(void **state)
{
    (void)state;
    struct options o;
    parse(
        &o, NO_ARGS,
        ENV("OIDCPROXY_AUTH_ISUER=https://x.example", "ZSCALER_MCP_FROBNICATE=1", "OTHER_THING=1"));
    assert_non_null(strstr(
        buf_cstr(&o.warnings),
        "OIDCPROXY_AUTH_ISUER is not a variable of this server: did you mean OIDCPROXY_AUTH_ISSUER?"));
    assert_non_null(strstr(buf_cstr(&o.warnings), "ZSCALER_MCP_FROBNICATE"));
    assert_null(strstr(buf_cstr(&o.warnings), "OTHER_THING"));
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
    assert_string_equal(buf_cstr(&o.problems), "");
    assert_string_equal(o.api_key, "tell nobody");
    assert_string_equal(o.secret_keys[0], "first key");
    assert_string_equal(o.secret_keys[1], "second key");
    // Only secrets may.
    assert_non_null(strstr(buf_cstr(&o.warnings), "ZSCALER_MCP_HOST_FILE"));
    assert_null(strstr(buf_cstr(&o.warnings), "API_KEY"));
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

static void help_and_docs_name_every_option(void **state)
{
    (void)state;
    struct buf CLEANUP(buf_release) help = BUF_INIT(1 << 20);
    struct buf CLEANUP(buf_release) docs = BUF_INIT(1 << 20);
    options_help(&help);
    options_markdown(&docs);
    for (const struct option *opt = options_table; opt->group; opt++) {
        const char *name = opt->env ? opt->env : opt->flag;
        if (!strstr(buf_cstr(&help), name) || !strstr(buf_cstr(&docs), name))
            fail_msg("%s is missing in help or docs", name);
        assert_non_null(opt->help);
        assert_non_null(opt->example);
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
        cmocka_unit_test(suggests_the_variable_meant),
        cmocka_unit_test(secrets_come_from_files_too),
        cmocka_unit_test(words_after_a_command_are_its_own),
        cmocka_unit_test(a_flag_that_may_stand_alone),
        cmocka_unit_test(help_and_docs_name_every_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
