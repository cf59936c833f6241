// SPDX-License-Identifier: MIT
// The page for who is stuck at the identity provider: most mistakes end on a page of the provider's
// own, with a code and no way back, and this server never hears of them. The code can be looked up
// here.
#include "oauth/internal.h"

#define ASKED_MAX 200 // bytes of what was typed that count

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// "50011", "AADSTS50011", "aadsts 50011", or a pasted sentence with AADSTS50011 in it; 0: no
// number.
static int number_of(struct str asked)
{
    int aadsts = aadsts_in(asked);
    if (aadsts)
        return aadsts;
    struct str rest = str_slice(asked, 0, 6);
    rest = str_trim(str_eq_nocase(rest, STR("AADSTS")) ? str_slice(asked, 6, asked.n) : asked);
    size_t n = 0;
    while (n < rest.n && is_digit(rest.p[n]))
        n++;
    int64_t number;
    bool good = n > 0 && n < 10 && str_to_i64(str_slice(rest, 0, n), &number);
    return good ? (int)number : 0;
}

static const struct explanation *look_up(const struct call *c, struct str asked)
{
    int number = number_of(asked);
    if (number)
        return explain_aadsts(number);
    return explain_error(arena_cstr(c->arena, asked), STR_NONE);
}

static const char *who_acts(enum explain_whose whose)
{
    switch (whose) {
    case WHOSE_ADMIN:
        return "For the administrator of this server.";
    case WHOSE_USER:
        return "For you, the person who signs in.";
    case WHOSE_NOBODY:
        break;
    }
    return "Nobody's fault here.";
}

static struct str name_of(const struct call *c, const struct explanation *e)
{
    return e->aadsts ? arena_printf(c->arena, "AADSTS%d", e->aadsts) : str_c(e->error);
}

static struct str heading_of(const struct call *c, const struct explanation *e)
{
    return arena_printf(c->arena, STR_FMT ": %s", STR_ARG(name_of(c, e)), e->title);
}

static void add_explanation(struct buf *out, const struct explanation *e)
{
    page_element(out, "p", NULL, str_c(e->cause));
    page_element(out, "p", NULL, str_c(e->fix));
    page_element(out, "p", "soft", str_c(who_acts(e->whose)));
}

static void add_answer(const struct call *c, struct buf *out, struct str asked)
{
    const struct explanation *e = look_up(c, asked);
    if (e) {
        page_element(out, "h2", NULL, heading_of(c, e));
        add_explanation(out, e);
        return;
    }
    page_element(out, "h2", NULL,
                 arena_printf(c->arena, STR_FMT ": not explained here", STR_ARG(asked)));
    int number = number_of(asked);
    if (number)
        buf_addf(
            out,
            "<p>Microsoft may know it: <a href=\"https://login.microsoftonline.com/error?code=%d\">AADSTS%d</a>.</p>\n",
            number, number);
    else
        page_element(out, "p", NULL,
                     STR("The codes of Microsoft look like AADSTS50011; type that part."));
}

static void add_form(struct buf *out, struct str asked)
{
    buf_adds(
        out,
        "<form class=\"actions\" method=\"get\" action=\"" HELP_PATH "\">\n"
        "<label for=\"code\">The code on the page where you are stuck</label>\n"
        "<input id=\"code\" name=\"code\" placeholder=\"AADSTS50011\" maxlength=\"200\" value=\"");
    buf_add_html(out, asked);
    buf_adds(out, "\">\n<button class=\"first\">Explain</button>\n</form>\n");
}

static void add_value(struct buf *out, const char *name, struct str value)
{
    buf_addf(out, "<li>%s: <code>", name);
    buf_add_html(out, value);
    buf_adds(out, "</code></li>\n");
}

// All of it stands in every address of the provider's sign-in page: nothing here is secret.
static void add_values(const struct call *c, struct buf *out)
{
    const struct idp_config *idp = idp_config(c->o->config.idp);
    page_element(out, "h2", NULL, STR("What this server says to the identity provider"));
    buf_adds(out, "<ul>\n");
    add_value(out, "Redirect URI, to be registered exactly so", callback_uri(c));
    add_value(
        out, "Platform of that redirect URI",
        str_c(idp_client_is_public(c->o->config.idp) ? "Mobile and desktop applications" : "Web"));
    add_value(out, "Application (client) ID", str_c(idp->client_id));
    add_value(out, "Issuer, which names the tenant",
              str_c(idp->issuer ? idp->issuer : idp->discovery_url));
    add_value(out, "Scopes", str_c(idp->scopes));
    buf_adds(out, "</ul>\n");
}

static void add_list(const struct call *c, struct buf *out)
{
    size_t count;
    const struct explanation *rows = explain_table(&count);
    page_element(out, "h2", NULL, STR("All codes of the sign-in page"));
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].unheard)
            continue;
        buf_adds(out, "<details>\n<summary><h3>");
        buf_add_html(out, heading_of(c, &rows[i]));
        // Inside: browsers open what a link's fragment leads into.
        buf_adds(out, "</h3></summary>\n<section id=\"");
        buf_add_html(out, name_of(c, &rows[i]));
        buf_adds(out, "\">\n");
        add_explanation(out, &rows[i]);
        buf_adds(out, "</section>\n</details>\n");
    }
}

void endpoint_help(struct exchange *ex, void *ctx)
{
    struct call c;
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    if (!call_begin(&c, ex, ctx, true))
        return;
    struct str asked = str_trim(str_slice(http_query(ex, "code"), 0, ASKED_MAX));
    page_begin_wide(&c, &out, "Stuck on the sign-in page");
    page_element(&out, "h1", NULL, STR("Stuck on the sign-in page?"));
    page_element(
        &out, "p", NULL,
        STR("The identity provider shows its errors on its own pages and tells this server nothing of them. "
            "Type the code you see there."));
    if (asked.n)
        add_answer(&c, &out, asked);
    add_form(&out, asked);
    add_values(&c, &out);
    add_list(&c, &out);
    page_finish(&c, &out, 200);
}
