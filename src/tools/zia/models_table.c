// SPDX-License-Identifier: MIT
// What survives of the records of this service, field by field; the notation stands in
// catalog/model.h.
#include "tools/tools.h"

const struct model_spec zia_models[] = {
    { "Activation", "status" },
    { "AdvancedSettings",
      "enableDnsResolutionOnTransparentProxy=false "
      "enableIPv6DnsResolutionOnTransparentProxy=false "
      "enableIPv6DnsOptimizationOnAllTransparentProxy=false "
      "enableEvaluatePolicyOnGlobalSSLBypass=false enableOffice365=false logInternalIp=false "
      "enforceSurrogateIpForWindowsApp=false trackHttpTunnelOnHttpPorts=false "
      "blockHttpTunnelOnNonHttpPorts=false blockDomainFrontingOnHostHeader=false "
      "zscalerClientConnector1AndPacRoadWarriorInFirewall=false cascadeUrlFiltering=false "
      "enablePolicyForUnauthenticatedTraffic=false "
      "blockNonCompliantHttpRequestOnHttpPorts=false enableAdminRankAccess=false "
      "uiSessionTimeout http2NonbrowserTrafficEnabled=false ecsForAllEnabled=false "
      "dynamicUserRiskEnabled=false blockConnectHostSniMismatch=false "
      "preferSniOverConnHost=false sipaXffHeaderEnabled=false "
      "blockNonHttpOnHttpPortEnabled=false authBypassUrlCategories=[] "
      "domainFrontingBypassUrlCategories=[] authBypassUrls=[] authBypassApps=[] "
      "kerberosBypassUrlCategories=[] kerberosBypassUrls=[] kerberosBypassApps=[] "
      "basicBypassUrlCategories=[] basicBypassApps=[] httpRangeHeaderRemoveUrlCategories=[] "
      "digestAuthBypassUrlCategories=[] digestAuthBypassUrls=[] digestAuthBypassApps=[] "
      "dnsResolutionOnTransparentProxyExemptUrlCategories=[] "
      "dnsResolutionOnTransparentProxyIPv6ExemptUrlCategories=[] "
      "dnsResolutionOnTransparentProxyExemptUrls=[] "
      "dnsResolutionOnTransparentProxyExemptApps=[] "
      "dnsResolutionOnTransparentProxyIPv6ExemptApps=[] "
      "dnsResolutionOnTransparentProxyUrlCategories=[] "
      "dnsResolutionOnTransparentProxyIPv6UrlCategories=[] "
      "dnsResolutionOnTransparentProxyUrls=[] dnsResolutionOnTransparentProxyApps=[] "
      "dnsResolutionOnTransparentProxyIPv6Apps=[] blockDomainFrontingApps=[] "
      "preferSniOverConnHostApps=[] sniDnsOptimizationBypassUrlCategories=[]" },
    { "AdvancedThreatProtectionSettings",
      "riskTolerance riskToleranceCapture cmdCtlServerBlocked cmdCtlServerCapture "
      "cmdCtlTrafficBlocked cmdCtlTrafficCapture malwareSitesBlocked malwareSitesCapture "
      "activeXBlocked activeXCapture browserExploitsBlocked browserExploitsCapture "
      "fileFormatVunerabilitesBlocked fileFormatVunerabilitesCapture knownPhishingSitesBlocked "
      "knownPhishingSitesCapture suspectedPhishingSitesBlocked suspectedPhishingSitesCapture "
      "suspectAdwareSpywareSitesBlocked suspectAdwareSpywareSitesCapture webspamBlocked "
      "webspamCapture ircTunnellingBlocked ircTunnellingCapture anonymizerBlocked "
      "anonymizerCapture cookieStealingBlocked cookieStealingPCAPEnabled "
      "potentialMaliciousRequestsBlocked potentialMaliciousRequestsCapture blockedCountries=[] "
      "blockCountriesCapture bitTorrentBlocked bitTorrentCapture torBlocked torCapture "
      "googleTalkBlocked googleTalkCapture sshTunnellingBlocked sshTunnellingCapture "
      "cryptoMiningBlocked cryptoMiningCapture adSpywareSitesBlocked adSpywareSitesCapture "
      "dgaDomainsBlocked alertForUnknownOrSuspiciousC2Traffic dgaDomainsCapture "
      "maliciousUrlsCapture" },
    { "CloudApplicationPolicy", "app appName parent parentName" },
    { "IPDestinationGroups",
      "id name description type isNonEditable addresses=[] countries=[] ipCategories=[]" },
    { "FirewallDNSRules",
      "action capturePCAP accessControl id name order rank description locations=[] "
      "locationGroups=[] departments=[] groups=[] users=[] protocols=[] state "
      "timeWindows:[TimeWindows] srcIps=[] srcIpGroups=[] srcIpv6Groups=[] destAddresses=[] "
      "destIpGroups=[] destIpv6Groups=[] destCountries=[] sourceCountries=[] "
      "destIpCategories=[] resCategories=[] redirectIp applications=[] "
      "applicationGroups:[CommonIDName] dnsGateway:CommonBlocks dnsRuleRequestTypes=[] "
      "zpaIpGroup:CommonIDName lastModifiedTime lastModifiedBy:CommonBlocks devices=[] "
      "deviceGroups=[] labels:[RuleLabels] ednsEcsObject:CommonBlocks blockResponseCode "
      "predefined=false defaultRule=false isWebEunEnabled defaultDnsRuleNameUsed" },
    { "FirewallIPSrules",
      "accessControl id name order rank action capturePCAP state description lastModifiedTime "
      "lastModifiedBy:CommonBlocks srcIps=[] destAddresses=[] destIpCategories=[] "
      "resCategories=[] destCountries=[] sourceCountries=[] locations=[] locationGroups=[] "
      "departments=[] groups=[] users=[] timeWindows=[] srcIpGroups=[] srcIpv6Groups=[] "
      "destIpGroups=[] destIpv6Groups=[] nwServices=[] nwServiceGroups=[] threatCategories=[] "
      "devices=[] deviceGroups=[] labels=[] zpaAppSegments=[] enableFullLogging "
      "predefined=false defaultRule=false isEunEnabled eunTemplateId" },
    { "NetworkApplicationGroups", "id name description networkApplications=[]" },
    { "NetworkApplications", "id description parentCategory deprecated=false" },
    { "NetworkServices", "id name description tag type creatorContext isNameL10nTag srcTcpPorts=[] "
                         "destTcpPorts=[] srcUdpPorts=[] destUdpPorts=[]" },
    { "NetworkServiceGroups", "id name description services=[]" },
    { "FirewallRule",
      "accessControl enableFullLogging=false id name order rank action state description "
      "lastModifiedTime lastModifiedBy:CommonBlocks destIpCategories=[] destCountries=[] "
      "sourceCountries=[] deviceTrustLevels=[] nwApplications=[] srcIps=[] destAddresses=[] "
      "appServiceGroups=[] locations=[] locationGroups=[] departments=[] groups=[] users=[] "
      "nwServices=[] nwServiceGroups=[] nwApplicationGroups=[] srcIpGroups=[] destIpGroups=[] "
      "srcIpv6Groups=[] destIpv6Groups=[] zpaAppSegments=[] workloadGroups=[] deviceGroups=[] "
      "devices=[] defaultRule=false excludeSrcCountries=false predefined=false" },
    { "IPSourceGroup", "id name description isNonEditable=false ipAddresses=[]" },
    { "TimeWindows", "id name startTime endTime dayOfWeek=[]" },
    { "CloudApplicationControl",
      "id name type order accessControl timeQuota=0 sizeQuota=0 description state rank "
      "validityStartTime validityEndTime validityTimeZoneId lastModifiedTime "
      "lastModifiedBy:CommonBlocks enforceTimeValidity=false eunEnabled=false eunTemplateId "
      "browserEunTemplateId cascadingEnabled=false predefined=false actions=[] "
      "userAgentTypes=[] deviceTrustLevels=[] userRiskScoreLevels=[] applications=[] "
      "locations=[] groups=[] departments=[] users=[] locationGroups=[] timeWindows=[] "
      "devices=[] deviceGroups=[] tenancyProfileIds=[] labels=[] cloudAppInstances=[] "
      "sharingDomainProfiles=[] formSharingDomainProfiles=[] cloudAppRiskProfile cbiProfile" },
    { "AtpMalwareInspection", "inspectInbound=false inspectOutbound=false" },
    { "AtpMalwarePolicy", "blockUnscannableFiles=false blockPasswordProtectedArchiveFiles=false" },
    { "AtpMalwareProtocols", "inspectHttp=false inspectFtpOverHttp=false inspectFtp=false" },
    { "CommonBlocks", "id name externalId=false" },
    { "CommonIDName", "id name" },
    { "CommonIDNameTag", "id name isNameL10nTag=false" },
    { "DeviceGroups", "id name description groupType osType predefined" },
    { "Devices",
      "id name deviceGroupType deviceModel osType osVersion ownerUserId ownerName hostName" },
    { "DLPDictionary",
      "id name description confidenceThreshold phrases:[DictionaryPhrases] "
      "patterns:[DictionaryPattern] customPhraseMatchType nameL10nTag=false dictionaryType "
      "exactDataMatchDetails=[] idmProfileMatchAccuracyDetails=[] proximity=0 "
      "predefinedPhrases=[] ignoreExactMatchIdmDict=false includeBinNumbers=false "
      "predefinedClone=false thresholdAllowed=false hierarchicalIdentifiers=[] "
      "proximityEnabledForCustomDictionary=false includeSsnNumbers=false "
      "unicodePhraseMatchingEnabled=false dictionaryCloningEnabled=false "
      "confidenceLevelForPredefinedDict custom=false proximityLengthEnabled=false "
      "customPhraseSupported=false hierarchicalDictionary=false" },
    { "DictionaryPattern", "action pattern" },
    { "DictionaryPhrases", "action phrase" },
    { "DLPEngine",
      "id name predefinedEngineName description engineExpression customDlpEngine=false" },
    { "DLPWebRules",
      "id name description rank accessControl minSize action state matchOnly=false "
      "withoutContentInspection=false inspectHttpGetEnabled dlpDownloadScanEnabled=false "
      "zccNotificationsEnabled=false severity parentRule subRules order "
      "zscalerIncidentReceiver protocols=[] fileTypes=[] cloudApplications=[] "
      "userRiskScoreLevels=[] locations=[] locationGroups=[] groups=[] departments=[] users=[] "
      "urlCategories=[] zpaAppSegments=[] workloadGroups=[] includedDomainProfiles=[] "
      "excludedDomainProfiles=[] sourceIpGroups=[] labels=[] excludedGroups=[] "
      "excludedDepartments=[] excludedUsers=[] auditor notificationTemplate icapServer "
      "externalAuditorEmail dlpContentLocationsScopes=[] dlpEngines=[] eunTemplateId" },
    { "FileTypeControlRules",
      "id protocols=[] order timeQuota sizeQuota description locations=[] locationGroups=[] "
      "departments=[] groups=[] users=[] devices=[] deviceGroups=[] timeWindows=[] labels=[] "
      "zpaAppSegments=[] urlCategories=[] fileTypes=[] deviceTrustLevels=[] minSize=0 "
      "maxSize=0 filteringAction capturePCAP=false operation activeContent=false "
      "unscannable=false state rank lastModifiedTime lastModifiedBy:CommonBlocks accessControl "
      "name cloudApplications=[] passwordProtected" },
    { "TrafficGRERecommendedVIP",
      "id virtualIp privateServiceEdge datacenter latitude longitude city countryCode region" },
    { "GreVirtualIP", "id virtualIp privateServiceEdge=false datacenter=false" },
    { "TrafficGRETunnel",
      "id comment sourceIp internalIpRange withinCountry=false ipUnnumbered=false subcloud "
      "lastModificationTime lastModifiedBy:CommonBlocks primaryDestVip:GreVirtualIP "
      "secondaryDestVip:GreVirtualIP" },
    { "IPSSignatureRules",
      "id name ruleText description category:CommonIDNameTag enabled deleted promoteTime "
      "ruleTextModTime dynamicValidationSubmitted dynamicValidationRejected "
      "dynamicValidationSucceeded disabledFromZSCM dynamicValRejectCode" },
    { "ValidateIPSRuleText",
      "status errPosition errMsg errParameter errSuggestion idList subIdsMap" },
    { "LocationGroup",
      "id name groupType comments lastModTime predefined=false dynamicLocationGroupCriteria "
      "locations=[]" },
    { "LocationManagement",
      "id name nonEditable=false parentId upBandwidth dnBandwidth country state language tz "
      "geoOverride=false latitude longitude authRequired=false sslScanEnabled=false "
      "zappSslScanEnabled=false xffForwardEnabled=false otherSubLocation=false "
      "ecLocation=false surrogateIP=false cookiesAndProxy idleTimeInMinutes displayTimeUnit "
      "surrogateIPEnforcedForKnownBrowsers=false surrogateRefreshTimeInMinutes "
      "surrogateRefreshTimeUnit kerberosAuth=false basicAuthEnabled=false "
      "digestAuthEnabled=false ofwEnabled=false ipsControl=false aupEnabled=false "
      "cautionEnabled=false aupBlockInternetUntilAccepted=false aupForceSslInspection=false "
      "iotDiscoveryEnabled=false iotEnforcePolicySet=false aupTimeoutInDays childCount "
      "matchInChild=false excludeFromDynamicGroups excludeFromManualGroups profile description "
      "ipAddresses=[] ipv6Enabled=false extranet:CommonIDName ports=[] "
      "extranetIpPool:CommonIDName extranetDns:CommonIDName defaultExtranetTsPool=false "
      "defaultExtranetDns=false staticLocationGroups=[] dynamiclocationGroups=[] "
      "vpnCredentials=[]" },
    { "RegionInfo",
      "cityGeoId stateGeoId latitude longitude cityName stateName countryName countryCode "
      "postalCode continentCode" },
    { "MalwareSettings",
      "virusBlocked=false virusCapture=false unwantedApplicationsBlocked=false "
      "unwantedApplicationsCapture=false trojanBlocked=false trojanCapture=false "
      "wormBlocked=false wormCapture=false adwareBlocked=false adwareCapture=false "
      "spywareBlocked=false spywareCapture=false ransomwareBlocked=false "
      "ransomwareCapture=false remoteAccessToolBlocked=false remoteAccessToolCapture=false" },
    { "MobileAdvancedThreatSettings",
      "blockAppsWithMaliciousActivity blockAppsWithKnownVulnerabilities "
      "blockAppsSendingUnencryptedUserCredentials blockAppsSendingLocationInfo "
      "blockAppsSendingPersonallyIdentifiableInfo blockAppsSendingDeviceIdentifier "
      "blockAppsCommunicatingWithAdWebsites blockAppsCommunicatingWithRemoteUnknownServers" },
    { "RuleLabels", "id name description lastModifiedTime lastModifiedBy:CommonBlocks createdBy "
                    "referencedRuleCount=0" },
    { "BehavioralAnalysisAdvancedSettings", "md5HashValueList:[MD5HashValueList]" },
    { "MD5HashValueList", "url urlComment type" },
    { "SandboxRules",
      "id name protocols=[] order baPolicyCategories=[] description urlCategories=[] "
      "fileTypes=[] state rank baRuleAction firstTimeEnable=false firstTimeOperation "
      "mlActionEnabled=false byThreatScore locations=[] locationGroups=[] departments=[] "
      "groups=[] users=[] labels=[] zpaAppSegments=[]" },
    { "CloudapplicationsAndTags", "id name" },
    { "Action", "type showEUN=false showEUNATP=false overrideDefaultCertificate "
                "decryptSubActions doNotDecryptSubActions sslInterceptionCert" },
    { "SSLInspectionRules",
      "id accessControl name order rank locations=[] locationGroups=[] departments=[] "
      "groups=[] users=[] platforms=[] roadWarriorForKerberos=false urlCategories=[] "
      "cloudApplications=[] action:Action state description lastModifiedTime "
      "lastModifiedBy:CommonBlocks destIpGroups=[] sourceIpGroups=[] proxyGateways=[] "
      "userAgentTypes=[] devices:[Devices] deviceGroups:[DeviceGroups] deviceTrustLevels=[] "
      "labels:[RuleLabels] zpaAppSegments=[] workloadGroups:[WorkloadGroups] "
      "timeWindows:[TimeWindows] predefined=false defaultRule=false" },
    { "TimeIntervals", "id name startTime endTime daysOfWeek=[]" },
    { "TrafficStaticIP",
      "id comment ipAddress geoOverride latitude longitude routableIP lastModificationTime "
      "lastModifiedBy:CommonBlocks city:CommonIDName" },
    { "TrafficVPNCredentials",
      "id type fqdn ipAddress preSharedKey comments disabled=false location:CommonBlocks "
      "managedBy:CommonBlocks" },
    { "URLFilteringRule",
      "id name order rank state endUserNotificationUrl blockOverride=false timeQuota=0 "
      "sizeQuota=0 description validityStartTime validityEndTime validityTimeZoneId "
      "lastModifiedTime lastModifiedBy:CommonBlocks enforceTimeValidity=false action "
      "ciparule=false protocols=[] userAgentTypes=[] urlCategories=[] urlCategories2=[] "
      "requestMethods=[] deviceTrustLevels=[] userRiskScoreLevels=[] sourceIpGroups=[] "
      "locations=[] groups=[] departments=[] users=[] timeWindows=[] workloadGroups=[] "
      "overrideUsers=[] overrideGroups=[] locationGroups=[] labels=[] devices=[] "
      "deviceGroups=[] httpHeaderActionProfiles=[] httpHeaderProfiles=[] cbiProfile" },
    { "URLCategory",
      "id configuredName superCategory keywords=[] keywordsRetainingParentCategory=[] urls=[] "
      "dbCategorizedUrls=[] ipRanges=[] ipRangesRetainingParentCategory=[] "
      "customCategory=false scopes=[] editable=false description type urlKeywordCounts "
      "customUrlsCount=0 urlsRetainingParentCategoryCount=0 customIpRangesCount=0 "
      "ipRangesRetainingParentCategoryCount=0 regexPatternsRetainingParentCategory=[] urlType "
      "regexPatterns=[]" },
    { "Department", "id name comments idpId deleted" },
    { "Groups", "id name comments idpId isSystemDefined" },
    { "UserManagement",
      "id name email comments tempAuthEmail password adminUser=false type groups=[] department" },
    { "ExpressionContainers", "tagType operator tagContainer:TagContainer" },
    { "ExpressionJson", "tagType operator expressionContainers:[ExpressionContainers]" },
    { "TagContainer", "operator tags:[Tags]" },
    { "Tags", "key value" },
    { "WorkloadGroups",
      "id name description expression lastModifiedTime lastModifiedBy:CommonBlocks "
      "expressionJson:ExpressionJson" },
    { 0 },
};
