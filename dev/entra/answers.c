// SPDX-License-Identifier: MIT
#include "answers.h"

#include <ctype.h>
#include <time.h>

#include "base/clock.h"
#include "config.h"
#include "json/write.h"

// "2026-11-24 03:07:38Z"
static void timestamp(const struct call *c, char ret[21])
{
    clock_iso(c->now, ret);
    ret[10] = ' ';
}

struct str refusal_description(struct call *c)
{
    char when[21];
    timestamp(c, when);
    const char *sep = behaviour_is(c->emu, "descriptionStyle", "crlf") ? "\r\n" : " ";
    return arena_printf(
        c->arena, STR_FMT "%sTrace ID: %s%sCorrelation ID: " STR_FMT "%sTimestamp: %s",
        STR_ARG(c->refusal.text), sep, c->trace_id, sep, STR_ARG(c->correlation_id), sep, when);
}

void add_form_encoded(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (isalnum(ch) || (ch && strchr("-_.!*()", ch)))
            buf_addc(out, (char)ch);
        else if (ch == ' ')
            buf_addc(out, '+');
        else
            buf_addf(out, "%%%02x", ch);
    }
}

static void add_date(struct call *c)
{
    // The emulated clock's, so that a wrong clock can be seen from outside.
    time_t now = (time_t)c->now;
    struct tm tm;
    char text[40];
    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &tm));
    http_add_header(c->ex, "Date", str_c(text));
}

void x_ms_headers(struct call *c)
{
    add_date(c);
    http_add_header(c->ex, "Strict-Transport-Security", STR("max-age=31536000; includeSubDomains"));
    http_add_header(c->ex, "P3P", STR("CP=\"DSP CUR OTPi IND OTRi ONL FIN\""));
    http_add_header(c->ex, "x-ms-request-id", str_c(c->trace_id));
    http_add_header(c->ex, "x-ms-ests-server", STR("2.1.0.0 - EMU ProdSlices"));
    if (str_is(http_header(c->ex, "return-client-request-id"), "true"))
        http_add_header(c->ex, "client-request-id", c->correlation_id);
    http_add_header(c->ex, "Set-Cookie",
                    arena_printf(c->arena, "fpc=%.22s; Path=/; HttpOnly", c->trace_id));
    http_add_header(c->ex, "Set-Cookie",
                    arena_printf(c->arena, "esctx=AQ%.8s; Path=/; HttpOnly", c->trace_id));
    http_add_header(c->ex, "Set-Cookie", STR("x-ms-gateway-slice=estsfd; Path=/; HttpOnly"));
    http_add_header(c->ex, "Set-Cookie", STR("stsservicecookie=estsfd; Path=/; HttpOnly"));
}

static void no_store(struct call *c)
{
    http_add_header(c->ex, "Cache-Control", STR("no-store, no-cache"));
    http_add_header(c->ex, "Pragma", STR("no-cache"));
    http_add_header(c->ex, "Expires", STR("-1"));
}

void answer_json(struct call *c, int status, struct str body)
{
    no_store(c);
    x_ms_headers(c);
    http_reply(c->ex, status, JSON_TYPE, body);
}

void answer_document(struct call *c, int status, struct str body)
{
    http_add_header(c->ex, "Access-Control-Allow-Origin", STR("*"));
    http_add_header(c->ex, "Access-Control-Allow-Methods", STR("GET, OPTIONS"));
    http_add_header(c->ex, "Cache-Control", STR("max-age=86400, private"));
    x_ms_headers(c);
    http_reply(c->ex, status, body.n ? JSON_TYPE : NULL, body);
}

