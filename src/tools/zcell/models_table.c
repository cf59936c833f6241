// SPDX-License-Identifier: MIT
// What survives of the records of this service, field by field; the notation stands in
// catalog/model.h.
#include "tools/tools.h"

const struct model_spec zcell_models[] = {
    { "Alerts", "alertType recipients=[] alertWindow" },
    { "AnomalyPolicy",
      "id policyType policyName enabled jsonData:JsonData runningStatus createdAt enabledAt "
      "simLocationGroupIds=[] violations" },
    { "AnomalyPolicyLogContent", "policyId message status recordedAt" },
    { "Center", "lat lng" },
    { "GeoFenceZones", "center:Center radius zoneId trackedDevices:[TrackedDevices]" },
    { "GetViolationDetails", "policyId tenantId iccid imsi eventType policyType zoneId timestamp "
                             "eventDeviceLocation:Center policyDeviceLocation:Center" },
    { "JsonData", "alerts:[Alerts] mvnoType policyId tenantId policyName policyType tenantName "
                  "configurations:JsonDataConfigurations" },
    { "JsonDataConfigurations", "geoFenceZones:[GeoFenceZones]" },
    { "LocationInfo", "ECI MCC MNC TAC type" },
    { "TrackedDevices", "id lat lng locationInfo:LocationInfo" },
    { "AuditDataHandling",
      "id creationTime modifiedByUserId auditOperationType objectType objectName objectId "
      "customerId jwtKeyId oldData:AuditPolicyData newData:AuditPolicyData visibility" },
    { "AuditMetadata", "operations=[] objectTypes=[]" },
    { "AuditPolicyData",
      "zsTid deleted enabled jsonData:JsonData enabledAt policyName policyType creationTime "
      "modifiedTime runningStatus modifiedByUserId simLocationGroupIds=[]" },
    { "CustomerDataHandling",
      "id name email userName zia zpa regions=[] mvnoIds=[] simProvider parentId "
      "isActivated=false bcSize platformType totalSims activeSims inactiveSims currentUsage" },
    { "AC", "status operationalStatus=[]" },
    { "BC", "status operationalStatus=[]" },
    { "CustomerRegionHandling", "region configured=false" },
    { "ExtendedRegionStatus", "region operationalStatus bc:BC ac:AC mapACStatus mapBCStatus" },
    { "NetworkEvents",
      "accountId sellerId country imsi operatorName simName sourceSystem timestamp ipAddress "
      "locCid locLac locMcc locMnc ratType zone dataCapReached=false eventName iccid sessionId "
      "simId simEid tags=[] accountName outcome" },
    { "SimAnalytics", "iccid=[] imsi=[] lat lng tags=[]" },
    { "SimCountryUsage", "country usage" },
    { "SimDayUsage", "creationTime usage" },
    { "SimSummary", "total used active inactive" },
    { "SimUsage", "iccid usage" },
    { "SimDataResponse", "pageDetails totalUsage" },
    { "SimDetails",
      "iccid entityId imei imsi msisdn status creationTime modifiedByUserId eid profileName "
      "isImported=false apiSimId locationCountry mvnoCustomerId ipAddress=[] apn activatedDate "
      "locationMno networkStatus lastSessionUpdatedAt dataAuthorizeImei=false "
      "dataAuthorizeImeiValue simLat simLng simLocInfo eventSessionId tacId brandName "
      "marketingName deviceType modelName operatingSystem bandDetails formFactor assignedTo "
      "tagIds=[] tags=[] entityName usage usageVal" },
    { "GeoFence", "lat lng radius" },
    { "GetSimLocationGroup",
      "id name geoFenceData:GeoFence linkedPolicies=[] insideAndTrackedIccids=[] "
      "insideAndUntrackedIccids=[] outsideAndTrackedIccids=[]" },
    { "SimLocationGroups", "id name trackedDevices=[]" },
    { "TagHandling", "id name creationTime modifiedByUserId tenantId mvnoCustomerId" },
    { 0 },
};
