// SPDX-License-Identifier: MIT
// What survives of the records of this service, field by field; the notation stands in
// catalog/model.h.
#include "tools/tools.h"

const struct model_spec ztw_models[] = {
    { "AdminRoles",
      "id rank name policyAccess alertingAccess dashboardAccess reportAccess analysisAccess "
      "usernameAccess deviceInfoAccess adminAcctAccess isAuditor permissions=[] "
      "featurePermissions isNonEditable logsLimit roleType" },
    { "AdminUsers",
      "id loginName userName email role:AdminRoles comments "
      "adminScopescopeGroupMemberEntities=[] adminScopeType adminScopeScopeEntities=[] "
      "isDefaultAdmin disabled isDeprecatedDefaultAdmin isAuditor password "
      "isPasswordLoginAllowed isSecurityReportCommEnabled isServiceUpdateCommEnabled "
      "isProductUpdateCommEnabled pwdLastModifiedTime isPasswordExpired isExecMobileAppEnabled "
      "sendMobileAppInvite execMobileAppTokens=[] newLocationCreateAllowed "
      "sendZdxOnboardInvite name" },
    { "CommonIDNameExternalID", "id name isNameL10nTag deleted=false externalId associationTime" },
    { "CommonPublicCloudInfo", "id name cloudType status=false" },
    { "DiscoveryService", "trustedAccountId trustedRoleName" },
    { "IPDestinationGroups",
      "id name description type isNonEditable creatorContext addresses=[] countries=[] "
      "ipCategories=[] urlCategories=[]" },
    { "IPGroups", "id name description creatorContext isNonEditable=false ipAddresses=[]" },
    { "IPSourceGroup", "id name description creatorContext isNonEditable=false ipAddresses=[]" },
    { "NetworkServices", "id name description tag type creatorContext isNameL10nTag srcTcpPorts=[] "
                         "destTcpPorts=[] srcUdpPorts=[] destUdpPorts=[]" },
    { "NetworkServiceGroups", "id name description creatorContext services=[]" },
    { "AccountDetails",
      "awsAccountId awsRoleName cloudWatchGroupArn eventBusName externalId logInfoType "
      "troubleShootingLogging trustedAccountId trustedRole" },
    { "PublicCloudInfo",
      "id name accountDetails:AccountDetails accountGroups:[CommonIDNameExternalID] cloudType "
      "externalId lastModTime lastModUser:CommonIDNameExternalID lastSyncTime permissionStatus "
      "regionStatus:[CommonPublicCloudInfo] supportedRegions:[CommonPublicCloudInfo]" },
    { 0 },
};
