// SPDX-License-Identifier: MIT
// "/": how to connect, with this server's own address filled in, and how the server is. For
// programs the same as JSON. Nothing here is secret, and nothing is asked of anybody to tell it.
#include "oauth/internal.h"

#include "jose/b64url.h"
#include "json/write.h"
#include "oauth/home_int.h"

#define HOME_STATUS_MAX 8

// --- what stands in braces ---

static struct str config_of_cursor(const struct call *c)
{
    CLEANUP(buf_release) struct buf json = BUF_INIT(1024);
    CLEANUP(buf_release) struct buf out = BUF_INIT(2048);
    struct json_writer w;
    jw_init(&w, &json);
    jw_object(&w);
    jw_kv(&w, "url", c->resource);
    jw_object_end(&w);
    b64_encode(&out, buf_str(&json));
    return arena_str(c->arena, buf_str(&out));
}

// text with its braces filled in.
static struct str filled(const struct call *c, const char *text, bool encode)
{
    const struct {
        struct str brace, value;
    } values[] = {
        { STR("{url}"), c->resource },
        { STR("{name}"), str_c(c->o->config.short_name) },
        { STR("{config}"), config_of_cursor(c) },
    };
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    for (struct str rest = str_c(text); rest.n;) {
        size_t i = 0;
        while (i < ARRAY_LEN(values) && !str_starts(rest, values[i].brace))
            i++;
        if (i == ARRAY_LEN(values)) {
            buf_addc(&out, rest.p[0]);
            rest = str_slice(rest, 1, rest.n);
            continue;
        }
        if (encode)
            buf_add_urlencoded(&out, values[i].value, false);
        else
            buf_add(&out, values[i].value);
        rest = str_slice(rest, values[i].brace.n, rest.n);
    }
    return arena_str(c->arena, buf_str(&out));
}

// --- the status ---

static const struct oauth_fact *fact_of_idp(const struct oauth *o)
{
    static const struct oauth_fact facts[] = {
        [IDP_NOT_ASKED] = { "Identity provider", "not asked yet", true },
        [IDP_REACHED] = { "Identity provider", "reachable, its signing keys are loaded", true },
        [IDP_REACHED_BEFORE] = { "Identity provider",
                                 "not reachable just now; its signing keys of before are in use",
                                 false },
        [IDP_UNREACHED] = { "Identity provider",
                            "not reachable, its signing keys could not be loaded: nobody can sign in",
                            false },
    };
    return &facts[idp_reach(o->config.idp)];
}

static size_t status_of(const struct oauth *o, const struct oauth_fact *ret[HOME_STATUS_MAX])
{
    static const struct oauth_fact up = { "This server", "up", true };
    static const struct oauth_fact named = {
        "Applications",
        "only those that the administrator has named: ask them for a client ID, and give it to "
        "your application",
        true
    };
    size_t count = 0;
    ret[count++] = &up;
    ret[count++] = fact_of_idp(o);
    if (o->config.registration_closed)
        ret[count++] = &named;
    for (const struct oauth_fact *f = o->config.facts; f && f->name && count < HOME_STATUS_MAX; f++)
        ret[count++] = f;
    return count;
}

static void add_status(const struct call *c, struct buf *out)
{
    const struct oauth_fact *facts[HOME_STATUS_MAX];
    size_t count = status_of(c->o, facts);
    page_element(out, "h2", NULL, STR("Status"));
    buf_adds(out, "<dl>\n");
    for (size_t i = 0; i < count; i++) {
        page_element(out, "dt", NULL, str_c(facts[i]->name));
        buf_addf(out, "<dd><span class=\"%s\" aria-hidden=\"true\">%s</span> ",
                 facts[i]->good ? "good" : "bad", facts[i]->good ? "✓" : "!");
        buf_add_html(out, str_c(facts[i]->text));
        buf_adds(out, "</dd>\n");
    }
    buf_adds(out, "</dl>\n");
}

// --- the page ---

static void add_step(const struct call *c, struct buf *out, const struct step *step)
{
    switch (step->kind) {
    case STEP_TEXT:
        page_element(out, "p", NULL, filled(c, step->text, false));
        return;
    case STEP_CODE:
        buf_adds(out, "<pre><code>");
        buf_add_html(out, filled(c, step->text, false));
        buf_adds(out, "</code></pre>\n");
        return;
    case STEP_LINK:
        page_button_link(out, filled(c, step->link, true), str_c(step->text), LOOK_PLAIN, false);
    }
}

