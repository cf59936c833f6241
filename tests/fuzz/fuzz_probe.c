// links: idp
// SPDX-License-Identifier: MIT
// Pages and JSON of an identity provider that nobody vouched for: what is kept of them is one line
// of valid UTF-8, without control bytes.
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "idp/probe.h"

static void is_one_line(const char *text, size_t size)
{
    size_t n = strnlen(text, size);
    CHECK(n < size);
    CHECK(str_is_utf8(str_of(text, n)));
    for (size_t i = 0; i < n; i++)
        CHECK((unsigned char)text[i] >= ' ' && text[i] != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fetch_response response = { .status = 200, .body = BUF_INIT(1 << 20) };
    struct probe probe = { .status = 200 };
    buf_add(&response.body, str_of(data, size));
    probe_read_body(&response, &probe);
    is_one_line(probe.said, sizeof probe.said);
    is_one_line(probe.error, sizeof probe.error);
    CHECK(probe.aadsts >= 0);
    fetch_response_release(&response);
    return 0;
}
