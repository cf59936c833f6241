// SPDX-License-Identifier: MIT
// Invented records, as templates for seed.c.
#include "seed.h"

// clang-format off
const char seed_easm[] = JSON({
  "easm.findings": {"count": 12, "record": {"results": [{"country": ["$one", "DE", "US", "JP", "GB", "CA"], "description": "Kept by the {team} team in {site}", "id": "{sid}", "is_stale": ["$one", true, true, false], "name": "{site} Finding {n}", "risk_score": "#1-100", "severity_score": "#1-100", "status": ["$one", "ACTIVE", "ACTIVE", "INACTIVE"]}]}},
  "easm.evidence": {"doc": {"content": "HTTP/1.1 200 OK\nServer: acme", "source_type": "http"}},
  "easm.scanOutput": {"doc": {"content": "HTTP/1.1 200 OK\nServer: acme", "source_type": "http"}},
  "easm.lookalikes": {"count": 12, "record": {"lookalike_raw": "acme-login{n}.example", "results": [{"description": "Kept by the {team} team in {site}", "is_registered": ["$one", true, true, false], "lookalike_raw": "acme-login{n}.example", "original_domain": "app{n}.acme.example", "risk_category": ["$one", "low", "medium", "high", "critical"], "risk_score": "#1-100", "status": ["$one", "ACTIVE", "ACTIVE", "INACTIVE"]}]}},
  "easm.organizations": {"count": 12, "record": {"results": [{"id": "{sid}", "name": "{site} Organization {n}"}], "id": "{sid}"}}
});
// clang-format on