static void add_connections(const struct call *c, struct buf *out)
{
    for (const struct connection *one = connections; one->id; one++) {
        buf_addf(out, "<details id=\"%s\">\n<summary><h3>%s</h3></summary>\n", one->id, one->name);
        for (size_t i = 0; i < STEPS_MAX && one->steps[i].text; i++)
            add_step(c, out, &one->steps[i]);
        buf_adds(out, "</details>\n");
    }
}

static void add_troubles(struct buf *out)
{
    page_element(out, "h2", NULL, STR("If something goes wrong"));
    buf_adds(
        out,
        "<ul>\n<li>An error on the sign-in page, with a code such as AADSTS50011: "
        "<a href=\"" HELP_PATH "\">look the code up here</a>.</li>\n"
        "<li>The browser says that localhost cannot be reached: the application no longer waited. Start it again; "
        "the second sign-in is shorter.</li>\n"
        "<li>The application says that this server does not know it: remove the server there (mcp-remote: delete "
        "the folder ~/.mcp-auth) and add it again.</li>\n</ul>\n");
}

static void show_page(const struct call *c)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin_wide(c, &out, "Connect");
    page_element(&out, "h1", NULL,
                 arena_printf(c->arena, "Connect to " STR_FMT, STR_ARG(c->o->product)));
    page_element(
        &out, "p", NULL,
        STR("Give your AI application the address below. At the first use it opens a browser "
            "window, where you sign in with the account of your organisation."));
    buf_adds(&out, "<pre class=\"host\"><code>");
    buf_add_html(&out, c->resource);
    buf_adds(&out, "</code></pre>\n");
    page_element(&out, "h2", NULL, STR("Set up your application"));
    add_connections(c, &out);
    add_status(c, &out);
    add_troubles(&out);
    page_finish(c, &out, 200);
}

static void show_json(const struct call *c)
{
    const struct oauth_fact *facts[HOME_STATUS_MAX];
    size_t count = status_of(c->o, facts);
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv(&w, "name", c->o->product);
    jw_kv(&w, "mcp_endpoint", c->resource);
    jw_kv_c(&w, "transport", "streamable-http");
    jw_kv(&w, "resource_metadata",
          arena_printf(c->arena, STR_FMT "/.well-known/oauth-protected-resource%s",
                       STR_ARG(c->base), c->o->config.resource_path));
    jw_key(&w, "status");
    jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        jw_object(&w);
        jw_kv_c(&w, "name", facts[i]->name);
        jw_kv_bool(&w, "good", facts[i]->good);
        jw_kv_c(&w, "text", facts[i]->text);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    http_add_header(c->ex, "Cache-Control", STR("no-store"));
    http_reply(c->ex, 200, "application/json", buf_str(&out));
}

void endpoint_home(struct exchange *ex, void *ctx)
{
    struct call c;
    bool page = page_wanted(ex);
    http_add_header(ex, "Vary", STR("Accept"));
    if (!call_begin(&c, ex, ctx, page))
        return;
    if (page)
        show_page(&c);
    else
        show_json(&c);
}

// --- "/mcp" in a browser ---

bool oauth_refusal_page(const struct oauth *o, struct exchange *ex, int status,
                        const struct err *err)
{
    struct call c;
    if (status != 401 || !(http_method(ex) & (HTTP_GET | HTTP_HEAD)) || !page_wanted(ex))
        return false;
    if (!call_begin(&c, ex, (void *)(uintptr_t)o, true))
        return true;
    bool none_sent = err->code == ERR_NONE;
    page_note(&c,
              &(struct note){
                  .status = status,
                  .title = "This address is for applications",
                  .text = none_sent ? STR("You opened it in a browser, where there is nothing to "
                                          "see. Give it to your AI application instead: it will "
                                          "bring you to the sign-in by itself.")
                                    : err_text(err),
                  .next = STR("/"),
                  .next_text = "How to connect",
                  .more = arena_printf(c.arena, "The address: " STR_FMT, STR_ARG(c.resource)) });
    return true;
}
