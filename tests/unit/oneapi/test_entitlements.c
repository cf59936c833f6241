// SPDX-License-Identifier: MIT
// What an access token says of the products that the API client may use.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "oneapi/internal.h"

static const struct {
    const char *claims;
    const char *services; // "zia zpa"
    const char *unknown;
    bool told;
} rows[] = {
    { "{}", "", "", false },
    { "{\"service-info\":\"ZIA\"}", "", "", false },
    { "{\"service-info\":[]}", "", "", false },
    { "{\"service-info\":[{\"prd\":7},{},null,\"ZIA\"]}", "", "", false },
    { "{\"service-info\":[{\"prd\":\"ZIA\"},{\"prd\":\"zpa\"}]}", "zia zpa", "", true },
    { "{\"serviceInfo\":[{\"prd\":\"CLOUD_CONNECTOR\"},{\"prd\":\"ZTW\"}]}", "ztw", "", true },
    { "{\"service-info\":[{\"prd\":\"ZIAM\"},{\"prd\":\"NEWONE\"},{\"prd\":\"OTHER\"}]}", "zid",
      "NEWONE, OTHER", true },
    { "{\"service-info\":[{\"prd\":\"NEWONE\"}]}", "", "NEWONE", true },
    { "{\"service-info\":[{\"prd\":\"a name that is far too long to be that of a product\"}]}", "",
      "", false },
};

static void products_become_services(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_new();
        CLEANUP(buf_release) struct buf names = BUF_INIT(1000);
        struct oneapi_entitlements got;
        JSON_AUTO *claims = NULL;
        assert_true(dom_parse_object(str_c(rows[i].claims), &claims, NULL));
        entitlements_read(claims, arena, &got);
        for (size_t j = 0; got.services[j]; j++)
            buf_addf(&names, "%s%s", j ? " " : "", got.services[j]);
        assert_string_equal(buf_cstr(&names), rows[i].services);
        assert_true(str_is(got.unknown, rows[i].unknown));
        assert_int_equal(got.told, rows[i].told);
        assert_int_equal(oneapi_entitled(&got, "zpa"), strstr(rows[i].services, "zpa") != NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(products_become_services) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
