// SPDX-License-Identifier: MIT
#include "tools/tools.h"

// The API knows a device by its udid alone.
static bool needs_udid(struct tool_call *call, struct err *err)
{
    if (call_arg(call, "udid"))
        return true;
    return err_set(err, ERR_TOOL_ARGUMENTS,
                   "Give the udid of the device; zcc_list_devices shows it.");
}

const struct tool zcc_get_otp[] = {
    { "zcc_get_device_otp", "zcc_devices", READS, "Read Client Connector device one-time password.",
      .method = GET, .path = "/zcc/papi/public/v1/getOtp",
      .args =
          ARGS({ "udid", STR, QUERY, "Udid." }, { "device_id", STR, NOWHERE, "Id of the device." }),
      .model = "OtpResponse", .prepare = needs_udid },
    { 0 },
};
