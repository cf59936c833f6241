// SPDX-License-Identifier: MIT
// What survives of the records of this service, field by field; the notation stands in
// catalog/model.h.
#include "tools/tools.h"

const struct model_spec zid_models[] = {
    { "CommonIDNameDisplayName", "id name displayName" },
    { "GroupRecord",
      "name description id source idp:CommonIDNameDisplayName "
      "department:CommonIDNameDisplayName isDynamicGroup dynamicGroup adminEntitlementEnabled "
      "serviceEntitlementEnabled customAttrsInfo@ loginName displayName firstName lastName "
      "primaryEmail secondaryEmail status" },
    { "Groups", "results_total pageOffset pageSize next_link prev_link records:[GroupRecord]" },
    { "UserRecord",
      "loginName displayName firstName lastName primaryEmail secondaryEmail "
      "department:CommonIDNameDisplayName status customAttrsInfo@ id source "
      "idp:CommonIDNameDisplayName isDynamicGroup dynamicGroup adminEntitlementEnabled "
      "serviceEntitlementEnabled" },
    { "Users", "results_total pageOffset pageSize next_link prev_link records:[UserRecord]" },
    { 0 },
};
