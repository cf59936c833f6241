// SPDX-License-Identifier: MIT
// What pages are built of: everything escaped, nothing that a policy without scripts would stop.
#include "unit/oauth/kit.h"

#include "oauth/internal.h"

#define HOSTILE "<b>&\"'"
#define ESCAPED "&lt;b&gt;&amp;&quot;&#39;"

static void show_blocks(struct exchange *ex, void *ctx)
{
    struct call c;
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    static const struct page_field fields[] = { { "a", { HOSTILE, 6 } }, { NULL } };
    assert_true(call_begin(&c, ex, ctx, true));
    page_begin(&c, &out, "Blocks " HOSTILE);
    page_element(&out, "h1", NULL, STR("Blocks " HOSTILE));
    page_code(&out, "Your code " HOSTILE, STR("AB-1<"));
    page_progress(&out, STR("Waiting " HOSTILE), 30, 900);
    page_button_link(&out, STR("https://go.example/?a=1&b=\""), STR("Go " HOSTILE), LOOK_FIRST,
                     true);
    page_button_link(&out, STR("/back"), STR("Back"), LOOK_QUIET, false);
    page_form_button(&out, "/do", fields, "Do it " HOSTILE, LOOK_PLAIN);
    page_refresh(&c, 5, STR("/auth/wait?x=1"));
    page_finish(&c, &out, 202);
}

static void show_note(struct exchange *ex, void *ctx)
{
    struct call c;
    assert_true(call_begin(&c, ex, ctx, true));
    page_note(&c, &(struct note){ .status = 200,
                                  .title = "Done",
                                  .text = STR("All is well " HOSTILE),
                                  .next = STR("http://localhost:1/cb?code=x&state=y"),
                                  .next_text = "Go on",
                                  .more = STR("You can close this page.") });
}

static int start(void **state)
{
    size_t count = 0;
    kit_start(state);
    http_server_stop(kit.server, 1000);
    while (kit.routes[count].path)
        count++;
    kit.routes[count++] = (struct http_route){
        .methods = HTTP_GET, .path = "/blocks", .handler = show_blocks, .ctx = kit.oauth
    };
    kit.routes[count] = (struct http_route){
        .methods = HTTP_GET, .path = "/note", .handler = show_note, .ctx = kit.oauth
    };
    kit.server = kit_serve(kit.routes);
    return 0;
}

static void must_say(const struct reply *r, const char *const *texts)
{
    for (; *texts; texts++)
        if (!says(r, *texts))
            fail_msg("not there: %s\n" STR_FMT, *texts, STR_ARG(r->body));
}

static void blocks_are_escaped_and_need_no_script(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "<title>Blocks " ESCAPED " – Zscaler MCP Server</title>",
        "<h1>Blocks " ESCAPED "</h1>",
        "<p>Your code " ESCAPED "</p>",
        "<code class=\"code\" translate=\"no\">AB-1&lt;</code>",
        "Letter by letter: A, B, dash, 1, &lt;</span>",
        "<label>Waiting " ESCAPED "<progress value=\"30\" max=\"900\"></progress></label>",
        "href=\"https://go.example/?a=1&amp;b=&quot;\" target=\"_blank\" rel=\"noopener noreferrer\">Go " ESCAPED,
        "(opens a new window)",
        "<a class=\"button quiet\" href=\"/back\">Back</a>",
        "<form class=\"actions\" method=\"post\" action=\"/do\">\n"
        "<input type=\"hidden\" name=\"a\" value=\"" ESCAPED "\">\n"
        "<button class=\"\">Do it " ESCAPED "</button>\n</form>",
        NULL
    };
    struct reply r = get(NULL, "/blocks", "");
    assert_int_equal(r.status, 202);
    must_say(&r, texts);
    assert_true(str_is(header(&r, "Refresh"), "5; url=/auth/wait?x=1"));
    assert_false(says(&r, "<b>"));
    assert_false(says(&r, "style=\""));
    assert_false(says(&r, "<script"));
}

static void the_frame_has_its_landmarks_and_names_the_server(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "<html lang=\"en\">",       "<header><svg",
        "aria-hidden=\"true\"",     "<span>" HOST "</span>",
        "</header>\n<main>",        "</main>\n<footer>",
        "<a href=\"/auth/help\">",  "<h1>Done</h1>",
        "All is well " ESCAPED "<", "code=x&amp;state=y\">Go on</a>",
        "You can close this page.", NULL
    };
    struct reply r = get(NULL, "/note", "");
    assert_int_equal(r.status, 200);
    must_say(&r, texts);
}

// The policy names the digest of the style that the page carries: one byte apart, and browsers show
// a page without any.
static void the_policy_fits_the_style(void **state)
{
    (void)state;
    struct reply r = get(NULL, "/note", "");
    struct str style = str_slice(r.body, (size_t)str_find(r.body, STR("<style>")) + 7, r.body.n);
    style = str_slice(style, 0, (size_t)str_find(style, STR("</style>")));
    uint8_t digest[SHA256_SIZE];
    CLEANUP(buf_release) struct buf hash = BUF_INIT(64);
    sha256(style, digest);
    b64_encode(&hash, str_of(digest, sizeof digest));
    struct str want = arena_printf(
        kit.arena,
        "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; frame-ancestors 'none'",
        buf_cstr(&hash));
    assert_true(str_eq(header(&r, "Content-Security-Policy"), want));
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, start, kit_stop)
    const struct CMUnitTest tests[] = {
        CASE(blocks_are_escaped_and_need_no_script),
        CASE(the_frame_has_its_landmarks_and_names_the_server),
        CASE(the_policy_fits_the_style),
    };
    return cmocka_run_group_tests_name("oauth: pages", tests, NULL, NULL);
}
