// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcell_sim_handling[] = {
    { "zcell_get_sim_details", "zcell_sim_handling", READS,
      "Read Zscaler Cellular SIM details by its id.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sims/details",
      .args = ARGS({ "icc_id", STR | NEEDED, QUERY, "Id of the icc." }), .model = "SimDetails",
      .json = true },
    { "zcell_list_sims", "zcell_sim_handling", READS, "List Zscaler Cellular SIMs.", .method = POST,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sims/search",
      .args = ARGS(
          { "iccid", STRS, BODY, "Iccid, as a list." }, { "status", STR, BODY, "Status." },
          { "network_status", STR, BODY, "Network status." },
          { "ip_address", STRS, BODY, "Ip address, as a list." },
          { "location_country", STR, BODY, "Location country." },
          { "tag", STRS, BODY, "Tag, as a list." }, { "device_type", STR, BODY, "Device type." },
          { "brand_name", STR, BODY, "Brand name." },
          { "marketing_name", STR, BODY, "Marketing name." },
          { "model_name", STR, BODY, "Model name." }, { "form_factor", STR, BODY, "Form factor." },
          { "imei_status", STR, BODY, "Imei status." },
          { "page", INT, BODY, "Number of the page.", .zero_ok = true },
          { "size", INT, BODY, "Records a page.", .min = 1, .max = 100 }),
      .model = "SimDataResponse", .with_query = true, .json = true },
    { 0 },
};
