// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "oauth/base_url.h"

static const struct row {
    const char *host, *proto;
    bool upstream;
    const char *base; // NULL: refused
} rows[] = {
    { "", "", true, NULL },
    { "mcp.example.com", "", false, NULL },
    { "mcp.example.com", "https", false, NULL }, // nobody said that a proxy may be believed
    { "mcp.example.com", "http", true, NULL },
    { "mcp.example.com", "ftp", true, NULL },
    { "mcp.example.com:", "https", true, NULL },
    { "mcp.example.com:0", "https", true, NULL },
    { "mcp.example.com:080", "https", true, NULL },
    { "mcp.example.com:65536", "https", true, NULL },
    { "mcp.example.com:1x", "https", true, NULL },
    { "mcp.example.com/x", "https", true, NULL },
    { "mcp.example.com?x", "https", true, NULL },
    { "mcp.example.com#x", "https", true, NULL },
    { "user@mcp.example.com", "https", true, NULL },
    { "mcp..example.com", "https", true, NULL },
    { "mcp.example.com.", "https", true, NULL },
    { "mcp example.com", "https", true, NULL },
    { "mcp\"example.com", "https", true, NULL },
    { "mcp\r\nx", "https", true, NULL },
    { "[::1", "", false, NULL },
    { "[::g]", "", false, NULL },
    { "[]", "", false, NULL },
    { "[::1]x", "", false, NULL },
    { "localhost.evil.com", "", false, NULL },
    { "mcp.example.com", "https", true, "https://mcp.example.com" },
    { "MCP.Example.COM", "https", true, "https://mcp.example.com" },
    { "mcp.example.com:443", "https", true, "https://mcp.example.com" },
    { "mcp.example.com:8443", "https", true, "https://mcp.example.com:8443" },
    { "mcp.example.com", "https,http", true, "https://mcp.example.com" },
    { "mcp.example.com", " HTTPS , http", true, "https://mcp.example.com" },
    { "mcp.example.com", "", true, "https://mcp.example.com" },
    { "localhost:8000", "", false, "http://localhost:8000" },
    { "localhost:8000", "", true, "http://localhost:8000" },
    { "localhost:8000", "https", true, "https://localhost:8000" },
    { "localhost:8000", "https", false, "http://localhost:8000" },
    { "localhost:80", "", false, "http://localhost" },
    { "127.0.0.1:8000", "http", true, "http://127.0.0.1:8000" },
    { "[::1]:8000", "", false, "http://[::1]:8000" },
    { "[::1]:80", "", false, "http://[::1]" },
    { "[::1]", "", false, "http://[::1]" },
};

static void every_row(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str base = STR("untouched");
        struct err err = { 0 };
        bool ok = oauth_learn_base_url(str_c(rows[i].host), str_c(rows[i].proto), rows[i].upstream,
                                       arena, &base, &err);
        if (ok != (rows[i].base != NULL) || !str_is(base, ok ? rows[i].base : "untouched"))
            fail_msg("%s, %s: " STR_FMT, rows[i].host, rows[i].proto, STR_ARG(base));
        if (!ok)
            assert_int_equal(err.code, ERR_BAD_REQUEST);
    }
}

static const char *const *vars;

static const char *env_of(const char *name)
{
    for (const char *const *v = vars; *v; v += 2)
        if (strcmp(v[0], name) == 0)
            return v[1];
    return NULL;
}

static void platforms_say_their_name(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    static const struct {
        const char *vars[5];
        const char *base;
    } cases[] = {
        { { NULL }, "" },
        { { "WEBSITE_HOSTNAME", "", NULL }, "" },
        { { "WEBSITE_HOSTNAME", "bad host", NULL }, "" },
        { { "WEBSITE_HOSTNAME", "localhost:80", NULL },
          "" }, // the local tools of Functions say this
        { { "CONTAINER_APP_NAME", "mcp", NULL }, "" },
        { { "CONTAINER_APP_HOSTNAME", "mcp--rev1.x.azurecontainerapps.io", NULL }, "" },
        { { "CONTAINER_APP_NAME", "mcp", "CONTAINER_APP_ENV_DNS_SUFFIX",
            "red-1.westeurope.azurecontainerapps.io", NULL },
          "https://mcp.red-1.westeurope.azurecontainerapps.io" },
        { { "WEBSITE_HOSTNAME", "mcp.azurewebsites.net", NULL }, "https://mcp.azurewebsites.net" },
        { { "RENDER_EXTERNAL_HOSTNAME", "mcp.onrender.com", NULL }, "https://mcp.onrender.com" },
        { { "RAILWAY_PUBLIC_DOMAIN", "mcp.up.railway.app", NULL }, "https://mcp.up.railway.app" },
        { { "FLY_APP_NAME", "mcp", NULL }, "https://mcp.fly.dev" },
        { { "HEROKU_APP_DEFAULT_DOMAIN_NAME", "mcp-1.herokuapp.com", NULL },
          "https://mcp-1.herokuapp.com" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        vars = cases[i].vars;
        struct str base = oauth_platform_base_url(env_of, arena);
        if (!str_is(base, cases[i].base))
            fail_msg("%zu: " STR_FMT, i, STR_ARG(base));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),
        cmocka_unit_test(platforms_say_their_name),
    };
    return cmocka_run_group_tests_name("oauth: base URL", tests, NULL, NULL);
}
