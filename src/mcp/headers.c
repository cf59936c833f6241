// SPDX-License-Identifier: MIT
// The modern era mirrors parts of the body into HTTP headers, for gateways that route without
// reading bodies. Whoever reads the body must refuse a request whose headers say something else.
#include <math.h>

#include "jose/b64url.h"
#include "mcp/internal.h"

static bool mismatch(struct request *r, const char *header, const char *what)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(512);
    buf_addf(&text, "Header mismatch: %s %s", header, what);
    rpc_error(r, ERR_RPC_HEADER_MISMATCH, STR_NONE, buf_str(&text));
    return false;
}

/*= rfc9110 5.6.3 "OWS = *( SP / HTAB )" */
static struct str trim_ows(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = str_slice(s, 1, s.n);
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7F || (unsigned char)s.p[i] > 0x7F)
            return false;
    return true;
}

/*= mcp-2026-07-28 basic/transports/streamable-http "The prefix =?base64? and suffix ?= indicate
 * that the value is Base64-encoded. These markers are case-sensitive and MUST appear exactly as
 * shown" */
static bool decode(struct str header, struct buf *ret)
{
    const struct str prefix = STR("=?base64?"), suffix = STR("?=");
    struct str s = trim_ows(header);
    if (!is_plain(s))
        return false;
    bool encoded = s.n >= prefix.n + suffix.n && str_starts(s, prefix) && str_ends(s, suffix);
    if (encoded)
        return b64_decode(ret, str_slice(s, prefix.n, s.n - suffix.n));
    buf_add(ret, s);
    return true;
}

bool mcp_headers_match_version(struct request *r, struct str header)
{
    if (!header.p)
        return mismatch(r, "MCP-Protocol-Version", "is required");
    if (!str_eq(trim_ows(header), r->peer.version))
        return mismatch(r, "MCP-Protocol-Version", "differs from params._meta");
    return true;
}

static bool same_number(struct str a, struct str b)
{
    char *end_a, *end_b;
    char text_a[64], text_b[64];
    if (a.n == 0 || a.n >= sizeof(text_a) || b.n >= sizeof(text_b) || memchr(a.p, ' ', a.n))
        return false;
    snprintf(text_a, sizeof(text_a), STR_FMT, STR_ARG(a));
    snprintf(text_b, sizeof(text_b), STR_FMT, STR_ARG(b));
    double x = strtod(text_a, &end_a), y = strtod(text_b, &end_b);
    return !*end_a && !*end_b && isfinite(x) && !islessgreater(x, y);
}

/*= mcp-2026-07-28 basic/transports/streamable-http "servers SHOULD compare the header value and the
 * body value numerically rather than as strings" */
static bool same_value(struct str header, const struct value *body, struct arena *arena)
{
    if (body->type == SCAN_STRING)
        return str_eq(header, rpc_value_text(body, arena));
    if (body->type == SCAN_NUMBER)
        return str_eq(header, body->raw) || same_number(header, body->raw);
    return str_eq(header, body->raw);
}

static struct value mirrored_value(const struct mirror *m, struct str arguments)
{
    struct value v = { .type = SCAN_OBJECT, .raw = arguments };
    for (size_t i = 0; i < m->depth && v.type == SCAN_OBJECT; i++)
        v = rpc_value_member(v.raw, str_c(m->path[i]));
    return v;
}

static bool mirror_matches(struct request *r, const struct mirror *m, struct str header)
{
    const struct value *arguments = &r->msg->arguments;
    struct value body = mirrored_value(m, arguments->type ? arguments->raw : STR("{}"));
    /*= mcp-2026-07-28 basic/transports/streamable-http "Parameter value is null … Server MUST NOT
     * expect the header" */
    if (rpc_value_is_null_or_absent(&body))
        return !header.p || mismatch(r, m->header, "has no value in the arguments");
    if (!header.p)
        return mismatch(r, m->header, "is required");
    CLEANUP(buf_release) struct buf text = BUF_INIT(header.n + 1);
    if (!decode(header, &text))
        return mismatch(r, m->header, "is malformed");
    if (!same_value(buf_str(&text), &body, r->arena))
        return mismatch(r, m->header, "differs from the arguments");
    return true;
}

static bool name_matches(struct request *r, const struct value *name, struct str header)
{
    if (name->type != SCAN_STRING)
        return true; // the method refuses it with a better word
    if (!header.p)
        return mismatch(r, "Mcp-Name", "is required");
    CLEANUP(buf_release) struct buf text = BUF_INIT(header.n + 1);
    if (!decode(header, &text))
        return mismatch(r, "Mcp-Name", "is malformed");
    if (!str_eq(buf_str(&text), rpc_value_text(name, r->arena)))
        return mismatch(r, "Mcp-Name", "differs from what params name");
    return true;
}

static bool arguments_match(struct request *r, struct headers headers)
{
    const struct tool_entry *tool =
        mcp_tool_find(r->server, rpc_value_text(&r->msg->tool, r->arena));
    for (const struct mirror *m = tool ? tool->mirrors : NULL; m; m = m->next)
        if (!mirror_matches(r, m, headers.get(headers.ctx, m->header)))
            return false;
    return true;
}

bool mcp_headers_match(struct request *r, struct headers headers, size_t named)
{
    struct str method = headers.get(headers.ctx, "Mcp-Method");
    if (!method.p)
        return mismatch(r, "Mcp-Method", "is required");
    if (!str_eq(trim_ows(method), r->msg->name))
        return mismatch(r, "Mcp-Method", "differs from method");
    if (!named)
        return true;
    const struct value *name = (const void *)((const char *)r->msg + named);
    if (!name_matches(r, name, headers.get(headers.ctx, "Mcp-Name")))
        return false;
    return !str_is(r->msg->name, "tools/call") || arguments_match(r, headers);
}
