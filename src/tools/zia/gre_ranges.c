// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_gre_ranges[] = {
    { "zia_list_gre_ranges", "zia_locations", READS, "List ZIA GRE ranges.", .method = GET,
      .path = "/zia/api/v1/greTunnels/availableInternalIpRanges",
      .args = ARGS({ "internal_ip_range", STR, QUERY, "Internal IP range." },
                   { "static_ip", STR, QUERY, "Static IP." },
                   { "limit", INT, QUERY, "How many records at most." }),
      .list = true, .keys = KEYS_RAW },
    { 0 },
};
