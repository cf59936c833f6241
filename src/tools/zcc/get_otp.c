// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcc_get_otp[] = {
    { "zcc_get_device_otp", "zcc_devices", READS, "Read Client Connector device one-time password.",
      .method = GET, .path = "/zcc/papi/public/v1/getOtp",
      .args =
          ARGS({ "udid", STR, QUERY, "Udid." }, { "device_id", STR, NOWHERE, "Id of the device." }),
      .model = "OtpResponse" },
    { 0 },
};
