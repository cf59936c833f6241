// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zins_iot[] = {
    { "zins_get_iot_device_stats", "zins_iot", READS,
      "Counts the devices seen in traffic by kind (user, IoT, server, unclassified) and lists their classifications.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query IoTDeviceStats($limit: Int, $filter_by: IoTDeviceFilterBy, $order_by: [IoTDeviceOrderBy]) { IOT { device_stats { devices_count user_devices_count iot_devices_count server_devices_count un_classified_devices_count entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { classifications classification_uuid category total } } } }",
      .args = ARGS({ "limit", INT, VARS, "How many entries at most.", .otherwise = "50", .min = 1,
                     .max = 1000 }),
      .at = "data.IOT.device_stats", .keys = KEYS_RAW, .json = true },
    { 0 },
};
