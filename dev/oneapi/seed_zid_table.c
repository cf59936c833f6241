// SPDX-License-Identifier: MIT
// Invented records, as templates for seed.c.
#include "seed.h"

// clang-format off
const char seed_zid[] = JSON({
  "zid.users": {"count": 40, "record": {"loginName": "{person}.{n}@acme.example", "displayName": "{site} User {n}", "firstName": "{person}", "lastName": "Example", "primaryEmail": "{person}.{n}@acme.example", "secondaryEmail": "{person}.{n}@acme.example", "department": {"id": "{hex}", "name": "{person} Example {n}", "displayName": "{site} User {n}"}, "status": ["$one", "ACTIVE", "ACTIVE", "INACTIVE"], "id": "{hex}", "idp": {"id": "{hex}", "name": "{person} Example {n}", "displayName": "{site} User {n}"}, "isDynamicGroup": ["$one", true, true, false], "adminEntitlementEnabled": ["$one", true, true, false], "serviceEntitlementEnabled": ["$one", true, true, false]}},
  "zid.groups": {"count": 12, "record": {"name": "{site} Group {n}", "description": "Kept by the {team} team in {site}", "id": "{hex}", "idp": {"id": "{hex}", "name": "{site} Group {n}", "displayName": "{site} Group {n}"}, "department": {"id": "{hex}", "name": "{site} Group {n}", "displayName": "{site} Group {n}"}, "isDynamicGroup": ["$one", true, true, false], "adminEntitlementEnabled": ["$one", true, true, false], "serviceEntitlementEnabled": ["$one", true, true, false], "loginName": "{person}.{n}@acme.example", "displayName": "{site} Group {n}", "firstName": "{person}", "lastName": "Example", "primaryEmail": "{person}.{n}@acme.example", "secondaryEmail": "{person}.{n}@acme.example", "status": ["$one", "ACTIVE", "ACTIVE", "INACTIVE"]}}
});
// clang-format on
