// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_gre_ranges[] = {
    { "zia_list_gre_ranges", "zia_locations", READS,
      "Lists the internal address ranges (/29) that are still free for GRE tunnels. Use it to choose internal_ip_range of zia_create_gre_tunnel.",
      .method = GET, .path = "/zia/api/v1/greTunnels/availableInternalIpRanges",
      .args = ARGS(
          { "internal_ip_range", STR, QUERY, "Only ranges within this one, as 172.17.46.0." },
          { "static_ip", STR, QUERY, "Only ranges for a tunnel from this registered address." },
          { "limit", INT, QUERY, "How many records at most." }),
      .list = true, .keys = KEYS_RAW },
    { 0 },
};
