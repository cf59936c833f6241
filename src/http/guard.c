// SPDX-License-Identifier: MIT
// The gate in front of everything: libmicrohttpd 0.9.75 reads laxly (folded lines, bare LF, NUL,
// blanks before the colon, a sign before a length), and what two readers can read differently
// smuggles requests. So the guard measures: method, target, version and headers, laid end to end as
// RFC 9112 spells them, must add up to the bytes that came. Whatever the parser skipped, joined or
// cut makes the sum differ.
#include "http/internal.h"

struct head {
    struct exchange *ex;
    const char *begin; // the method's first byte
    const char *next;  // where the next line must start
    size_t size;       // as libmicrohttpd counted, with the empty line
    bool fits;
};

static bool refuse(struct exchange *ex, const char *why)
{
    ex->close = true;
    reply_error(ex, 400, "invalid_request", "Malformed request: %s", why);
    return false;
}

/*= rfc9110 5.6.2 "token = 1*tchar" */
static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alnum && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return s.n > 0;
}

static bool value_fine(struct str value)
{
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/*= rfc9112 5.1 "No whitespace is allowed between the field name and colon." */
/*= rfc9112 5.2 "A server that receives an obs-fold … MUST either reject the message…" */
static enum MHD_Result measure_header(void *arg, enum MHD_ValueKind kind, const char *name,
                                      size_t name_size, const char *value, size_t value_size)
{
    (void)kind;
    struct head *h = arg;
    struct exchange *ex = h->ex;
    const char *colon = name + name_size;
    h->fits = name == h->next && value > colon &&
              value - h->begin + (ptrdiff_t)value_size <= (ptrdiff_t)h->size &&
              ex->header_count < HTTP_MAX_HEADERS;
    for (const char *p = colon + 1; h->fits && p < value; p++)
        h->fits = *p == ' ' || *p == '\t';
    if (!h->fits)
        return MHD_NO;
    ex->headers[ex->header_count++] = (struct header){ { name, name_size }, { value, value_size } };
    h->next = value + value_size + 2; // CRLF
    return MHD_YES;
}

// Copies the head into the exchange, because libmicrohttpd's memory ends before a stream's handler
// may.
static void keep_head(struct head *h)
{
    struct exchange *ex = h->ex;
    char *copy = arena_alloc(ex->arena, h->size);
    memcpy(copy, h->begin, h->size);
    for (size_t i = 0; i < ex->header_count; i++) {
        struct header *header = &ex->headers[i];
        header->name.p = copy + (header->name.p - h->begin);
        header->value.p = copy + (header->value.p - h->begin);
        header->value = str_trim(header->value);
    }
}

static bool measure(struct exchange *ex, const char *method, const char *version)
{
    size_t size =
        MHD_get_connection_info(ex->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    struct head h = { ex, method, version + strlen(version) + 2, size, true };
    if (method + strlen(method) + 1 != ex->target_at || ex->target_at + ex->target.n + 1 != version)
        return false;
    int count = MHD_get_connection_values_n(ex->mhd, MHD_HEADER_KIND, NULL, NULL);
    ex->headers = arena_alloc(ex->arena, (size_t)(count > 0 ? count : 0) * sizeof(struct header));
    MHD_get_connection_values_n(ex->mhd, MHD_HEADER_KIND, measure_header, &h);
    if (!h.fits || (size_t)(h.next + 2 - h.begin) != h.size)
        return false;
    keep_head(&h);
    return true;
}

static size_t count_of(const struct exchange *ex, const char *name)
{
    size_t n = 0;
    for (size_t at = 0; (at = exchange_header_before(ex, at, name)) != 0;)
        n++;
    return n;
}

static const char *judge_headers(const struct exchange *ex)
{
    static const char *const single[] = { "Host",          "Content-Length", "Transfer-Encoding",
                                          "Authorization", "Origin",         "Content-Type",
                                          "Expect" };
    for (size_t i = 0; i < ex->header_count; i++) {
        if (!is_token(ex->headers[i].name))
            return "a header name is not a token";
        if (!value_fine(ex->headers[i].value))
            return "a header value has control characters";
    }
    for (size_t i = 0; i < ARRAY_LEN(single); i++) {
        if (count_of(ex, single[i]) > 1)
            return "a header that may stand once stands twice";
    }
    return NULL;
}

/*= rfc9112 3.2 "A server MUST respond with a 400 … to any HTTP/1.1 request message that lacks a
 * Host…" */
static const char *judge_host(const struct exchange *ex, bool old)
{
    struct str host = http_header(ex, "Host");
    if (!host.p)
        return old ? NULL : "no Host";
    return host_is_wellformed(host) ? NULL : "Host is not a host";
}

/*= rfc9112 6.1 "A server MAY reject a request that contains both Content-Length and
 * Transfer-Encoding…" */
static const char *judge_framing(const struct exchange *ex, bool old)
{
    struct str coding = http_header(ex, "Transfer-Encoding");
    struct str length = http_header(ex, "Content-Length");
    uint64_t n = 0;
    if (coding.p && length.p)
        return "Content-Length and Transfer-Encoding exclude each other";
    if (coding.p && (old || !str_eq_nocase(coding, STR("chunked"))))
        return "the only Transfer-Encoding here is chunked";
    if (length.p && (length.n > 19 || !str_to_u64(length, &n)))
        return "Content-Length is not a number";
    struct str expect = http_header(ex, "Expect");
    if (expect.p && !str_eq_nocase(expect, STR("100-continue")))
        return "the only Expect here is 100-continue";
    return NULL;
}

static bool judge_size(struct exchange *ex)
{
    size_t size =
        MHD_get_connection_info(ex->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    int count = MHD_get_connection_values_n(ex->mhd, MHD_HEADER_KIND, NULL, NULL);
    if (size <= ex->server->config.max_header_bytes && count <= HTTP_MAX_HEADERS)
        return true;
    ex->close = true;
    reply_error(ex, 431, "invalid_request", "The request's headers are too large");
    return false;
}

bool guard_head(struct exchange *ex, const char *method, const char *version)
{
    bool old = strcmp(version, "HTTP/1.1") != 0;
    if (!judge_size(ex))
        return false;
    if (!measure(ex, method, version))
        return refuse(ex, "its lines are not as RFC 9112 spells them");
    const char *why = judge_headers(ex);
    if (!why)
        why = judge_host(ex, old);
    if (!why)
        why = judge_framing(ex, old);
    if (why)
        return refuse(ex, why);
    if (ex->target.n > HTTP_MAX_TARGET) {
        ex->close = true;
        reply_error(ex, 414, "invalid_request", "The request target is too long");
        return false;
    }
    if (!path_judge(ex->arena, ex->target, http_header(ex, "Host"), &ex->path, &ex->query))
        return refuse(ex, "the target is ambiguous or has bytes that no URL has");
    return true;
}
