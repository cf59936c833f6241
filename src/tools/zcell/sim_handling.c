// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcell_sim_handling[] = {
    { "zcell_get_sim_details", "zcell_sim_handling", READS,
      "Reads one SIM of Zscaler Cellular: state, device (IMEI), network, country, last session, plan. zcell_list_sims shows the ICCIDs.",
      .method = GET, .path = "/zcell/config/api/v1/customers/{zcell_customer}/sims/details",
      .args =
          ARGS({ "icc_id", STR | NEEDED, QUERY, "ICCID of the SIM; zcell_list_sims shows it." }),
      .model = "SimDetails", .json = true },
    { "zcell_list_sims", "zcell_sim_handling", READS,
      "Searches SIMs by state, device, network, country, tag or address. Use it to find an ICCID; zcell_get_sim_details shows one SIM whole. Returns one page.",
      .method = POST, .path = "/zcell/config/api/v1/customers/{zcell_customer}/sims/search",
      .args =
          ARGS({ "iccid", STRS, BODY, "Only these SIMs, by ICCID: [\"8901…\"]." },
               { "status", STR, BODY, "Only SIMs in this state." },
               { "network_status", STR, BODY, "Only SIMs with this state in the network." },
               { "ip_address", STRS, BODY, "Only SIMs with these addresses: [\"10.0.0.1\"]." },
               { "location_country", STR, BODY, "Only SIMs that are in this country." },
               { "tag", STRS, BODY, "Only SIMs with these tags; zcell_list_tags shows them." },
               { "device_type", STR, BODY, "Only devices of this type." },
               { "brand_name", STR, BODY, "Only devices of this brand, as Apple." },
               { "marketing_name", STR, BODY, "Only devices sold under this name, as iPhone 15." },
               { "model_name", STR, BODY, "Only devices of this model." },
               { "form_factor", STR, BODY, "Only SIMs of this form." },
               { "imei_status", STR, BODY,
                 "Only SIMs whose device lock is Locked, Unlocked or InProgress." },
               { "page", INT, BODY, "Number of the page, from 0.", .zero_ok = true },
               { "size", INT, BODY, "Records a page.", .min = 1, .max = 100 }),
      .model = "SimDataResponse", .with_query = true, .json = true },
    { 0 },
};
