# SPDX-License-Identifier: MIT
"""Reads figures with Prometheus' own parser: metrics.py < TEXT prints {"name{label=value,…}": number}."""
import json
import sys

from prometheus_client.parser import text_string_to_metric_families

figures = {}
for family in text_string_to_metric_families(sys.stdin.read()):
    assert family.documentation and family.type in ("counter", "gauge", "histogram"), family
    for s in family.samples:
        labels = ",".join(f"{k}={v}" for k, v in sorted(s.labels.items()))
        name = f"{s.name}{{{labels}}}" if labels else s.name
        assert name not in figures, name
        figures[name] = s.value
json.dump(figures, sys.stdout)
