// SPDX-License-Identifier: MIT
#include "http/internal.h"

#include <assert.h>
#include <sys/socket.h>

#define COMPRESS_FROM 1024
#define COMPRESS_UPTO (64 * 1024 * 1024)

struct added_header {
    struct added_header *next;
    const char *name, *value;
};

static bool header_fine(struct str s)
{
    return !memchr(s.p ? s.p : "", '\r', s.n) && !memchr(s.p ? s.p : "", '\n', s.n) &&
           !memchr(s.p ? s.p : "", 0, s.n);
}

void http_add_header(struct exchange *ex, const char *name, struct str value)
{
    bool fine = header_fine(value) && header_fine(str_c(name));
    assert(fine);
    if (!fine)
        return;
    struct added_header *h = arena_alloc(ex->arena, sizeof(*h));
    h->name = arena_cstr(ex->arena, str_c(name));
    h->value = arena_cstr(ex->arena, value);
    struct added_header **end = &ex->added;
    while (*end)
        end = &(*end)->next;
    *end = h;
}

void reply_finish(struct exchange *ex, struct MHD_Response *response, int status)
{
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "X-Request-Id", ex->id);
    cors_headers(ex, response);
    for (const struct added_header *h = ex->added; h; h = h->next)
        MHD_add_response_header(response, h->name, h->value);
    if (ex->close || atomic_load(&ex->server->stopping))
        MHD_add_response_header(response, "Connection", "close");
    ex->response = response;
    ex->status = (unsigned)status;
    atomic_store(&ex->replied, true);
    exchange_answered(ex);
}

static bool is_compressible(const char *content_type)
{
    struct str type = str_c(content_type);
    return str_starts(type, STR("text/")) || str_starts(type, STR("application/json")) ||
           str_find(type, STR("+json")) >= 0;
}

// Takes the buf's bytes over.
static struct MHD_Response *response_of(struct buf *b)
{
    size_t n = 0;
    char *p = buf_take(b, &n);
    return MHD_create_response_from_buffer(n, p, MHD_RESPMEM_MUST_FREE);
}

static struct MHD_Response *compressed(struct str body)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(body.n + body.n / 8 + 1024);
    if (!gzip_bytes(body, &out) || out.n >= body.n)
        return NULL;
    return response_of(&out);
}

static struct MHD_Response *plain(struct str body, enum MHD_ResponseMemoryMode mode)
{
    return MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)(body.p ? body.p : ""), mode);
}

static void send_answer(struct exchange *ex, struct MHD_Response *response, int status,
                        const char *content_type, bool gzipped)
{
    if (content_type)
        MHD_add_response_header(response, "Content-Type", content_type);
    if (content_type && is_compressible(content_type))
        MHD_add_response_header(response, "Vary", "Accept-Encoding");
    if (gzipped)
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    reply_finish(ex, response, status);
}

bool reply_wants_gzip(const struct exchange *ex, const char *content_type, size_t n)
{
    return content_type && n > COMPRESS_FROM && n < COMPRESS_UPTO &&
           is_compressible(content_type) && accepts_gzip(http_header(ex, "Accept-Encoding"));
}

void http_reply(struct exchange *ex, int status, const char *content_type, struct str body)
{
    assert(!http_replied(ex));
    struct MHD_Response *response =
        reply_wants_gzip(ex, content_type, body.n) ? compressed(body) : NULL;
    bool gzipped = response != NULL;
    if (!response)
        response = plain(body, MHD_RESPMEM_MUST_COPY);
    send_answer(ex, response, status, content_type, gzipped);
}

void reply_taken(struct exchange *ex, int status, const char *content_type, struct buf *body,
                 bool gzipped)
{
    send_answer(ex, response_of(body), status, content_type, gzipped);
}

void http_reply_static(struct exchange *ex, int status, const char *content_type, struct str body,
                       struct str gz)
{
    assert(!http_replied(ex));
    bool gzipped = gz.n > 0 && reply_wants_gzip(ex, content_type, body.n);
    send_answer(ex, plain(gzipped ? gz : body, MHD_RESPMEM_PERSISTENT), status, content_type,
                gzipped);
}

void http_redirect(struct exchange *ex, int status, struct str location)
{
    http_add_header(ex, "Location", location);
    http_reply(ex, status, NULL, STR_NONE);
}

void http_break(struct exchange *ex)
{
    assert(!http_replied(ex));
    struct conn *c = ex->conn;
    pthread_mutex_lock(&c->lock);
    if (c->fd >= 0)
        shutdown(c->fd, SHUT_RDWR);
    pthread_mutex_unlock(&c->lock);
    http_reply(ex, 200, NULL, STR("")); // nobody is there to read it
}

bool http_replied(const struct exchange *ex)
{
    return atomic_load(&ex->replied);
}

// Texts of ours with values that were checked to be printable; quotes and backslashes are made
// harmless.
static PRINTF(2, 0) struct str json_safe(struct exchange *ex, const char *fmt, va_list args)
{
    char text[512];
    vsnprintf(text, sizeof(text), fmt, args);
    for (char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\' || (unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
            *p = '\'';
    }
    return arena_str(ex->arena, str_c(text));
}

void reply_error(struct exchange *ex, int status, const char *error, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct str text = json_safe(ex, fmt, args);
    va_end(args);
    http_add_header(ex, "Cache-Control", STR("no-store"));
    http_reply(ex, status, "application/json",
               arena_printf(ex->arena, "{\"error\":\"%s\",\"error_description\":\"" STR_FMT "\"}",
                            error, STR_ARG(text)));
}

void reply_rpc_error(struct exchange *ex, int status, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    struct str text = json_safe(ex, fmt, args);
    va_end(args);
    http_add_header(ex, "Cache-Control", STR("no-store"));
    http_reply(ex, status, "application/json",
               arena_printf(ex->arena,
                            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32001,\"message\":\"" STR_FMT
                            "\"}}",
                            STR_ARG(text)));
}