static struct str refusal_body(struct call *c)
{
    char when[21];
    timestamp(c, when);
    CLEANUP(buf_release) struct buf out = BUF_INIT(65536);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv_c(&w, "error", c->refusal.error);
    jw_kv(&w, "error_description", refusal_description(c));
    jw_key(&w, "error_codes");
    jw_array(&w);
    jw_int(&w, c->refusal.code);
    jw_array_end(&w);
    jw_kv_c(&w, "timestamp", when);
    jw_kv_c(&w, "trace_id", c->trace_id);
    jw_kv(&w, "correlation_id", c->correlation_id);
    jw_kv(&w, "error_uri",
          arena_printf(c->arena, STR_FMT "/error?code=%d",
                       STR_ARG(emu_login_host(c->emu, c->arena)), c->refusal.code));
    if (c->refusal.suberror)
        jw_kv_c(&w, "suberror", c->refusal.suberror);
    if (c->refusal.claims.n)
        jw_kv(&w, "claims", c->refusal.claims);
    jw_object_end(&w);
    return arena_str(c->arena, buf_str(&out));
}

void answer_refusal_json(struct call *c)
{
    http_add_header(c->ex, "x-ms-clitelem", arena_printf(c->arena, "1,%d,0,,", c->refusal.code));
    answer_json(c, c->refusal.status, refusal_body(c));
}

void answer_refusal_document(struct call *c)
{
    answer_document(c, 400, refusal_body(c));
}

void answer_html(struct call *c, int status, struct str body)
{
    http_add_header(c->ex, "X-Frame-Options", STR("DENY"));
    http_add_header(c->ex, "Cache-Control", STR("no-store"));
    x_ms_headers(c);
    http_reply(c->ex, status, HTML_TYPE, body);
}

// Text inside a script: JSON, with '<' escaped so that no markup can end the script.
static void add_script_string(struct buf *out, struct str s)
{
    CLEANUP(buf_release) struct buf json = BUF_INIT(65536);
    json_add_string(&json, s);
    for (size_t i = 0; i < json.n; i++) {
        if (json.p[i] == '<')
            buf_adds(out, "\\u003c");
        else
            buf_addc(out, json.p[i]);
    }
}

static void add_script(struct call *c, struct buf *out)
{
    buf_addf(
        out,
        "<script>$Config={\"iErrorCode\":%d,\"iHttpErrorCode\":400,\"strServiceExceptionMessage\":",
        c->refusal.code);
    add_script_string(out, c->refusal.text);
    buf_addf(out, ",\"sessionId\":\"%s\",\"correlationId\":", c->trace_id);
    add_script_string(out, c->correlation_id);
    buf_adds(out, "};</script>");
}

void answer_refusal_page(struct call *c, struct str app_name, struct str app_id)
{
    char when[21];
    clock_iso(c->now, when);
    bool blocked = c->refusal.code == 53003 || c->refusal.code == 53000;
    CLEANUP(buf_release) struct buf out = BUF_INIT(131072);
    buf_adds(&out, "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                   "<title>Sign in to your account</title></head><body><h1>");
    buf_adds(&out, blocked ? "You cannot access this right now"
                           : "Sorry, but we&#39;re having trouble signing you in.");
    buf_adds(&out, "</h1><p>");
    buf_add_html(&out, c->refusal.text);
    buf_adds(&out, "</p>");
    if (blocked) {
        buf_addf(&out, "<p>You don&#39;t have access to this. Error Code: %d<br>App name: ",
                 c->refusal.code);
        buf_add_html(&out, app_name);
        buf_adds(&out, "<br>App id: ");
        buf_add_html(&out, app_id);
        buf_adds(&out, "</p>");
    }
    buf_addf(&out, "<pre>Request Id: %s\nCorrelation Id: ", c->trace_id);
    buf_add_html(&out, c->correlation_id);
    buf_addf(&out, "\nTimestamp: %s\nMessage: ", when);
    buf_add_html(&out, c->refusal.text);
    buf_adds(&out,
             "</pre><p><small>Entra ID emulator: a test stand-in, not Microsoft.</small></p>");
    add_script(c, &out);
    buf_adds(&out, "</body></html>");
    bool seed_wording = c->refusal.code == 70001;
    answer_html(c, seed_wording ? 400 : (int)behaviour_number(c->emu, "errorPageStatus"),
                buf_str(&out));
}
