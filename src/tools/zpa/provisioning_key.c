// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

// How the API names what a key enrols.
#define KEY_TYPES MAP({ "connector", "CONNECTOR_GRP" }, { "service_edge", "SERVICE_EDGE_GRP" })

const struct tool zpa_provisioning_key[] = {
    { "zpa_get_provisioning_key", "zpa_provisioning_keys", READS,
      "Read ZPA provisioning key by its id.", .method = GET,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/associationType/{key_type}/provisioningKey/{key_id}",
      .args = ARGS({ "key_id", STR, PATH, "Id of the key." },
                   { "key_type", STR, PATH, "Whose enrolment the key is for.", .as = as_mapped,
                     .map = KEY_TYPES, .choices = CHOICES("connector", "service_edge") }),
      .model = "ProvisioningKey" },
    { "zpa_delete_provisioning_key", "zpa_provisioning_keys", DELETES,
      "Delete ZPA provisioning key. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/associationType/{key_type}/provisioningKey/{key_id}" },
          { DELETE,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/associationType/{key_type}/provisioningKey/{key_id}" }),
      .args = ARGS({ "key_id", STR, PATH, "Id of the key.", .step = ALL_STEPS },
                   { "key_type", STR, PATH, "Whose enrolment the key is for.", .as = as_mapped,
                     .map = KEY_TYPES, .step = ALL_STEPS,
                     .choices = CHOICES("connector", "service_edge") },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .says = "Provisioning key {key_id} deleted successfully." },
    { 0 },
};
