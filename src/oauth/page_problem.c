// SPDX-License-Identifier: MIT
// A sign-in stopped: why, what to do, and whose it is to do.
#include "oauth/internal.h"

static const char *whose_text(enum explain_whose whose)
{
    switch (whose) {
    case WHOSE_ADMIN:
        return "This is for the administrator of this server to mend. Send them this page.";
    case WHOSE_USER:
        return "You can mend this yourself.";
    case WHOSE_NOBODY:
        break;
    }
    return "Nothing is set up wrongly on your side.";
}

// Errors begin like the middle of a sentence, which is what they are in a log.
static struct str sentence(const struct call *c, struct str text)
{
    struct str copy = arena_str(c->arena, text);
    if (copy.n && copy.p[0] >= 'a' && copy.p[0] <= 'z')
        ((char *)copy.p)[0] = (char)(copy.p[0] - 'a' + 'A');
    return copy;
}

void page_problem(const struct call *c, const struct problem *p)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(c, &out, "Sign-in stopped");
    page_element(&out, "h1", NULL, p->title);
    if (p->cause.n) {
        page_element(&out, "h2", NULL, STR("Why"));
        page_element(&out, "p", NULL, sentence(c, p->cause));
    }
    if (p->fix.n) {
        page_element(&out, "h2", NULL, STR("What to do"));
        page_element(&out, "p", NULL, p->fix);
    }
    if (p->uri.n)
        page_element(
            &out, "p", NULL,
            arena_printf(c->arena, "Redirect URI of this server: " STR_FMT, STR_ARG(p->uri)));
    page_element(&out, "p", "soft", str_c(whose_text(p->whose)));
    page_element(&out, "p", "soft", arena_printf(c->arena, "Code: %s", p->code));
    if (p->again.n) {
        const struct page_field fields[] = { { "flow", p->again },
                                             { "csrf", csrf_token(c, p->again, p->browser) },
                                             { NULL } };
        page_form_begin(&out, "/consent", fields);
        page_button(&out, "decision", "other", "Use another account", LOOK_FIRST);
        page_form_end(&out);
    }
    if (p->back.n)
        page_button_link(&out, p->back,
                         arena_printf(c->arena, "Back to " STR_FMT, STR_ARG(p->client_name)),
                         p->again.n ? LOOK_QUIET : LOOK_FIRST, false);
    if (p->status == 503)
        http_add_header(c->ex, "Retry-After", STR("5"));
    LOG(LOG_WARNING, "sign-in stopped", F_C("code", p->code), F("title", p->title),
        F("cause", p->cause), F("fix", p->fix), F("client", p->client_name),
        F("request", http_id(c->ex)));
    page_finish(c, &out, p->status);
}
