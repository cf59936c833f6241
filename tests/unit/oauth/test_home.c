// SPDX-License-Identifier: MIT
// "/", for people and for programs.
#include "unit/oauth/kit.h"

#include "oauth/home_int.h"

#define BROWSER "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"

static struct reply home(void)
{
    return get(NULL, "/", BROWSER);
}

static bool is_page(const struct reply *r)
{
    return str_starts(header(r, "Content-Type"), STR("text/html"));
}

static void browsers_get_a_page_and_programs_json(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        bool page;
    } rows[] = {
        { "", false },
        { "Accept: */*\r\n", false },
        { "Accept: application/json\r\n", false },
        { "Accept: application/json, text/event-stream\r\n", false },
        { "Accept: text/*\r\n", false },
        { "Accept: application/json, text/html;q=0\r\n", false },
        { "Accept: text/html ; level=1 ; Q=0.000, */*\r\n", false },
        { "Accept: text/htmlx\r\n", false },
        { "Accept: text/html\r\n", true },
        { "Accept: TEXT/HTML;q=0.01\r\n", true },
        { "Accept: image/png , text/html;charset=utf-8\r\n", true },
        { BROWSER, true },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = get(NULL, "/", rows[i].accept);
        assert_int_equal(r.status, 200);
        assert_true(str_find(r.head, STR("\nVary: Accept\r")) > 0);
        assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
        assert_null(header(&r, "Set-Cookie").p);
        if (is_page(&r) != rows[i].page)
            fail_msg("%s", rows[i].accept);
    }
}

static void other_methods(void **state)
{
    (void)state;
    struct reply r = talk(kit.arena, NULL, "HEAD", STR("/"), BROWSER, STR_NONE);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.body.n, 0);
    assert_true(is_page(&r));
    r = post(NULL, "/", "", STR("a=b"));
    assert_int_equal(r.status, 405);
    assert_true(str_is(header(&r, "Allow"), "GET, HEAD"));
}

static void each_client_is_told_this_servers_address(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "<pre class=\"host\"><code>" BASE "/mcp</code></pre>",
        "<code>claude mcp add --transport http zscaler " BASE "/mcp</code>",
        "&quot;args&quot;: [&quot;-y&quot;, &quot;mcp-remote&quot;, &quot;" BASE "/mcp&quot;]",
        "<code>codex mcp add zscaler --url " BASE "/mcp</code>",
        "<code>gemini mcp add --scope user --transport http zscaler " BASE "/mcp</code>",
        "&quot;httpUrl&quot;: &quot;" BASE "/mcp&quot;",
        "<code>/mcp auth zscaler</code>",
        "code --add-mcp &#39;{&quot;name&quot;:&quot;zscaler&quot;,&quot;type&quot;:&quot;http&quot;,&quot;url&quot;:&quot;" BASE
        "/mcp&quot;}&#39;",
        "href=\"vscode:mcp/install?%7B%22name%22%3A%22zscaler%22%2C%22type%22%3A%22http%22%2C%22url%22%3A%22https%3A%2F%2F" HOST
        "%2Fmcp%22%7D\"",
        // base64 of {"url":"https://mcp.example.com/mcp"}
        "href=\"cursor://anysphere.cursor-deeplink/mcp/install?name=zscaler&amp;"
        "config=eyJ1cmwiOiJodHRwczovL21jcC5leGFtcGxlLmNvbS9tY3AifQ%3D%3D\"",
        "href=\"/auth/help\"",
    };
    kit_start_with((struct oauth_config){ .base_url = BASE, .short_name = "zscaler" });
    struct reply r = home();
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (!says(&r, texts[i]))
            fail_msg("%s\n" STR_FMT, texts[i], STR_ARG(r.body));
    for (const struct connection *one = connections; one->id; one++)
        assert_true(says(&r, arena_printf(kit.arena, "<details id=\"%s\">", one->id).p));
    assert_false(says(&r, "{url}"));
    assert_false(says(&r, "{name}"));
    assert_false(says(&r, "<script"));
    assert_true(str_ends(r.body, STR("</html>\n")));
    kit_stop(NULL);
}

// An address that is learned is the one in the browser's bar.
static void the_address_is_the_one_that_was_asked(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .tls_upstream = true });
    struct reply r = get(NULL, "/", BROWSER "Host: other.example\r\nX-Forwarded-Proto: https\r\n");
    assert_true(says(&r, "https://other.example/mcp"));
    r = get(NULL, "/", BROWSER "Host: plain.example\r\nX-Forwarded-Proto: http\r\n");
    assert_int_equal(r.status, 400);
    assert_true(says(&r, "OIDCPROXY_BASE_URL"));
    kit_stop(NULL);
}

static void the_status_is_told_in_words(void **state)
{
    (void)state;
    static const struct oauth_fact facts[] = { { "Upstream <i>", "is \"fine\"", true },
                                               { "Other", "is not", false },
                                               { NULL } };
    kit_start_with((struct oauth_config){ .base_url = BASE, .facts = facts });
    struct reply r = home();
    assert_true(says(&r, "<dt>This server</dt>"));
    assert_true(says(&r, "not asked yet"));
    assert_true(says(&r, "<dt>Upstream &lt;i&gt;</dt>"));
    assert_true(says(&r, "is &quot;fine&quot;"));
    kit.unreachable = true;
    struct err err;
    assert_false(idp_warm_up(kit.idp, &err));
    r = home();
    assert_true(says(&r, "could not be loaded: nobody can sign in"));
    assert_false(says(&r, "microsoftonline.com")); // the reason is for the log
    r = get(NULL, "/", "");
    assert_true(says(&r, "{\"name\":\"Identity provider\",\"good\":false,"));
    assert_true(str_is(member(&r, "mcp_endpoint"), BASE "/mcp"));
    assert_true(
        str_is(member(&r, "resource_metadata"), BASE "/.well-known/oauth-protected-resource/mcp"));
    kit_stop(NULL);
}

static void the_status_follows_the_keys(void **state)
{
    (void)state;
    struct err err;
    assert_int_equal(idp_reach(kit.idp), IDP_NOT_ASKED);
    assert_true(idp_warm_up(kit.idp, &err));
    assert_int_equal(idp_reach(kit.idp), IDP_REACHED);
    struct reply r = home();
    assert_true(says(&r, "its signing keys are loaded"));
}

// What the page may not tell: it is there for everybody.
static void nothing_secret_stands_there(void **state)
{
    (void)state;
    struct reply pages[] = { home(), get(NULL, "/", "") };
    static const char *const hidden[] = {
        APP, ISSUER, "0123456789abcdef", "libmicrohttpd", "OpenSSL", "microsoftonline"
    };
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        assert_null(header(&pages[i], "Server").p);
        for (size_t k = 0; k < ARRAY_LEN(hidden); k++)
            assert_false(says(&pages[i], hidden[k]));
    }
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, kit_start, kit_stop)
    const struct CMUnitTest tests[] = {
        CASE(browsers_get_a_page_and_programs_json),
        CASE(other_methods),
        cmocka_unit_test(each_client_is_told_this_servers_address),
        cmocka_unit_test(the_address_is_the_one_that_was_asked),
        cmocka_unit_test(the_status_is_told_in_words),
        CASE(the_status_follows_the_keys),
        CASE(nothing_secret_stands_there),
    };
    return cmocka_run_group_tests_name("oauth: home", tests, NULL, NULL);
}
