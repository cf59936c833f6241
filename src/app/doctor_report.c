// SPDX-License-Identifier: MIT
// The report, as a table for people and as JSON for programs. Values that are configured as secrets
// are taken out of either, whoever put them there.
#include "app/doctor_int.h"
#include "base/clock.h"
#include "json/write.h"

#define ADVISORY                                                                                   \
    "Requests with prompt=none that end in error redirects are watched by security teams since "   \
    "Microsoft's advisory of March 2026; these carry no person, and their number is small."

static const char *const marks[] = {
    [GRADE_OK] = "✓", [GRADE_WARNING] = "!", [GRADE_WRONG] = "✗", [GRADE_UNSEEN] = "?"
};
static const char *const words[] = { [GRADE_OK] = "ok",
                                     [GRADE_WARNING] = "warning",
                                     [GRADE_WRONG] = "wrong",
                                     [GRADE_UNSEEN] = "unseen" };

// --- text ---

static void add_evidence(const struct finding *f, struct buf *out)
{
    char when[21];
    if (!*f->saw.correlation)
        return;
    clock_iso(f->when, when);
    buf_adds(out, "             saw    ");
    if (f->saw.status)
        buf_addf(out, "status %d", f->saw.status);
    else
        buf_adds(out, "no answer");
    if (*f->saw.error)
        buf_addf(out, ", %s", f->saw.error);
    if (f->saw.aadsts)
        buf_addf(out, ", AADSTS%d", f->saw.aadsts);
    buf_addf(out, " at %s, client-request-id %s", when, f->saw.correlation);
    if (*f->saw.request_id)
        buf_addf(out, ", x-ms-request-id %s", f->saw.request_id);
    buf_addc(out, '\n');
    if (*f->saw.said && str_find(f->text, str_c(f->saw.said)) < 0)
        buf_addf(out, "                    %s\n", f->saw.said);
}

static void add_finding(const struct doctor *d, const struct finding *f, struct buf *out)
{
    bool fixable = f->grade == GRADE_WRONG || f->grade == GRADE_WARNING;
    buf_addf(out, "  %s  %-3s  %-14s " STR_FMT "\n", marks[f->grade],
             f->mistake ? f->mistake->number : "", f->check->label, STR_ARG(f->text));
    if (fixable && f->mistake)
        buf_addf(out, "             means  %s\n", doctor_title(f->mistake));
    if (d->verbose || fixable || f->inconclusive)
        add_evidence(f, out);
    if (f->click)
        buf_addf(out, "             do     %s\n", f->click);
    if (f->set)
        buf_addf(out, "             set    %s\n", f->set);
}

static void add_head(const struct doctor *d, struct buf *out)
{
    char when[21];
    clock_iso(clock_now(), when);
    buf_addf(out, "zscaler-mcp doctor %s at %s\n", ZSCALER_MCP_VERSION, when);
    if (d->idp)
        buf_addf(out, "issuer %s, client %s%s" STR_FMT "\n", idp_config(d->idp)->issuer,
                 idp_config(d->idp)->client_id, d->base.n ? ", address " : "", STR_ARG(d->base));
    if (d->verbose)
        buf_adds(out, ADVISORY "\n");
}

static void add_not_tried(const struct doctor *d, struct buf *out)
{
    if (d->not_tried_count == 0)
        return;
    buf_addf(out, "\nNot tried, because of what is wrong above%s%s:", d->stopped_by ? ": " : "",
             d->stopped_by ? d->stopped_by : "");
    for (size_t i = 0; i < d->not_tried_count; i++)
        buf_addf(out, "%s %s", i ? "," : "", d->not_tried[i]->label);
    buf_addc(out, '\n');
}

void doctor_report_text(struct doctor *d, const struct verdict *verdict, struct buf *out)
{
    const char *group = "";
    add_head(d, out);
    for (size_t i = 0; i < d->count; i++) {
        const struct finding *f = &d->findings[i];
        if (strcmp(f->check->group, group) != 0)
            buf_addf(out, "\n%s\n", f->check->group);
        group = f->check->group;
        add_finding(d, f, out);
    }
    add_not_tried(d, out);
    buf_addf(out, "\nVerdict: " STR_FMT ".\n", STR_ARG(verdict->text));
    if (verdict->change.n)
        buf_addf(out, "What would make it better: " STR_FMT ".\n", STR_ARG(verdict->change));
    if (verdict->set)
        buf_addf(out, "             set    %s\n", verdict->set);
    buf_addf(out, "%d requests were sent, none with a person's credentials.\n", d->requests);
}

