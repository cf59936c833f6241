# SPDX-License-Identifier: MIT
"""Reads what an OTLP exporter sent (JSON, a line each) with the protocol's own definitions, strictly: prints the spans."""
import base64
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


def as_base64(span, key, size):  # OTLP writes ids in hex, where protobuf's own JSON has base64
    if key in span:
        raw = bytes.fromhex(span[key])
        assert len(raw) == size, span
        span[key] = base64.b64encode(raw).decode()


spans = []
for line in sys.stdin:
    tree = json.loads(line)
    for resource in tree["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                for key, size in (("traceId", 16), ("spanId", 8), ("parentSpanId", 8)):
                    as_base64(span, key, size)
    message = json_format.Parse(json.dumps(tree), ExportTraceServiceRequest(), ignore_unknown_fields=False)
    for resource in message.resource_spans:
        where = {a.key: a.value.string_value for a in resource.resource.attributes}
        for scope in resource.scope_spans:
            for s in scope.spans:
                values = {a.key: a.value.int_value if a.value.HasField("int_value") else a.value.string_value for a in s.attributes}
                assert s.start_time_unix_nano <= s.end_time_unix_nano
                spans.append({"resource": where, "name": s.name, "kind": s.kind, "trace": s.trace_id.hex(), "id": s.span_id.hex(), "parent": s.parent_span_id.hex(), "status": s.status.code, "attributes": values})
json.dump(spans, sys.stdout)
