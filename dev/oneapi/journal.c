// SPDX-License-Identifier: MIT
#include "journal.h"

#include "base/mem.h"
#include "json/write.h"

struct entry {
    const char *method;
    struct buf path, query, body, token;
    int status;
};

struct journal {
    size_t count; // since the start or the last clear
    struct entry entries[JOURNAL_MAX];
};

struct journal *journal_new(void)
{
    struct journal *j = mem_zalloc(1, sizeof(*j));
    for (size_t i = 0; i < JOURNAL_MAX; i++) {
        struct entry *e = &j->entries[i];
        buf_init(&e->path, JOURNAL_BODY_MAX);
        buf_init(&e->query, JOURNAL_BODY_MAX);
        buf_init(&e->body, JOURNAL_BODY_MAX);
        buf_init(&e->token, 16);
    }
    return j;
}

void journal_free(struct journal *j)
{
    if (!j)
        return;
    for (size_t i = 0; i < JOURNAL_MAX; i++) {
        buf_release(&j->entries[i].path);
        buf_release(&j->entries[i].query);
        buf_release(&j->entries[i].body);
        buf_release(&j->entries[i].token);
    }
    free(j);
}

void journal_clear(struct journal *j)
{
    j->count = 0;
}

static void put(struct buf *to, struct str text)
{
    buf_reset(to);
    buf_add(to, str_slice(text, 0, JOURNAL_BODY_MAX)); // longer ones are cut
}

void journal_add(struct journal *j, const struct journal_line *line)
{
    struct entry *e = &j->entries[j->count++ % JOURNAL_MAX];
    e->method = line->method;
    e->status = line->status;
    put(&e->path, line->path);
    put(&e->query, line->query);
    put(&e->body, line->body);
    put(&e->token, line->token);
}

void journal_write(const struct journal *j, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_array(&w);
    for (size_t i = j->count > JOURNAL_MAX ? j->count - JOURNAL_MAX : 0; i < j->count; i++) {
        const struct entry *e = &j->entries[i % JOURNAL_MAX];
        jw_object(&w);
        jw_kv_c(&w, "method", e->method);
        jw_kv(&w, "path", buf_str(&e->path));
        jw_kv(&w, "query", buf_str(&e->query));
        jw_kv(&w, "body", buf_str(&e->body));
        jw_kv(&w, "token", buf_str(&e->token));
        jw_kv_int(&w, "status", e->status);
        jw_object_end(&w);
    }
    jw_array_end(&w);
}
