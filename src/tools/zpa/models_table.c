// SPDX-License-Identifier: MIT
// What survives of the records of this service, field by field; the notation stands in
// catalog/model.h.
#include "tools/tools.h"

const struct model_spec zpa_models[] = {
    { "AppConnectorGroup",
      "id ipAcl=[] modifiedTime creationTime modifiedBy name enabled=true description "
      "versionProfileId overrideVersionProfile versionProfileName upgradePriority "
      "versionProfileVisibilityScope upgradeTimeInSecs upgradeDay location latitude longitude "
      "dnsQueryType connectorGroupType city cityCountry countryCode geoLocationId "
      "nameWithoutTrim enrollmentCertId tcpQuickAckApp=false tcpQuickAckAssistant=false "
      "tcpQuickAckReadAssistant=false praEnabled=false useInDrMode=false wafDisabled=false "
      "microtenantId microtenantName siteId siteName lssAppConnectorGroup=false readOnly "
      "restrictionType zscalerManaged dcHostingInfo privateCloudId "
      "connectors:[AppConnectorController] serverGroups=[] npAssistantGroup:NPAssistantGroup "
      "version:ComponentLevelVersion" },
    { "NPAssistantGroup",
      "id appConnectorGroupId creationTime modifiedTime modifiedBy mtu npAssistantCount "
      "redundantModeEnabled isAdvertiseLanSegmentLocallyDisabled lanSubnets=[] "
      "externalRouters=[]" },
    { "AppConnectorController",
      "id name description enabled=true fingerprint currentVersion previousVersion "
      "expectedVersion upgradeStatus upgradeAttempt controlChannelStatus privateIp publicIp "
      "latitude longitude location provisioningKeyId provisioningKeyName appConnectorGroupId "
      "appConnectorGroupName platform platformDetail runtimeOS sargeVersion issuedCertId "
      "creationTime modifiedTime modifiedBy lastBrokerConnectTime "
      "lastBrokerConnectTimeDuration lastBrokerDisconnectTime lastBrokerDisconnectTimeDuration "
      "lastUpgradeTime expectedUpgradeTime ctrlBrokerName microtenantId microtenantName "
      "enrollmentCert applicationStartTime ipAcl=[] ssh_setting:SshSetting "
      "zpnSubModuleUpgradeList:[ZPNSubModuleUpgradeList] assistantVersion:AssistantVersion "
      "connectorType enrollmentTime expectedSargeVersion lastOSUpgradeTime "
      "lastSargeUpgradeTime nameWithoutTrim osUpgradeEnabled osUpgradeFailReasonCode "
      "osUpgradeStatus platformVersion readOnly restrictionType sargeUpgradeAttempt "
      "sargeUpgradeStatus zscalerManaged ip_addr_setting:[IpAddrSetting] "
      "npAssistant:NPAssistant version:ComponentLevelVersion" },
    { "AssistantVersion",
      "applicationStartTime appConnectorGroupId brokerId connectorType creationTime "
      "ctrlChannelStatus currentVersion disableAutoUpdate expectedSargeVersion expectedVersion "
      "id lastBrokerConnectTime lastBrokerDisconnectTime lastOSUpgradeTime "
      "lastSargeUpgradeTime lastUpgradedTime latitude loneWarrior longitude modifiedBy "
      "modifiedTime mtunnelId osUpgradeEnabled osUpgradeFailReasonCode osUpgradeStatus "
      "platform platformDetail platformVersion previousSargeVersion previousVersion privateIp "
      "publicIp restartTimeInSec runtimeOS sargeUpgradeAttempt sargeUpgradeStatus sargeVersion "
      "systemStartTime upgradeAttempt upgradeNowOnce upgradeStatus "
      "zpnSubModuleUpgrade:[ZPNSubModuleUpgradeList]" },
    { "ComponentLevelVersion",
      "childVersion latestPlatform platform sargeVersion versionProfileName "
      "version_profile_gid" },
    { "IpAddrSetting", "interface ip_addr_cidr" },
    { "NPAssistant",
      "connectorId configOverride connectorState creationTime forceReloadConfig "
      "gatewayListenerPort id localRouterId modifiedBy modifiedTime overrideMode publicKey "
      "publicKeyExpiry redundantModeEnabled" },
    { "SshSetting", "status" },
    { "ZPNSubModuleUpgradeList",
      "id creationTime currentVersion entityGid entityType expectedVersion modifiedBy "
      "modifiedTime previousVersion role upgradeStatus upgradeTime" },
    { "AppProtectionProfile",
      "apiDiscoveryEnabled apiProfile checkControlDeploymentStatus controlsInfo:[ControlsInfo] "
      "creationTime customControls:[CustomControls] description exceptionsVersion "
      "globalControlActions=[] id incarnationNumber modifiedBy modifiedTime name paranoiaLevel "
      "predefinedADPControls:[PredefinedADPControls] "
      "predefinedApiControls:[PredefinedAPIControls] predefinedControls:[PredefinedControls] "
      "predefinedControlsVersion threatlabzControls:[ThreatLabzControls] "
      "websocketControls:[WebSocketControls] zsDefinedControlChoice" },
    { "ControlsInfo", "controlType count" },
    { "CustomControls",
      "action actionValue associatedInspectionProfileNames:[CommonIDName] "
      "controlException:InspectionControlException controlNumber controlRuleJson controlType "
      "creationTime defaultAction defaultActionValue description id modifiedBy modifiedTime "
      "name paranoiaLevel protocolType rules:[InspectionRule] severity type version" },
    { "InspectionRule", "names type conditions:[InspectionRuleCondition]" },
    { "InspectionRuleCondition", "lhs op rhs" },
    { "PredefinedADPControls",
      "action actionValue associatedInspectionProfileNames:[CommonIDName] attachment "
      "controlException:InspectionControlException controlGroup controlNumber controlType "
      "creationTime defaultAction defaultActionValue description id modifiedBy modifiedTime "
      "name paranoiaLevel protocolType severity version" },
    { "PredefinedAPIControls",
      "action actionValue associatedInspectionProfileNames:[CommonIDName] attachment "
      "controlException:InspectionControlException controlGroup controlNumber controlType "
      "creationTime defaultAction defaultActionValue description id modifiedBy modifiedTime "
      "name paranoiaLevel protocolType severity version" },
    { "PredefinedControls",
      "action actionValue associatedInspectionProfileNames:[CommonIDName] attachment "
      "controlException:InspectionControlException controlGroup controlNumber controlType "
      "creationTime defaultAction defaultActionValue description id modifiedBy modifiedTime "
      "name paranoiaLevel protocolType severity version" },
    { "ThreatLabzControls",
      "id modifiedTime creationTime modifiedBy name description severity controlNumber version "
      "paranoiaLevel defaultAction enabled zscalerInfoUrl controlGroup rulesetName "
      "rulesetVersion engineVersion ruleDeploymentState lastDeploymentTime" },
    { "WebSocketControls",
      "action actionValue associatedInspectionProfileNames:[CommonIDName] "
      "controlException:InspectionControlException controlNumber controlType creationTime "
      "defaultAction defaultActionValue description id modifiedBy modifiedTime name "
      "paranoiaLevel severity version" },
    { "AppResource",
      "appRecommendationId segmentGroupId segmentGroupName bypassType configSpace "
      "defaultIdleTimeout defaultMaxAge description domainNames=[] doubleEncrypt enabled "
      "fqdnDnsCheck healthCheckType healthReporting icmpAccessType inconsistentConfigDetails "
      "ipAnchored isCnameEnabled name passiveHealthEnabled readOnly restrictionType "
      "microtenantId microtenantName selectConnectorCloseToApp serverGroups:[ServerGroup] "
      "sharedMicrotenantDetails:SharedMicrotenantDetails tcpKeepAlive tcpPortRanges=[] "
      "udpPortRanges=[] tcpPortRange=[] udpPortRange=[] zscalerManaged" },
    { "AppSegmentByType",
      "id name enabled applicationPort applicationProtocol domain appId hidden microtenantName "
      "appResource:AppResource extDomain extDomainName extId extLabel" },
    { "ApplicationSegments",
      "id name description creationTime modifiedTime modifiedBy domainNames=[] "
      "serverGroups:[ServerGroup] enabled=true tcpPortRanges=[] udpPortRanges=[] "
      "tcpPortRange=[] udpPortRange=[] doubleEncrypt configSpace bypassType healthCheckType "
      "passiveHealthEnabled icmpAccessType isCnameEnabled ipAnchored bypassOnReauth "
      "inspectTrafficWithZia healthReporting useInDrMode tcpKeepAlive "
      "selectConnectorCloseToApp matchStyle isIncompleteDRConfig adpEnabled "
      "autoAppProtectEnabled apiProtectionEnabled fqdnDnsCheck weightedLoadBalancing "
      "extranetEnabled microtenantName microtenantId segmentGroupId segmentGroupName "
      "commonAppsDto:CommonAppsDto praApps:[PRAApps] readOnly restrictionType zscalerManaged "
      "sharedMicrotenantDetails:SharedMicrotenantDetails applicationGroup:SegmentGroup "
      "zpnErId:ZPNExtranetResource policyStyle hbrEnabled stickyEntity stickyGroup "
      "guestDetails=[]" },
    { "AppsConfig",
      "adpEnabled allowOptions appId appTypes=[] applicationPort applicationProtocol baAppId "
      "certificateId certificateName cname connectionSecurity description domain enabled "
      "extDomain extDomainName extId extLabel hidden inspectAppId localDomain name path portal "
      "praAppId protocols=[] trustUntrustedCert" },
    { "CommonAppsDto",
      "appsConfig:[AppsConfig] deletedBaApps=[] deletedInspectApps=[] deletedPraApps=[]" },
    { "PRAApps",
      "id appId name description enabled domain applicationProtocol applicationPort "
      "connectionSecurity certificateId certificateName hidden microtenantName microtenantId" },
    { "SharedFromMicrotenant", "id name" },
    { "SharedMicrotenantDetails",
      "sharedFromMicrotenant:SharedFromMicrotenant sharedToMicrotenants:SharedToMicrotenants" },
    { "SharedToMicrotenants", "id name" },
    { "ZPNExtranetResource",
      "id modifiedTime creationTime modifiedBy ziaCloud ziaErId ziaErName ziaModifiedTime "
      "ziaOrgId" },
    { "AppServers",
      "id name address enabled=true description appServerGroupIds=[] configSpace=\"DEFAULT\"" },
    { "Banner", "id" },
    { "CBIProfile",
      "id name description bannerId banner:Banner cbiUrl certificates:[Certificates] "
      "regions:[Regions] isDefault certificateIds=[] regionIds=[] debugMode:DebugMode "
      "userExperience:UserExperience securityControls:SecurityControls" },
    { "Certificates", "id name enabled isDefault" },
    { "DebugMode", "allowed filePassword" },
    { "DeepLink", "enabled applications=[]" },
    { "ForwardToZia", "enabled cloudName pacFileUrl organizationId" },
    { "Regions", "id name" },
    { "SecurityControls",
      "copyPaste uploadDownload documentViewer localRender allowPrinting restrictKeystrokes "
      "cameraAndMic flattenedPdf deepLink:DeepLink watermark:Watermark" },
    { "UserExperience", "browserInBrowser sessionPersistence persistIsolationBar translate zgpu "
                        "forwardToZia:ForwardToZia" },
    { "Watermark", "enabled showUserId showTimestamp showMessage message" },
    { "Certificate",
      "id name description cName validFromInEpochSec validToInEpochSec certificate issuedTo "
      "issuedBy serialNo publicKey status san=[] microtenantName microtenantId" },
    { "CommonIDName", "id name enabled" },
    { "Domains", "matchType varValue" },
    { "ExtranetDTO",
      "id modifiedTime creationTime modifiedBy ziaErName ziaErId locationDTO:[CommonIDName]" },
    { "InspectionControlException",
      "domains:[Domains] paths:[Paths] variables:[Variables] version" },
    { "Paths", "matchType varValue" },
    { "PrivilegedCapabilitiesResource", "microtenantId capabilities=[]" },
    { "Variables", "matchType varValue" },
    { "EnrollmentCertificate",
      "id modifiedTime creationTime modifiedBy getcName validFromInEpochSec validToInEpochSec "
      "certificate issuedTo issuedBy serialNo name allowSigning privateKeyPresent "
      "clientCertType csr parentCertId parentCertName zrsaencryptedprivatekey "
      "zrsaencryptedsessionkey rootCertificateId microtenantId" },
    { "IDPController",
      "adminMetadata:ServiceProvider userMetadata:ServiceProvider adminSpSigningCertId "
      "autoProvision certificates:[Certificate] creationTime delta description "
      "disableSamlBasedPolicy domainList=[] enableArbitraryAuthDomains enableScimBasedPolicy "
      "enabled forceAuth iamIdpId id idpEntityId loginHint loginNameAttribute loginUrl "
      "migrationDetail modifiedBy modifiedTime name oneIdentityEnabled reauthOnUserUpdate "
      "redirectBinding scimEnabled scimServiceProviderEndpoint scimSharedSecretExists "
      "signSamlRequest ssoType=[] useCustomSPMetadata userSpSigningCertId" },
    { "ServiceProvider",
      "certificateUrl spBaseUrl spEntityId=false spMetadataUrl=false spPostUrl=false" },
    { "LSSResourceModel", "id config connectorGroups=[] policyRule policyRuleResource" },
    { "PolicySetControllerV1",
      "id modifiedTime creationTime modifiedBy name description ruleOrder priority policyType "
      "postActions operator action actionId customMsg disabled extranetEnabled=false "
      "defaultRule=false microtenantId microtenantName zpnIsolationProfileId "
      "zpnInspectionProfileId zpnInspectionProfileName reauthIdleTimeout reauthTimeout version "
      "credential:Credential extranetDTO:ExtranetDTO credentialPool:Credential "
      "privilegedCapabilities:PrivilegedCapabilitiesResource "
      "privilegedPortalCapabilities:PrivilegedCapabilitiesResource restrictionType readOnly "
      "zscalerManaged conditions=[] appConnectorGroups=[] appServerGroups=[] "
      "serviceEdgeGroups=[] devicePostureFailureNotificationEnabled desktopPolicyMappings=[]" },
    { "Credential", "id name" },
    { "PolicySetControllerV2",
      "id modifiedTime creationTime modifiedBy name description ruleOrder priority policyType "
      "postActions postActionTypes=[] operator action actionId customMsg disabled "
      "extranetEnabled=false defaultRule=false microtenantId microtenantName "
      "zpnIsolationProfileId zpnInspectionProfileId zpnInspectionProfileName reauthIdleTimeout "
      "reauthTimeout version credential:Credential extranetDTO:ExtranetDTO "
      "credentialPool:Credential privilegedCapabilities:PrivilegedCapabilitiesResource "
      "privilegedPortalCapabilities:PrivilegedCapabilitiesResource restrictionType readOnly "
      "zscalerManaged buttonText url browserPostureName browserPostureProfileId conditions=[] "
      "appConnectorGroups=[] appServerGroups=[] serviceEdgeGroups=[] "
      "devicePostureFailureNotificationEnabled desktopPolicyMappings=[]" },
    { "PostureProfile",
      "id modifiedTime creationTime modifiedBy name postureUdid "
      "applyToMachineTunnelEnabled=false crlCheckEnabled=false "
      "nonExportablePrivateKeyEnabled=false zscalerCloud platform=[] masterCustomerId "
      "zscalerCustomerId postureType" },
    { "PrivilegedRemoteAccessCredential",
      "id name description userDomain userName credentialType lastCredentialResetTime "
      "microtenantId microtenantName" },
    { "PrivilegedRemoteAccessPortal",
      "certificateId certificateName creationTime description domain enabled extDomain "
      "extDomainName extDomainTranslation extLabel getcName id modifiedBy modifiedTime name "
      "microtenantId microtenantName userNotification userNotificationEnabled userPortalGid "
      "userPortalName approvalReviewers=[]" },
    { "ProvisioningKey",
      "id modifiedTime creationTime modifiedBy name usageCount maxUsage zcomponentId enabled "
      "zcomponentName provisioningKey enrollmentCertId enrollmentCertName" },
    { "SAMLAttribute",
      "id creationTime modifiedBy name userAttribute idpId samlName idpName delta" },
    { "SCIMAttributeHeader",
      "id creationTime modifiedBy name idpId dataType schemaURI multivalued required "
      "caseSensitive mutability returned uniqueness delta" },
    { "SCIMGroup", "id modifiedTime creationTime name idpId idpGroupId internalId" },
    { "SegmentGroup", "id name description enabled policyMigrated configSpace tcpKeepAliveEnabled "
                      "microtenantId microtenantName skipDetailedAppInfo applications=[]" },
    { "ServerGroup",
      "id modifiedTime creationTime modifiedBy enabled=true name description ipAnchored "
      "configSpace weight extranetEnabled microtenantName extranetDTO:ExtranetDTO readOnly "
      "restrictionType zscalerManaged dynamicDiscovery=true applications=[] "
      "appConnectorGroups=[]" },
    { "ServiceEdgeGroup",
      "id modifiedTime creationTime modifiedBy name description enabled=true latitude "
      "longitude location versionProfileId overrideVersionProfile versionProfileName "
      "enrollmentCertId upgradePriority versionProfileVisibilityScope altCloud cityCountry "
      "countryCode upgradeDay upgradeTimeInSecs isPublic geoLocationId "
      "graceDistanceEnabled=false graceDistanceValue microtenantId microtenantName siteId "
      "siteName useInDrMode=false trustedNetworks=[] serviceEdges=[]" },
    { "ServiceEdge",
      "id name modifiedTime creationTime modifiedBy fingerprint issuedCertId enabled=true "
      "latitude longitude location expectedVersion currentVersion expectedUpgradeTime "
      "upgradeStatus upgradeAttempt=0 controlChannelStatus ctrlBrokerName "
      "lastBrokerConnectTime lastBrokerConnectTimeDuration lastBrokerDisconnectTime "
      "lastBrokerDisconnectTimeDuration privateIp publicIp platform runtimeOS "
      "applicationStartTime sargeVersion platformDetail microtenantName microtenantId "
      "provisioningKeyId provisioningKeyName serviceEdgeGroupId serviceEdgeGroupName "
      "enrollmentCert zpnSubModuleUpgradeList=[]" },
    { "TrustedNetwork",
      "id modifiedTime creationTime modifiedBy name domain networkId zscalerCloud "
      "masterCustomerId" },
    { 0 },
};
