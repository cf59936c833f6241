// SPDX-License-Identifier: MIT
// What survives of the records of this service, field by field; the notation stands in
// catalog/model.h.
#include "tools/tools.h"

const struct model_spec zdx_models[] = {
    { "Administration", "id name" },
    { "AffectedDevices", "next_offset devices:[DeviceDetails]" },
    { "AlertDetails",
      "id rule_name severity alert_type alert_status application:CommonIDName "
      "geolocations:[GeoLocations] departments:[Departments] locations:[Locations] started_on "
      "ended_on" },
    { "Alerts", "next_offset alerts:[AlertDetails]" },
    { "DeviceDetails", "id name userid userName userEmail" },
    { "ApplicationActiveUsers", "next_offset users:[CommonIDName]" },
    { "ApplicationUserDetails", "id name email score devices:[common.Devices]" },
    { "ActiveApplications", "id name score total_users most_impacted_region:MostImpactedRegion" },
    { "ApplicationMetrics", "metric unit datapoints:[DataPoints]" },
    { "ApplicationScore", "id name score most_impacted_region:MostImpactedRegion stats:Stats" },
    { "ApplicationScoreTrend", "metric unit datapoints:[DataPoints]" },
    { "Stats", "active_users active_devices num_poor num_okay num_good" },
    { "CommonIDName", "id name email score" },
    { "DataPoints", "timestamp value" },
    { "Departments", "id name num_devices" },
    { "common.Devices", "devices:[CommonIDName] zs_loc:[CommonIDName] geo_loc:[MostImpactedGeos]" },
    { "GeoLocations", "id city state country num_devices" },
    { "Locations", "id name num_devices groups:CommonIDName" },
    { "MostImpactedGeos", "id city state region country geo_type geo_lat geo_long geo_detection" },
    { "MostImpactedRegion", "id country" },
    { "DeviceAppCloudPathProbes", "id name numProbes avgLatencies=[]" },
    { "DeviceAppWebProbes", "id name numProbes avgScore avgPft" },
    { "DeviceDetail", "id name userid" },
    { "DeviceModelInfo", "id name hardware:Hardware network:[Network] software:Software" },
    { "devices.Devices", "next_offset devices:[DeviceDetail]" },
    { "Events", "category name display_name prev curr" },
    { "Hardware",
      "hw_model hw_mfg hw_type hw_serial tot_mem gpu disk_size disk_model disk_type cpu_mfg "
      "cpu_model speed_ghz logical_proc num_cores" },
    { "Network", "net_type status ipv4 ipv6 dns_srvs dns_suffix gateway mac guid" },
    { "Software", "os_name os_ver os_build hostname netbios user client_conn_ver zdx_ver" },
    { "DeviceSoftwareInventory",
      "software_key software_name vendor software_group software_install_type>sw_install_type "
      "user_total device_total" },
    { "SoftwareList", "next_offset software:[DeviceSoftwareInventory]" },
    { "DeepTraceCloudPath", "timestamp cloudpath" },
    { "DeepTraceCloudPathMetric", "leg_src leg_dst stats=[]" },
    { "DeepTraceEvents", "timestamp events:[Events]" },
    { "DeepTraceHealthMetrics", "category instances=[]" },
    { "DeepTraceWebProbeMetrics", "metric unit datapoints=[]" },
    { "DeviceApplicationAnalysis", "device_id app_id t0 t1" },
    { "DeviceDeepTraces",
      "trace_id trace_details:TraceDetails status expected_time_minutes created_at started_at "
      "ended_at" },
    { "DeviceTopProcesses", "timestamp top_processes=[]" },
    { "TraceDetails",
      "session_name>name user_id username device_id device_name session_length_minutes "
      "probe_device" },
    { 0 },
};
