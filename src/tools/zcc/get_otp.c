// SPDX-License-Identifier: MIT
#include "tools/tools.h"

// The API knows a device by its udid alone; device_id is another word for it.
static bool needs_udid(struct tool_call *call, struct err *err)
{
    if (call_text(call, "udid").n)
        return true;
    if (!call_text(call, "device_id").n)
        return err_set(err, ERR_TOOL_ARGUMENTS,
                       "Give the udid of the device; zcc_list_devices shows it.");
    json_object_set(call->args, "udid", call_arg(call, "device_id"));
    return true;
}

const struct tool zcc_get_otp[] = {
    { "zcc_get_device_otp", "zcc_devices", READS,
      "Reads the one-time passwords of a device: for logging out, uninstalling, or turning a service of the Client Connector off. Give them only to the person at the device. zcc_list_devices shows the udid.",
      .method = GET, .path = "/zcc/papi/public/v1/getOtp",
      .args = ARGS({ "udid", STR, QUERY, "Udid of the device; zcc_list_devices shows it." },
                   { "device_id", STR, NOWHERE, "The same as udid, which wins." }),
      .model = "OtpResponse", .prepare = needs_udid },
    { 0 },
};
