// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool zcc_list_trusted_networks[] = {
    { "zcc_list_trusted_networks", "zcc_trusted_networks", READS,
      "Lists the trusted networks of the Client Connector with the criteria by which a device knows that it is on one: DNS servers and search domains, host names and their addresses, DHCP servers, gateways, subnets, SSIDs. Use it to see where trusted-network rules of forwarding profiles apply; zcc_list_forwarding_profiles shows the profiles. Returns one page.",
      .method = GET, .path = "/zcc/papi/public/v1/webTrustedNetwork/listByCompany",
      .args = ARGS({ "search", STR, QUERY, "Part of the network's name." }, ROW_PAGE,
                   { "page_size", INT, QUERY, "Records a page, at least 1.", .min = 1 }),
      .at = "trustedNetworkContracts", .model = "TrustedNetworks", .list = true },
    { 0 },
};
