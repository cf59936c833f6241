// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

const struct tool zpa_ba_certificate[] = {
    { "zpa_list_ba_certificates", "zpa_ba_certificates", READS,
      "Lists the certificates for ZPA browser access and portals: names, issuer, when they end. Use it to find a certificate_id, or one that ends soon. Returns one page.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v2/admin/customers/{customer}/clientlessCertificate/issued",
      .args = ARGS(ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE, ROW_MICROTENANT), .at = "list",
      .model = "Certificate", .list = true },
    { "zpa_get_ba_certificate", "zpa_ba_certificates", READS,
      "Reads one ZPA certificate for browser access or portals: names, issuer, validity; never its private key. zpa_list_ba_certificates shows the ids.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/certificate/{certificate_id}",
      .args = ARGS({ "certificate_id", STR, PATH,
                     "Id of the certificate; zpa_list_ba_certificates shows it." },
                   ROW_MICROTENANT),
      .model = "Certificate" },
    { "zpa_create_ba_certificate", "zpa_ba_certificates", CREATES,
      "Creates a ZPA certificate; returns it as stored. Then name it in zpa_create_application_segment_ba or zpa_create_pra_portal.",
      .method = POST, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/certificate",
      .args = ARGS(ROW_NEW_NAME,
                   { "cert_blob", STR | NEEDED, BODY,
                     "Certificate, chain and private key in PEM, one behind the other." },
                   ROW_MICROTENANT_TWICE),
      .model = "Certificate" },
    { "zpa_delete_ba_certificate", "zpa_ba_certificates", DELETES,
      "Deletes a ZPA certificate. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/certificate/{certificate_id}",
      .args = ARGS({ "certificate_id", STR, PATH,
                     "Id of the certificate; zpa_list_ba_certificates shows it." },
                   ROW_MICROTENANT),
      .says = "BA certificate {certificate_id} deleted successfully." },
    { 0 },
};
