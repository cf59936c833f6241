// SPDX-License-Identifier: MIT
// links: json
// Scanner against tree: they accept the same texts but for names that stand twice or hold U+0000
// and numbers beyond a double, which only the tree judges. What is written reads back as the same
// tree.
#include "fuzz.h"
#include "json/dom.h"
#include "json/scan.h"
#include "json/write.h"

static bool scans(struct str text)
{
    CLEANUP(buf_release) struct buf plain = BUF_INIT(text.n);
    struct scan s;
    scan_init(&s, text, 0);
    while (scan_next(&s) > SCAN_END) {
        CHECK(s.raw.p >= text.p && s.raw.p + s.raw.n <= text.p + text.n);
        buf_reset(&plain);
        if (s.token == SCAN_KEY || s.token == SCAN_STRING)
            scan_text(&s, &plain);
        CHECK(buf_ok(&plain) && str_is_utf8(buf_str(&plain))); // never longer than its text
    }
    return s.token == SCAN_END;
}

// Skipping from the first token takes exactly the value.
static void check_skip(struct str text)
{
    struct scan s;
    struct str raw;
    scan_init(&s, text, 0);
    scan_next(&s);
    CHECK(scan_skip(&s, &raw) && str_eq(raw, str_trim(text)) && scan_next(&s) == SCAN_END);
}

static bool is_known_difference(const struct err *err)
{
    return str_find(err_text(err), STR("stands twice")) >= 0 ||
           str_find(err_text(err), STR("U+0000")) >= 0 ||
           str_find(err_text(err), STR("is too large")) >= 0;
}

static void check_round_trip(const json_t *v, void (*add)(struct buf *out, const json_t *v))
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(64 << 20);
    JSON_AUTO *again = NULL;
    add(&text, v);
    CHECK(buf_ok(&text) && dom_parse(buf_str(&text), &again, NULL) && json_equal(v, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str text = str_of(data, n);
    JSON_AUTO *v = NULL;
    struct err err = { 0 };
    bool scanned = scans(text), parsed = dom_parse(text, &v, &err);
    CHECK(parsed == (v != NULL));
    CHECK(scanned || !parsed);
    CHECK(parsed || !scanned || is_known_difference(&err));
    CHECK(parsed || (err.code == ERR_JSON && str_is_utf8(err_text(&err))));
    if (scanned)
        check_skip(text);
    if (parsed) {
        check_round_trip(v, json_add_compact);
        check_round_trip(v, json_add_indented);
    }
    return 0;
}
