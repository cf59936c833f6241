// SPDX-License-Identifier: MIT
#include "tools/tools.h"

// The API counts the systems.
static json_t *os_number(struct tool_call *call, const struct arg *arg, json_t *value,
                         struct err *err)
{
    static const char *const systems[] = { "ios", "android", "windows", "macos", "linux" };
    (void)call;
    for (size_t i = 0; i < ARRAY_LEN(systems); i++)
        if (str_eq_nocase(str_trim(dom_text(value)), str_c(systems[i])))
            return json_integer((json_int_t)i + 1);
    err_set(err, ERR_TOOL_ARGUMENTS,
            "%s must be ios, android, windows, macos or linux, not '" STR_FMT "'", arg->name,
            STR_ARG(dom_text(value)));
    return NULL;
}

const struct tool zcc_list_devices[] = {
    { "zcc_list_devices", "zcc_devices", READS, "List Client Connector devices. Returns one page.",
      .method = GET, .path = "/zcc/papi/public/v1/getDevices",
      .args =
          ARGS({ "username", STR, QUERY, "User name." },
               { "os_type", STR, QUERY, "ios, android, windows, macos or linux.", .as = os_number },
               { "page", INT, QUERY, "Number of the page.", .min = 1 },
               { "page_size", INT, QUERY, "Records a page.", .min = 1, .max = 5000 }),
      .model = "Device", .list = true },
    { 0 },
};
