# SPDX-License-Identifier: MIT
"""The writing tools that are not a create, get, update and delete of one thing: what they are given, the tool that shows the
change with its arguments, and what that must show afterwards. (tool, member) is learnt from the first record of a tool;
Made(member) is of the answer to the write."""
import json


class Made(str):
    pass


def shows(*texts):
    return lambda value: value is not None and all(text in json.dumps(value) for text in texts)


def lacks(*texts):
    return lambda value: value is not None and all(text not in json.dumps(value) for text in texts)


def holds(**members):
    return lambda value: value is not None and all(value.get(name) == v for name, v in members.items())


def gone(value):
    return value is None


DEVICE = ("zdx_list_devices", "id")
TRACED = {"device_id": ("zdx_list_devices", "id"), "trace_id": ("zdx_list_device_deep_traces", "trace_id")}
APP = ("zdx_list_applications", "id")
PROBES = {"app_id": APP, "web_probe_id": ("zdx_get_web_probes", "id"), "cloudpath_probe_id": ("zdx_list_cloudpath_probes", "id")}
CONNECTOR, EDGE = ("zpa_list_app_connectors", "id"), ("zpa_list_service_edges", "id")
CUSTOM = {"category_id": "CUSTOM_01"}

WRITES_ELSEWHERE = {
    "zdx_start_analysis": ({"device_id": DEVICE, "app_id": APP},
                           "zdx_get_analysis", {"analysis_id": Made("analysis_id")}, shows("status")),
    "zdx_delete_analysis": ({"analysis_id": ("zdx_start_analysis", "analysis_id")},
                            "zdx_get_analysis", {"analysis_id": ("zdx_start_analysis", "analysis_id")}, gone),
    "zdx_start_deeptrace": ({"device_id": DEVICE, "session_name": "Started by the test", **PROBES},
                            "zdx_list_device_deep_traces", {"device_id": DEVICE}, shows("Started by the test")),
    "zdx_delete_deeptrace": (TRACED, "zdx_get_device_deep_trace", TRACED, gone),
    "zia_activate_configuration": ({}, "zia_get_activation_status", {}, holds(status="ACTIVE")),
    "zia_update_advanced_settings": ({"settings": {"enable_office365": False, "session_timeout": 7777}},
                                     "zia_get_advanced_settings", {}, shows("7777")),
    "zia_update_atp_malware_policy": ({"block_unscannable_files": True, "block_password_protected_archive_files": False},
                                      "zia_get_atp_malware_policy", {},
                                      holds(block_unscannable_files=True, block_password_protected_archive_files=False)),
    "zia_update_atp_malware_inspection": ({"inspect_inbound": True, "inspect_outbound": False},
                                          "zia_get_atp_malware_inspection", {}, holds(inspect_inbound=True, inspect_outbound=False)),
    "zia_update_atp_malware_protocols": ({"inspect_http": True, "inspect_ftp_over_http": False, "inspect_ftp": False},
                                         "zia_get_atp_malware_protocols", {}, holds(inspect_http=True, inspect_ftp=False)),
    "zia_update_malware_settings": ({"settings": {"virus_blocked": False, "virus_capture": True}},
                                    "zia_get_malware_settings", {}, holds(virus_blocked=False, virus_capture=True)),
    "zia_update_atp_settings": ({"settings": {"risk_tolerance": 3, "malware_sites_blocked": False}},
                                "zia_get_atp_settings", {}, holds(risk_tolerance=3, malware_sites_blocked=False)),
    "zia_update_atp_security_exceptions": ({"bypass_urls": ["made.example"]},
                                           "zia_get_atp_security_exceptions", {}, shows("made.example")),
    "zia_add_atp_malicious_urls": ({"malicious_urls": ["made.example"]}, "zia_list_atp_malicious_urls", {}, shows("made.example")),
    "zia_delete_atp_malicious_urls": ({"malicious_urls": ["phish.example"]}, "zia_list_atp_malicious_urls", {},
                                      lacks("phish.example")),
    "zia_add_auth_exempt_urls": ({"exempt_urls": ["made.example"]}, "zia_list_auth_exempt_urls", {}, shows("made.example")),
    "zia_delete_auth_exempt_urls": ({"exempt_urls": ["sso.acme.example"]}, "zia_list_auth_exempt_urls", {},
                                    lacks("sso.acme.example")),
    "zia_update_mobile_advanced_settings": ({"settings": {"block_apps_sending_location_info": True}},
                                            "zia_get_mobile_advanced_settings", {}, holds(block_apps_sending_location_info=True)),
    "zia_bulk_update_shadow_it_apps": ({"sanction_state": "sanctioned", "application_ids": [("zia_list_shadow_it_apps", "id")]},
                                       "zia_list_shadow_it_apps", {}, lambda apps: holds(sanctioned_state="SANCTIONED")(apps[0])),
    "zia_update_url_category_predefined": ({"name": "GAMBLING", "urls": ["made.example"], "configured_name": "Gambling"},
                                           "zia_get_url_category_predefined", {"name": "GAMBLING"}, shows("made.example")),
    "zia_add_urls_to_category": ({**CUSTOM, "configured_name": "Acme Partners", "urls": ["made.example"]}, "zia_get_url_category", CUSTOM, shows("made.example")),
    "zia_remove_urls_from_category": ({**CUSTOM, "configured_name": "Acme Partners", "urls": [".partner-portal.example"]}, "zia_get_url_category", CUSTOM,
                                      lacks(".partner-portal.example")),
    "zpa_update_app_connector": ({"connector_id": CONNECTOR, "description": "Made by the test"},
                                 "zpa_get_app_connector", {"connector_id": CONNECTOR}, holds(description="Made by the test")),
    "zpa_delete_app_connector": ({"connector_id": CONNECTOR}, "zpa_get_app_connector", {"connector_id": CONNECTOR}, gone),
    "zpa_bulk_delete_app_connectors": ({"connector_ids": [CONNECTOR]}, "zpa_get_app_connector", {"connector_id": CONNECTOR}, gone),
    "zpa_update_service_edge": ({"service_edge_id": EDGE, "description": "Made by the test"},
                                "zpa_get_service_edge", {"service_edge_id": EDGE}, holds(description="Made by the test")),
    "zpa_delete_service_edge": ({"service_edge_id": EDGE}, "zpa_get_service_edge", {"service_edge_id": EDGE}, gone),
    "zpa_bulk_delete_service_edges": ({"service_edge_ids": [EDGE]}, "zpa_get_service_edge", {"service_edge_id": EDGE}, gone),
    "ztw_create_ip_destination_group": ({"name": "Made by the test", "type": "DSTN_IP", "addresses": ["192.0.2.9"]},
                                        "ztw_list_ip_destination_groups", {}, shows("Made by the test")),
    "ztw_delete_ip_destination_group": ({"group_id": ("ztw_list_ip_destination_groups", "id")},
                                        "ztw_list_ip_destination_groups", {}, lacks("Payment provider")),
    "ztw_create_ip_group": ({"name": "Made by the test", "ip_addresses": ["192.0.2.9"]},
                            "ztw_list_ip_groups", {}, shows("Made by the test")),
    "ztw_delete_ip_group": ({"group_id": ("ztw_list_ip_groups", "id")}, "ztw_list_ip_groups", {}, lacks("AWS eu-central-1")),
    "ztw_create_ip_source_group": ({"name": "Made by the test", "ip_addresses": ["192.0.2.9"]},
                                   "ztw_list_ip_source_groups", {}, shows("Made by the test")),
    "ztw_delete_ip_source_group": ({"group_id": ("ztw_list_ip_source_groups", "id")},
                                   "ztw_list_ip_source_groups", {}, lacks("Web tier")),
}
