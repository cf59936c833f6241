// SPDX-License-Identifier: MIT
// Invented records, as templates for seed.c.
#include "seed.h"

// clang-format off
const char seed_zdx[] = JSON({
  "zdx.devices": {"count": 30, "record": {"id": "#id", "name": "{site} Device {n}", "userid": "acme-{person}-{n}"}},
  "zdx.departments": {"count": 12, "record": {"id": "#id", "name": "{site} Department {n}"}},
  "zdx.locations": {"count": 12, "record": {"id": "#id", "name": "{site} Office {n}"}},
  "zdx.analysis": {"count": 12, "record": {"analysis_id": "{sid}", "device_id": "#1-100", "app_id": "#1-100"}},
  "zdx.trace_cloudpath": {"doc": {"timestamp": "#time"}},
  "zdx.trace_cloudpath_metrics": {"doc": {"stats": [{"id": "#id", "name": "{site} stat"}]}},
  "zdx.trace_events": {"doc": {"timestamp": "#time", "events": [{"name": "{site} Trace Event {n}", "display_name": "{site} Trace Event {n}"}]}},
  "zdx.trace_health_metrics": {"doc": {"instances": [{"id": "#id", "name": "{site} instance"}]}},
  "zdx.deeptraces": {"count": 12, "record": {"trace_id": "{sid}", "trace_details": {"user_id": "#1-100", "username": "{person}.{n}@acme.example", "device_id": "#1-100", "device_name": "acme-{person}-{n}", "session_length_minutes": "#1-100", "probe_device": ["$one", true, true, false]}, "status": ["$one", "ACTIVE", "ACTIVE", "INACTIVE"], "expected_time_minutes": "#1-100", "created_at": "#time", "started_at": "#time", "ended_at": "#time"}},
  "zdx.trace_top_processes": {"doc": {"timestamp": "#time", "top_processes": [{"id": "#id", "name": "{site} top_processe"}]}},
  "zdx.trace_webprobe_metrics": {"doc": {"datapoints": [{"id": "#id", "name": "{site} datapoint"}]}},
  "zdx.cloudpathProbes": {"count": 12, "record": {"id": "#id", "name": "{site} Cloudpath Probe {n}", "avg_latencies": [{"id": "#id", "name": "{site} avg_latencie"}]}},
  "zdx.webProbes": {"count": 12, "record": {"id": "#id", "name": "{site} Web Probe {n}", "avg_score": "#1-100"}},
  "zdx.metrics": {"count": 12, "record": {"id": "#id", "datapoints": [{"timestamp": "#time"}]}},
  "zdx.scoreTrend": {"doc": {"datapoints": [{"timestamp": "#time"}]}},
  "zdx.users": {"count": 12, "record": {"id": "#id", "name": "{person} Example {n}", "email": "{person}.{n}@acme.example", "score": "#1-100"}},
  "zdx.ongoing": {"count": 12, "record": {"id": "#id", "rule_name": "{site} Ongoing {n}", "severity": ["$one", "low", "medium", "high", "critical"], "application": {"id": "#id", "name": "{site} Ongoing {n}", "email": "{person}.{n}@acme.example", "score": "#1-100"}, "geolocations": [{"id": "#id", "city": "{site}", "state": ["$one", "ENABLED", "ENABLED", "DISABLED"], "country": ["$one", "DE", "US", "JP", "GB", "CA"]}], "departments": [{"id": "#id", "name": "{site} Ongoing {n}"}], "locations": [{"id": "#id", "name": "{site} Ongoing {n}", "groups": {"id": "#id", "name": "{site} Ongoing {n}", "email": "{person}.{n}@acme.example", "score": "#1-100"}}], "started_on": "#time", "ended_on": "#time"}},
  "zdx.alerts": {"count": 12, "record": {"id": "#id", "rule_name": "{site} Alert {n}", "severity": ["$one", "low", "medium", "high", "critical"], "application": {"id": "#id", "name": "{site} Alert {n}", "email": "{person}.{n}@acme.example", "score": "#1-100"}, "geolocations": [{"id": "#id", "city": "{site}", "state": ["$one", "ENABLED", "ENABLED", "DISABLED"], "country": ["$one", "DE", "US", "JP", "GB", "CA"]}], "departments": [{"id": "#id", "name": "{site} Alert {n}"}], "locations": [{"id": "#id", "name": "{site} Alert {n}", "groups": {"id": "#id", "name": "{site} Alert {n}", "email": "{person}.{n}@acme.example", "score": "#1-100"}}], "started_on": "#time", "ended_on": "#time"}},
  "zdx.affectedDevices": {"count": 12, "record": {"id": "#id", "name": "{site} Affected Device {n}", "userid": "acme-{person}-{n}", "userName": "{person}.{n}@acme.example", "userEmail": "{person}.{n}@acme.example"}},
  "zdx.apps": {"count": 12, "record": {"id": "#id", "name": "{site} App {n}", "score": "#1-100", "most_impacted_region": {"id": "#id", "country": ["$one", "DE", "US", "JP", "GB", "CA"]}}},
  "zdx.historical": {"count": 12, "record": {"id": "#id", "rule_name": "{site} Historical {n}", "severity": ["$one", "low", "medium", "high", "critical"], "application": {"id": "#id", "name": "{site} Historical {n}", "email": "{person}.{n}@acme.example", "score": "#1-100"}, "geolocations": [{"id": "#id", "city": "{site}", "state": ["$one", "ENABLED", "ENABLED", "DISABLED"], "country": ["$one", "DE", "US", "JP", "GB", "CA"]}], "departments": [{"id": "#id", "name": "{site} Historical {n}"}], "locations": [{"id": "#id", "name": "{site} Historical {n}", "groups": {"id": "#id", "name": "{site} Historical {n}", "email": "{person}.{n}@acme.example", "score": "#1-100"}}], "started_on": "#time", "ended_on": "#time"}},
  "zdx.software": {"count": 12, "record": {"software_key": "app{n}-1.{n}", "software_name": "{site} Suite {n}", "vendor": ["$one", "Acme", "Example Corp", "Initech"], "user_total": "#1-100", "device_total": "#1-100"}},
  "zdx.softwareDetails": {"count": 12, "record": {"id": "#id", "software_key": "app{n}-1.{n}", "software_name": "{site} Suite {n}", "vendor": ["$one", "Acme", "Example Corp", "Initech"], "user_total": "#1-100", "device_total": "#1-100"}}
});
// clang-format on
