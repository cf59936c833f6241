// SPDX-License-Identifier: MIT
// Invented records, as templates for seed.c.
#include "seed.h"

// clang-format off
const char seed_zcell[] = JSON({
  "zcell.policies": {"count": 12, "record": {"id": "{sid}", "enabled": ["$one", true, true, false], "jsonData": {"id": "{sid}", "name": "{site} jsonData"}, "createdAt": "{iso}", "enabledAt": "{iso}", "simLocationGroupIds": ["#1-12", "#1-12"]}},
  "zcell.policyLogs": {"count": 12, "record": {"status": ["$one", "ACTIVE", "ACTIVE", "INACTIVE"], "recordedAt": "{iso}"}},
  "zcell.violations": {"count": 12, "record": {"id": "{sid}", "enabled": ["$one", true, true, false], "jsonData": {"id": "{sid}", "name": "{site} jsonData"}, "createdAt": "{iso}", "enabledAt": "{iso}", "simLocationGroupIds": ["#1-12", "#1-12"]}},
  "zcell.iccidViolations": {"count": 12, "record": {"iccid": "8949000000{id}", "imsi": "262010{id}", "timestamp": "{iso}", "eventDeviceLocation": {"lat": ["$one", 52.5, 30.3, 34.7], "lng": ["$one", 13.4, -97.7, 135.5]}, "policyDeviceLocation": {"lat": ["$one", 52.5, 30.3, 34.7], "lng": ["$one", 13.4, -97.7, 135.5]}}},
  "zcell.audit": {"count": 12, "record": {"id": "{sid}", "creationTime": "{iso}", "oldData": {"deleted": ["$one", true, true, false], "enabled": ["$one", true, true, false], "enabledAt": "{iso}", "creationTime": "{iso}", "modifiedTime": "{iso}"}, "newData": {"deleted": ["$one", true, true, false], "enabled": ["$one", true, true, false], "enabledAt": "{iso}", "creationTime": "{iso}", "modifiedTime": "{iso}"}}},
  "zcell.auditMetadata": {"count": 12, "record": {"operations": [{"id": "{sid}", "name": "{site} operation"}], "objectTypes": [{"id": "{sid}", "name": "{site} objectType"}]}},
  "zcell.customer": {"doc": {"id": "{sid}", "name": "{site} Customer {n}", "email": "{person}.{n}@acme.example", "userName": "{person}.{n}@acme.example", "regions": [{"id": "{sid}", "name": "{site} region"}], "isActivated": ["$one", true, true, false], "bcSize": "#1-100", "currentUsage": "#1-100"}},
  "zcell.regions": {"count": 12, "record": {}},
  "zcell.regionStatus": {"count": 12, "record": {"bc": {"status": ["$one", "ACTIVE", "ACTIVE", "INACTIVE"]}, "ac": {"status": ["$one", "ACTIVE", "ACTIVE", "INACTIVE"]}}},
  "zcell.networkEvents": {"count": 12, "record": {"country": ["$one", "DE", "US", "JP", "GB", "CA"], "imsi": "262010{id}", "timestamp": "{iso}", "ipAddress": "{ip}", "iccid": "8949000000{id}", "tags": [{"id": "{sid}", "name": "{site} tag"}]}},
  "zcell.simMap": {"count": 12, "record": {"iccid": [{"id": "{sid}", "name": "{site} iccid"}], "imsi": [{"id": "{sid}", "name": "{site} imsi"}], "lat": ["$one", 52.5, 30.3, 34.7], "lng": ["$one", 13.4, -97.7, 135.5], "tags": [{"id": "{sid}", "name": "{site} tag"}]}},
  "zcell.simSummary": {"count": 12, "record": {}},
  "zcell.usageByCountry": {"count": 12, "record": {"country": ["$one", "DE", "US", "JP", "GB", "CA"], "usage": "#1-100"}},
  "zcell.usageByDay": {"count": 12, "record": {"creationTime": "{iso}", "usage": "#1-100"}},
  "zcell.usageBySim": {"count": 12, "record": {"iccid": "8949000000{id}", "usage": "#1-100"}},
  "zcell.sims": {"count": 12, "record": {"iccid": "8949000000{id}", "imsi": "262010{id}", "status": ["$one", "ACTIVE", "ACTIVE", "INACTIVE"], "creationTime": "{iso}", "ipAddress": [{"id": "{sid}", "name": "{site} ipAddres"}], "tagIds": [{"id": "{sid}", "name": "{site} tagId"}], "tags": [{"id": "{sid}", "name": "{site} tag"}], "usage": "#1-100"}},
  "zcell.simsPage": {"doc": {"pageDetails": {"pageNumber": 0, "pageSize": 50, "totalElements": 2, "totalPages": 1}, "totalUsage": 731, "sims": [{"iccid": "894900000001", "state": "ACTIVATED", "usage": 400}, {"iccid": "894900000002", "state": "ACTIVATED", "usage": 331}]}},
  "zcell.simLocationGroups": {"count": 12, "record": {"id": "{sid}", "name": "{site} Sim Location Group {n}", "trackedDevices": [{"id": "{sid}", "name": "{site} trackedDevice"}]}},
  "zcell.tags": {"count": 12, "record": {"id": "{sid}", "name": "{site} Tag {n}", "creationTime": "{iso}"}}
});
// clang-format on
