// SPDX-License-Identifier: MIT
// What survives of the records of this service, field by field; the notation stands in
// catalog/model.h.
#include "tools/tools.h"

const struct model_spec zcc_models[] = {
    { "Device",
      "agentVersion companyName config_download_time deregistrationTimestamp detail "
      "download_count hardwareFingerprint keepAliveTime last_seen_time macAddress "
      "machineHostname manufacturer osVersion owner policyName registrationState "
      "registration_time state tunnelVersion type udid upmVersion user vpnState zappArch" },
    { "ForwardingProfile",
      "id name active addCondition condition conditionType dnsServers dnsSearchDomains "
      "hostname resolvedIpsForHostname trustedSubnets trustedGateways trustedDhcpServers "
      "trustedEgressIps enableUnifiedTunnel enableLWFDriver enableSplitVpnTN "
      "enableAllDefaultAdaptersTN skipTrustedCriteriaMatch evaluateTrustedNetwork "
      "predefinedTrustedNetworks predefinedTnAll predefinedTrustedNetworkOption "
      "trustedNetworkIds=[] trustedNetworks=[] "
      "forwardingProfileActions:[ForwardingProfileActions] "
      "forwardingProfileZpaActions:[ForwardingProfileZpaActions] unifiedTunnel:[UnifiedTunnel]" },
    { "ForwardingProfileActions",
      "actionType enablePacketTunnel blockUnreachableDomainsTraffic dropIpv6Traffic "
      "dropIpv6TrafficInIpv6Network primaryTransport UDPTimeout DTLSTimeout TLSTimeout "
      "mtuForZadapter allowTLSFallback pathMtuDiscovery tunnel2FallbackType "
      "useTunnel2ForProxiedWebTraffic useTunnel2ForUnencryptedWebTraffic redirectWebTraffic "
      "dropIpv6IncludeTrafficInT2 customPac systemProxyData:SystemProxyData "
      "latencyBasedZenEnablement zenProbeInterval zenProbeSampleSize zenThresholdLimit "
      "latencyBasedServerEnablement lbsProbeInterval lbsProbeSampleSize lbsThresholdLimit "
      "latencyBasedServerMTEnablement networkType isSameAsOnTrustedNetwork systemProxy" },
    { "ForwardingProfileZpaActions",
      "actionType primaryTransport DTLSTimeout TLSTimeout mtuForZadapter "
      "partnerInfo:PartnerInfo latencyBasedServerEnablement lbsProbeSampleSize "
      "lbsThresholdLimit lbsProbeInterval latencyBasedServerMTEnablement networkType "
      "isSameAsOnTrustedNetwork sendTrustedNetworkResultToZpa" },
    { "PartnerInfo", "primaryTransport mtuForZadapter allowTlsFallback" },
    { "SystemProxyData",
      "bypassProxyForPrivateIP enableAutoDetect enablePAC enableProxyServer pacURL pacDataPath "
      "performGPUpdate proxyAction proxyServerAddress proxyServerPort" },
    { "UnifiedTunnel",
      "blockUnreachableDomainsTraffic dropIpv6Traffic primaryTransport DTLSTimeout TLSTimeout "
      "mtuForZadapter allowTLSFallback pathMtuDiscovery tunnel2FallbackType redirectWebTraffic "
      "dropIpv6IncludeTrafficInT2 systemProxyData:SystemProxyData networkType sameAsOnTrusted "
      "actionTypeZIA actionTypeZPA" },
    { "OtpResponse", "antiTemperingDisableOtp deceptionSettingsOtp exitOtp logoutOtp otp revertOtp "
                     "uninstallOtp zdpDisableOtp zdxDisableOtp ziaDisableOtp zpaDisableOtp" },
    { "TrustedNetworks",
      "active companyId conditionType createdBy dnsSearchDomains dnsServers editedBy guid "
      "hostnames id networkName resolvedIpsForHostname ssids trustedDhcpServers "
      "trustedEgressIps trustedGateways trustedSubnets" },
    { 0 },
};
