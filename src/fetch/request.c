// SPDX-License-Identifier: MIT
#include "fetch/internal.h"

#include <unistd.h>

#define HEADER_LINE_MAX (64 * 1024)

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
    struct task *t = arg;
    struct buf *body = &t->response->body;
    buf_add(body, str_of(p, size * n));
    t->too_large = !buf_ok(body);
    return t->too_large ? 0 : size * n;
}

// A status line begins the headers anew: what came before was an interim answer.
static size_t take_header(char *p, size_t size, size_t n, void *arg)
{
    struct task *t = arg;
    struct str line = str_of(p, size * n);
    struct buf *headers = &t->response->headers;
    if (str_starts(line, STR("HTTP/")))
        buf_reset(headers);
    buf_add(headers, line);
    t->too_large = t->too_large || !buf_ok(headers);
    return t->too_large ? 0 : size * n;
}

// The address is known here and the connection not yet made: no second look-up can change it.
static curl_socket_t open_public(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct task *t = arg;
    if (purpose != CURLSOCKTYPE_IPCXN || !address_is_public(&address->addr)) {
        t->not_public = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static bool is_header_text(struct str s, bool name)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f || (name && strchr(" :;,\t", c)))
            return false;
    }
    return !name || s.n > 0;
}

static bool append(struct task *t, struct str line)
{
    CLEANUP(buf_wipe) struct buf b = BUF_INIT(HEADER_LINE_MAX);
    buf_add(&b, line);
    struct curl_slist *longer = buf_ok(&b) ? curl_slist_append(t->headers, buf_cstr(&b)) : NULL;
    if (!longer)
        return false;
    t->headers = longer;
    return true;
}

static bool add_header(struct task *t, const struct fetch_header *h, struct err *err)
{
    if (!is_header_text(str_c(h->name), true) || !is_header_text(h->value, false))
        return err_set(err, ERR_INVALID_REQUEST,
                       "the header '%s' of a request to " STR_FMT " is malformed", h->name,
                       STR_ARG(t->url.authority));
    CLEANUP(buf_wipe) struct buf b = BUF_INIT(HEADER_LINE_MAX);
    if (h->value.n > 0)
        buf_addf(&b, "%s: " STR_FMT, h->name, STR_ARG(h->value));
    else
        buf_addf(&b, "%s;", h->name); // how curl is told of an empty value
    if (!buf_ok(&b) || !append(t, buf_str(&b)))
        return err_set(err, ERR_LIMIT, "the header '%s' of a request to " STR_FMT " is too long",
                       h->name, STR_ARG(t->url.authority));
    return true;
}

static bool set_headers(struct task *t, struct err *err)
{
    bool typed = false;
    for (const struct fetch_header *h = t->request->headers; h && h->name; h++) {
        typed = typed || str_eq_nocase(str_c(h->name), STR("Content-Type"));
        if (!add_header(t, h, err))
            return false;
    }
    // No guessing on our behalf: neither a media type nor a pause for "100 Continue". (curl 7.88
    // would sign an Expect that it does not send.)
    bool expects = t->request->aws_sigv4;
    if ((!typed && !append(t, STR("Content-Type:"))) || (!expects && !append(t, STR("Expect:"))))
        return err_set(err, ERR_LIMIT, "the headers of a request to " STR_FMT " are too long",
                       STR_ARG(t->url.authority));
    curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
    return true;
}

static void set_method(CURL *easy, const struct fetch_request *r)
{
    const char *method = r->method ? r->method : "GET";
    bool post = strcmp(method, "POST") == 0;
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (r->body.p || post) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body.p ? r->body.p : "");
        if (!post)
            curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    } else if (r->method && strcmp(method, "GET") != 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

// A stranger chose this URL: own connection, no proxy that would resolve for us, judged addresses
// only.
static void set_public_only(struct task *t)
{
    curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, open_public);
    curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(t->easy, CURLOPT_PROXY, "");
}

static void set_transport(struct task *t)
{
    CURL *easy = t->easy;
    const struct fetch_request *r = t->request;
    const char *agent = r->user_agent ? r->user_agent : t->fetcher->user_agent;
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); // a cancelled look-up does not hold the loop up
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                     (long)(r->timeout_ms > 0 ? r->timeout_ms : FETCH_TIMEOUT_MS));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, agent);
    if (t->fetcher->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, t->fetcher->ca_file);
    if (r->direct)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (r->once)
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    if (r->aws_sigv4) {
        curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, r->aws_sigv4);
        curl_easy_setopt(easy, CURLOPT_USERPWD, r->aws_key);
    }
    if (r->public_only)
        set_public_only(t);
    else if (r->proxy_only)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
}

static void set_answer(struct task *t, size_t max_bytes)
{
    curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error_text);
    curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    curl_easy_setopt(t->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)max_bytes);
    buf_init(&t->response->body, max_bytes);
    buf_init(&t->response->headers, FETCH_MAX_HEADERS);
}

bool request_prepare(struct task *t, struct err *err)
{
    const struct fetch_request *r = t->request;
    set_answer(t, r->max_bytes ? r->max_bytes : FETCH_MAX_BYTES);
    set_transport(t);
    set_method(t->easy, r);
    if (!set_headers(t, err))
        return false;
    if (curl_easy_setopt(t->easy, CURLOPT_URL, r->url) == CURLE_OK)
        return true;
    return err_set(err, ERR_INVALID_REQUEST, "the URL of a request to " STR_FMT " is not usable",
                   STR_ARG(t->url.authority));
}