// --- JSON ---

static void write_evidence(struct json_writer *w, const struct finding *f)
{
    char when[21];
    if (!*f->saw.correlation)
        return;
    clock_iso(f->when, when);
    jw_key(w, "evidence");
    jw_object(w);
    jw_kv_int(w, "status", f->saw.status);
    jw_kv_c(w, "error", *f->saw.error ? f->saw.error : NULL);
    jw_key(w, "aadsts");
    if (f->saw.aadsts)
        jw_int(w, f->saw.aadsts);
    else
        jw_null(w);
    jw_kv_c(w, "said", f->saw.said);
    jw_kv_c(w, "client_request_id", f->saw.correlation);
    jw_kv_c(w, "request_id", *f->saw.request_id ? f->saw.request_id : NULL);
    jw_kv_c(w, "time", when);
    jw_object_end(w);
}

static void write_finding(struct json_writer *w, const struct finding *f)
{
    jw_object(w);
    jw_kv_c(w, "check", f->check->id);
    jw_kv_c(w, "group", f->check->group);
    jw_kv_c(w, "grade", words[f->grade]);
    jw_kv_bool(w, "inconclusive", f->inconclusive);
    jw_kv_c(w, "number", f->mistake ? f->mistake->number : NULL);
    jw_kv_c(w, "title", f->mistake ? doctor_title(f->mistake) : NULL);
    jw_kv(w, "text", f->text);
    write_evidence(w, f);
    jw_key(w, "fix");
    jw_object(w);
    jw_kv_c(w, "click", f->click);
    jw_kv_c(w, "set", f->set);
    jw_object_end(w);
    jw_object_end(w);
}

static void write_verdict(struct json_writer *w, const struct verdict *v)
{
    jw_key(w, "verdict");
    jw_object(w);
    jw_kv_c(w, "way", v->way);
    jw_kv(w, "text", v->text);
    jw_key(w, "change");
    if (v->change.n)
        jw_str(w, v->change);
    else
        jw_null(w);
    jw_kv_c(w, "set", v->set);
    jw_object_end(w);
}

void doctor_report_json(struct doctor *d, const struct verdict *verdict, struct buf *out)
{
    char when[21];
    struct json_writer w;
    clock_iso(clock_now(), when);
    jw_init(&w, out);
    w.indent = 2;
    jw_object(&w);
    jw_kv_c(&w, "version", ZSCALER_MCP_VERSION);
    jw_kv_c(&w, "time", when);
    jw_kv_c(&w, "issuer", d->idp ? idp_config(d->idp)->issuer : NULL);
    jw_kv_c(&w, "client_id", d->idp ? idp_config(d->idp)->client_id : NULL);
    jw_kv_c(&w, "address", d->base.n ? d->base.p : NULL);
    jw_key(&w, "findings");
    jw_array(&w);
    for (size_t i = 0; i < d->count; i++)
        write_finding(&w, &d->findings[i]);
    jw_array_end(&w);
    jw_key(&w, "not_tried");
    jw_array(&w);
    for (size_t i = 0; i < d->not_tried_count; i++)
        jw_c(&w, d->not_tried[i]->id);
    jw_array_end(&w);
    write_verdict(&w, verdict);
    jw_kv_int(&w, "requests", d->requests);
    jw_kv_int(&w, "exit_code", doctor_exit_code(d));
    jw_object_end(&w);
    buf_addc(out, '\n');
}

// --- the numbers, for docs/doctor.md ---

static void add_cell(struct buf *out, const char *text)
{
    for (; text && *text; text++)
        if (*text == '|' || *text == '<')
            buf_addf(out, "\\%c", *text);
        else
            buf_addc(out, *text);
    buf_adds(out, " | ");
}

void doctor_mistakes_markdown(struct buf *out)
{
    buf_adds(
        out,
        "| number | AADSTS | what is wrong | seen by | do | set |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < doctor_mistake_count; i++) {
        const struct mistake *m = &doctor_mistakes[i];
        char aadsts[16] = "";
        if (m->aadsts)
            snprintf(aadsts, sizeof aadsts, "%d", m->aadsts);
        buf_adds(out, "| ");
        add_cell(out, m->number);
        add_cell(out, aadsts);
        add_cell(out, doctor_title(m));
        add_cell(out, m->seen ? m->seen : "a sign-in, or the server's log");
        add_cell(out, doctor_click(m));
        add_cell(out, m->set);
        out->n--; // the blank at the end
        out->p[out->n] = '\0';
        buf_addc(out, '\n');
    }
}
