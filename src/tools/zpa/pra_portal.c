// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

#define PORTALS "/zpa/mgmtconfig/v1/admin/customers/{customer}/praPortal"
#define FIELDS                                                                                     \
    "\"description\": null, \"userNotification\": null, \"userNotificationEnabled\": null"

const struct tool zpa_pra_portal[] = {
    { "zpa_list_pra_portals", "zpa_pra", READS,
      "Lists the portals where people find their remote consoles: domain, certificate, notification. Returns one page.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/praPortal",
      .args = ARGS(ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE, ROW_MICROTENANT), .at = "list",
      .model = "PrivilegedRemoteAccessPortal", .list = true },
    { "zpa_get_pra_portal", "zpa_pra", READS,
      "Reads one ZPA portal for privileged remote access: domain, certificate, notification. zpa_list_pra_portals shows the ids.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/praPortal/{portal_id}",
      .args =
          ARGS({ "portal_id", STR, PATH,
                 "Id of the portal for privileged remote access; zpa_list_pra_portals shows it." },
               ROW_MICROTENANT),
      .model = "PrivilegedRemoteAccessPortal" },
    { "zpa_create_pra_portal", "zpa_pra", CREATES,
      "Creates a portal for privileged remote access, the web page where people find their consoles; returns it as stored. Without certificate_id it takes the issued certificate that has the portal's name.",
      .steps =
          STEPS({ GET, "/zpa/mgmtconfig/v2/admin/customers/{customer}/clientlessCertificate/issued",
                  .query = "search=name%2BEQ%2B{name}", .when = "!certificate_id" },
                { POST, PORTALS, .body = "{\"certificateId\": \"{1.list.0.id}\", " FIELDS "}",
                  .when = "!certificate_id",
                  .missing = "No certificate is called '{name}': name certificate_id "
                             "(zpa_list_ba_certificates shows the ids)." },
                { POST, PORTALS, .body = "{" FIELDS "}", .when = "certificate_id" }),
      .args =
          ARGS({ "name", STR | NEEDED, BODY, "Name of the portal, unique." },
               { "domain", STR | NEEDED, BODY, "Host name of the portal, as pra.example.com." },
               { "certificate_id", STR, BODY,
                 "Id of the certificate for the domain; zpa_list_ba_certificates shows it." },
               ROW_DESCRIPTION,
               { "enabled", BOOL, BODY, "Whether the portal can be used.", .otherwise = "true" },
               { "user_notification", STR, BODY, "Text that the portal shows." },
               { "user_notification_enabled", BOOL, BODY, "Whether it shows that text." },
               ROW_MICROTENANT_TWICE),
      .model = "PrivilegedRemoteAccessPortal" },
    { "zpa_update_pra_portal", "zpa_pra", UPDATES,
      "Changes a portal for privileged remote access; returns it as stored. The API replaces the record: read it first with zpa_get_pra_portal and repeat what shall stay.",
      .method = PUT, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/praPortal/{portal_id}",
      .body =
          "{\"name\": null, \"description\": null, \"enabled\": null, \"domain\": null, \"certificateId\": null, \"userNotification\": null, \"userNotificationEnabled\": null}",
      .args =
          ARGS({ "portal_id", STR, PATH,
                 "Id of the portal for privileged remote access; zpa_list_pra_portals shows it." },
               ROW_NAME, { "domain", STR, BODY, "Host name of the portal, as pra.example.com." },
               { "certificate_id", STR, BODY,
                 "Id of the certificate; zpa_list_ba_certificates shows it." },
               ROW_DESCRIPTION, ROW_ENABLED,
               { "user_notification", STR, BODY, "Text that the portal shows." },
               { "user_notification_enabled", BOOL, BODY, "Whether it shows that text." },
               ROW_MICROTENANT_TWICE),
      .model = "PrivilegedRemoteAccessPortal" },
    { "zpa_delete_pra_portal", "zpa_pra", DELETES,
      "Deletes a ZPA portal for privileged remote access; people no longer reach their consoles there. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/praPortal/{portal_id}",
      .args =
          ARGS({ "portal_id", STR, PATH,
                 "Id of the portal for privileged remote access; zpa_list_pra_portals shows it." },
               ROW_MICROTENANT),
      .says = "PRA portal {portal_id} deleted successfully." },
    { 0 },
};
