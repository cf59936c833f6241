# SPDX-License-Identifier: MIT
"""The arguments that both servers are called with: required only, all, each optional one by itself, and a query. Values
are the usual ones of the wire cases, else made from the published schema; ids are those of the fake OneAPI's records."""
import json
import re

BRIDGE = {"query", "kwargs", "dry_run"}  # not the API's
PLACES = ("list", "content", "items", "records", "results", "data")  # where answers keep their records


def wire_cases(folder):
    """{tool: [case, …]} of tests/wire."""
    found = {}
    for path in sorted(folder.glob("*/*.json")):
        file = json.loads(path.read_text())
        found[file["tool"]] = file["cases"]
    return found


def made_up(name, schema):
    """A value that the schema allows."""
    for choice in schema.get("anyOf", []):
        if choice.get("type") != "null":
            schema = {**schema, **choice}
            break
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "integer":
        return max(schema.get("minimum", 0), 2)
    if kind == "number":
        return schema.get("minimum", 45.5)
    if kind == "boolean":
        return True
    if kind == "array":
        return [made_up(name, schema.get("items") or {"type": "string"})]
    if kind == "object":
        return {"some_key": {"inner_key": 1}}
    return f"{name.replace('_', '-')}-value"


ODD_TEXT = 'Ä & "b", <i>c</i>; d/e?f=g#h %41'


def kinds_of(schema):
    """The types that a property may have, without null."""
    types = {schema.get("type")} | {choice.get("type") for choice in schema.get("anyOf", [])}
    return types - {None, "null"}


def fixed(schema):
    """Are there only certain values?"""
    return any("enum" in choice or "pattern" in choice for choice in [schema, *schema.get("anyOf", [])])


def first_id(answer):
    """The id of the first record in what a collection answers."""
    if isinstance(answer, dict):
        answer = next((answer[place] for place in PLACES if isinstance(answer.get(place), list)), None)
    if not isinstance(answer, list) or not answer or not isinstance(answer[0], dict):
        return None
    return answer[0].get("id")


class Arguments:
    def __init__(self, cases, records):
        self.cases = cases
        self.records = records  # path → what the collection answers
        self.known = {}

    def recorded(self, tool, name):
        """The first value that the wire cases give the argument, those with all arguments first."""
        cases = sorted(self.cases.get(tool, []), key=lambda case: not case["label"].startswith("full"))
        for case in cases:
            value = (case.get("args") or {}).get(name)
            if value not in (None, "", [], {}) and not str(value).startswith("<<"):
                return value
        return None

    def usual(self, tool, schema):
        """{argument: value} of all that the API gets."""
        values = {}
        for name, property_schema in schema.get("properties", {}).items():
            if name in BRIDGE:
                continue
            value = self.recorded(tool, name)
            values[name] = made_up(name, property_schema) if value is None else value
        return values | self.ids(tool, values)

    def ids(self, tool, values):
        """What stands in a path of a wire case names a record: the first of its collection stands in for it."""
        found = {}
        for case in self.cases.get(tool, []):
            args = case.get("args") or {}
            for request in case.get("wire", []):
                self._of_path(tool, request["path"], args, values, found)
        return found

    def _of_path(self, tool, path, args, values, found):
        prefix = ""
        for segment in path.strip("/").split("/"):
            name = next((n for n, v in args.items() if isinstance(v, (str, int)) and str(v) == segment), None)
            if name in values and name not in found and (one := self._record(tool, prefix)) is not None:
                found[name] = str(one) if isinstance(values[name], str) else one
            prefix += "/" + str(found.get(name, segment))

    def _record(self, tool, collection):
        """An id of the collection, else of what the tool's sibling lists: zpa_update_x, zpa_list_xs."""
        sibling = re.sub(r"^(\w+?)_(get|update|delete)_(\w+)$", r"\1_list_\3s", tool)
        requests = [request for case in self.cases.get(sibling, []) for request in case.get("wire", [])]
        listed = next((request["path"] for request in requests if request["method"] == "GET"), None)
        one = self._first_of(collection)
        return one if one is not None or not listed else self._first_of(listed)

    def _first_of(self, collection):
        if collection not in self.known:
            self.known[collection] = first_id(self.records(collection))
        return self.known[collection]

    def odd(self, tool, schema, usual, required):
        """What models send: numbers and lists as text, words with all kinds of marks, nothing where something may be."""
        free = {name: value for name, value in usual.items() if name not in required}
        kinds = {name: kinds_of(schema["properties"][name]) for name in usual}
        texts = {name: ODD_TEXT for name in free if kinds[name] == {"string"} and isinstance(free[name], str) and not fixed(schema["properties"][name])}
        return [
            ("numbers as text", {n: str(v) for n, v in usual.items() if kinds[n] & {"integer", "number"} and not isinstance(v, bool)}),
            ("lists as text", {n: json.dumps(v) for n, v in usual.items() if isinstance(v, (list, dict))}),
            ("empty lists", {n: [] for n in free if "array" in kinds[n]}),
            ("empty objects", {n: {} for n in free if "object" in kinds[n]}),
            ("false", {n: False for n in free if "boolean" in kinds[n]}),
            ("marks", texts),
            ("null", {n: None for n in free}),
        ]

    def sets(self, tool, schema):
        """[(label, arguments), …], each different from those before it."""
        usual = self.usual(tool, schema)
        required = {name: usual[name] for name in schema.get("required", []) if name in usual}
        found = [("required", required), ("all", usual)]
        found += [(f"+{name}", {**required, name: value}) for name, value in usual.items() if name not in required]
        found += [(f"odd: {label}", {**required, **odd}) for label, odd in self.odd(tool, schema, usual, required)]
        if "query" in schema.get("properties", {}):
            found.append(("query", {**required, "query": "[*].id"}))
        return [pair for at, pair in enumerate(found) if pair[1] not in [args for _, args in found[:at]]]
