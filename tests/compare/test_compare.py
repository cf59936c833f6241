#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What scripts/compare-python judges by, without the Python server."""
import json
import pathlib
import re
import sys
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))
from arguments import Arguments, made_up, wire_cases  # noqa: E402
from judge import Meant, compare_requests, compare_results, compare_schemas, same  # noqa: E402

ROWS = json.loads((HERE / "differences.json").read_text())


def request(path="/a", query="", body="", method="GET"):
    return {"method": method, "path": path, "query": query, "body": body}


def result(value, text="[]", **more):
    return {"content": [{"type": "text", "text": text}], "structuredContent": value, **more}


def kinds(found):
    return [difference.kind for difference in found]


class Table(unittest.TestCase):
    def test_every_row_is_one_of_the_document(self):
        lines = re.findall(r"^\| (.*?) \|", (ROOT / "docs/compatibility.md").read_text(), re.M)
        for row in ROWS:
            self.assertEqual(len([line for line in lines if line.startswith(row["row"])]), 1, row["row"])

    def test_ids_are_unique_and_members_known(self):
        self.assertEqual(len({row["id"] for row in ROWS}), len(ROWS))
        for row in ROWS:
            self.assertLessEqual(row.keys(), {"id", "kind", "tool", "where", "theirs", "ours", "row"}, row["id"])

    def test_a_row_explains_its_own_only(self):
        meant = Meant([{"id": "x", "kind": "value filled", "tool": "zia_*", "where": "^name$", "row": "…"}])
        (value,) = compare_results(result({"name": "a"}), result({"name": "b"}), None)
        self.assertEqual(meant.row_of("zia_get_x", value), "x")
        self.assertIsNone(meant.row_of("zpa_get_x", value))
        self.assertIsNone(meant.row_of("zia_get_x", value._replace(where="other")))
        self.assertIsNone(meant.row_of("zia_get_x", value._replace(kind="missing")))
        self.assertEqual(meant.used, {"x": 1})


class Requests(unittest.TestCase):
    def test_what_differs(self):
        for ours in (
            [],
            [request(path="/b")],
            [request(method="PUT")],
            [request(query="x=1")],
            [request(body='{"x":1}')],
            [request(), request()],
        ):
            self.assertEqual(kinds(compare_requests([request()], ours)), ["request"], ours)

    def test_null_is_not_left_out(self):
        self.assertEqual(kinds(compare_requests([request(body='{"x":null}')], [request(body='{"y":null}')])), ["request"])
        self.assertEqual(kinds(compare_requests([request(body='{"x":1}')], [request(body='{"x":true}')])), ["request"])

    def test_order_of_parameters(self):
        self.assertEqual(kinds(compare_requests([request(query="a=1&b=2")], [request(query="b=2&a=1")])), ["order"])

    def test_what_means_the_same(self):
        pairs = (
            (request(path="/a%20b"), request(path="/a b")),
            (request(query="a=x+y"), request(query="a=x%20y")),
            (request(body='{"a":1,"b":2}'), request(body='{"b":2,"a":1}')),
            (request(body="{}"), request()),
            (request(query="from=1795047751"), request(query="from=1795047752")),
            (request(path="/x/1795047751/y"), request(path="/x/1795047752/y")),
        )
        for theirs, ours in pairs:
            self.assertEqual(kinds(compare_requests([theirs], [ours])), [], ours)

    def test_times_are_about_equal_only_when_near(self):
        self.assertTrue(same("2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z"))
        self.assertFalse(same("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"))
        self.assertFalse(same(1795047751, "1795047751"))
        self.assertFalse(same(7, 8))


class Results(unittest.TestCase):
    def test_kinds(self):
        table = (
            ({"a": 1}, {}, "missing"),
            ({"a": None}, {}, "missing"),
            ({"a": 1}, {"a": 2}, "value"),
            ({"a": 1}, {"a": True}, "value"),
            ({"a": 1}, {"a": "1"}, "value"),
            ({"a": [1]}, {"a": []}, "items"),
            ({"a": "x &amp; y"}, {"a": "x & y"}, "entities"),
            ({"a": {"b": False}}, {"a": {}}, "padding"),
            ({"a": {"b": "x"}}, {"a": {}}, "missing"),
            ({"extensions": {}}, {}, "extensions"),
            ({}, {"a": 1}, "more"),
            ({"a": []}, {"a": ["x"]}, "filled"),
            ({"a": None}, {"a": "x"}, "filled"),
            ({"a": "{'id': 1}"}, {"a": {"id": 1}}, "notation"),
            ({"a": "{'id': 1}"}, {"a": {"id": 2}}, "value"),
            ({"a\t": 1}, {"a": 1}, "blank"),
        )
        for theirs, ours, kind in table:
            self.assertEqual(kinds(compare_results(result(theirs), result(ours), None)), [kind], (theirs, ours))

    def test_of_lists(self):
        self.assertEqual(kinds(compare_results(result({"result": [{"a": 1}]}), result({"result": [{"a": 1}]}), None)), [])
        self.assertEqual(kinds(compare_results(result({"result": [{"a": 1}]}), result({"result": []}), None)), ["items"])

    def test_failures(self):
        bad, good = result({}, "Error", isError=True), result({})
        self.assertEqual(kinds(compare_results(bad, good, "ValueError: x")), ["outcome"])
        self.assertEqual(kinds(compare_results(good, bad, None)), ["outcome"])
        self.assertEqual(kinds(compare_results(bad, bad, None)), [])
        self.assertEqual(kinds(compare_results(bad, result({}, "Error: x", isError=True), None)), ["cause"])

    def test_encoding(self):
        self.assertEqual(kinds(compare_results(result([], "a,b"), result([], "[]"), None)), ["encoding"])

    def test_schemas(self):
        one, other = ({"inputSchema": {"properties": {"a": {}}, "required": names}} for names in (["a"], []))
        self.assertEqual(kinds(compare_schemas(one, other)), ["schema"])


class Values(unittest.TestCase):
    def test_made_up(self):
        table = (
            ({"type": "string", "enum": ["B", "A"]}, "B"),
            ({"type": "integer", "minimum": 5}, 5),
            ({"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]}, [2]),
            ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
            ({"type": "string"}, "some-name-value"),
        )
        for schema, value in table:
            self.assertEqual(made_up("some_name", schema), value)

    def test_ids_are_those_of_records(self):
        case = {"label": "required", "args": {"x_id": "7", "name": "n"}, "wire": [{"method": "GET", "path": "/v1/xs/7"}]}
        arguments = Arguments({"t": [case]}, {"/v1/xs": {"list": [{"id": 4711}]}}.get)
        schema = {"properties": {"x_id": {}, "name": {}, "query": {"type": "string"}}, "required": ["x_id"]}
        self.assertEqual(
            arguments.sets("t", schema),
            [
                ("required", {"x_id": "4711"}),
                ("all", {"x_id": "4711", "name": "n"}),
                ("odd: null", {"x_id": "4711", "name": None}),
                ("query", {"x_id": "4711", "query": "[*].id"}),
            ],
        )

    def test_wire_cases_name_every_tool_once(self):
        self.assertGreater(len(wire_cases(ROOT / "tests/wire")), 400)


if __name__ == "__main__":
    unittest.main()
