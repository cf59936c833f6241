// SPDX-License-Identifier: MIT
// links: json
// Any text as a JMESPath expression, run on one tree: an answer or an error, never more than the
// limits.
#include "fuzz.h"
#include "json/query.h"
#include "json/write.h"

static json_t *data_of(void)
{
    json_t *v = NULL;
    CHECK(dom_parse(
        STR("{\"a\":{\"b\":[1,2.5,{\"c\":\"x'y\"},null,true],\"c\":\"h\\u00e9llo\"},\"e\":[],\"o\":{},\"n\":null,"
            "\"l\":[{\"n\":3,\"s\":\"b\"},{\"n\":1,\"s\":\"a\",\"t\":[[1],2]}],\"s\":[\"b\",\"a\"],\"m\":[1,\"x\"]}"),
        &v, NULL));
    return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    CLEANUP(query_free) struct query *q = NULL;
    struct err err = { 0 };
    if (!query_compile(str_of(data, n), &q, &err)) {
        CHECK(!q && err.text[0] && str_is_utf8(err_text(&err)));
        return 0;
    }
    JSON_AUTO *in = data_of(), *before = json_deep_copy(in), *out = NULL;
    bool ok = query_run(q, in, &out, &err);
    CHECK(ok == (out != NULL));
    CHECK(ok || (err.text[0] && str_is_utf8(err_text(&err))));
    CHECK(json_equal(in, before)); // the data are left alone
    CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
    json_add_compact(&text, out);
    return 0;
}
