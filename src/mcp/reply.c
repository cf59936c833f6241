// SPDX-License-Identifier: MIT
// Answers: the envelope around results, and errors with their HTTP status.
#include "mcp/internal.h"

void rpc_begin(struct request *r)
{
    buf_reset(r->out);
    buf_add(r->out, STR("{\"jsonrpc\":\"2.0\",\"id\":"));
    buf_add(r->out, r->msg->id);
    buf_add(r->out, STR(",\"result\":"));
}

void rpc_end(struct request *r)
{
    buf_addc(r->out, '}');
    r->status = 200;
    if (!buf_ok(r->out))
        rpc_error(r, ERR_LIMIT, STR_NONE, STR("The result is larger than the server may send"));
}

void rpc_result(struct request *r, struct str result)
{
    rpc_begin(r);
    buf_add(r->out, result);
    rpc_end(r);
}

static int rpc_code(enum err_code code)
{
    int known = err_info(code)->rpc_code;
    return known ? known : err_info(ERR_INTERNAL)->rpc_code;
}

/*= mcp-2026-07-28 basic/transports/streamable-http "If the server does not implement the requested
 * RPC method, it MUST respond with 404 Not Found" */
int rpc_error_status(enum mcp_era era, enum err_code code)
{
    int status = err_info(code)->http_status;
    bool answered = era == MCP_LEGACY || (status != 400 && status != 404);
    return answered ? 200 : status;
}

void rpc_error_write(struct buf *out, enum mcp_era era, struct str id, enum err_code code,
                     struct str data, struct str text)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_kv_c(&w, "jsonrpc", "2.0");
    if (id.p)
        jw_kv_raw(&w, "id", id);
    else if (era == MCP_LEGACY) // JSON-RPC 2.0 section 5: null where it could not be read
        jw_kv_raw(&w, "id", STR("null"));
    jw_key(&w, "error");
    jw_object(&w);
    jw_kv_int(&w, "code", rpc_code(code));
    jw_kv(&w, "message", text);
    if (data.n)
        jw_kv_raw(&w, "data", data);
    jw_object_end(&w);
    jw_object_end(&w);
}

void rpc_error(struct request *r, enum err_code code, struct str data, struct str text)
{
    buf_reset(r->out);
    rpc_error_write(r->out, r->peer.era, r->msg->id, code, data, text);
    r->status = rpc_error_status(r->peer.era, code);
}
