# SPDX-License-Identifier: MIT
"""What differs between the requests and results of two servers, each difference with its kind; and the table of those
that are meant (differences.json)."""
import ast
import datetime
import fnmatch
import json
import re
import urllib.parse
from typing import NamedTuple

NEAR = 300  # seconds: both ask for "the last hour", one a moment later than the other
ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


class Difference(NamedTuple):
    kind: str  # schema, request, order, outcome, cause, missing, value, items, entities, extensions, padding, …
    where: str
    theirs: object
    ours: object

    def __str__(self):
        return f"{self.kind} {self.where}\n      Python: {shown(self.theirs)}\n      here:   {shown(self.ours)}"


def shown(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:400] + "…"


def when(value):
    """Seconds since 1970, or None where the value is no time."""
    text = str(value)
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return int(text) / (1000 if len(text) == 13 else 1)
    try:
        return datetime.datetime.fromisoformat(text).timestamp() if re.match(r"\d{4}-\d\d-\d\dT", text) else None
    except ValueError:
        return None


def same(a, b):
    """Equal, times about."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is type(b) and a == b:
        return True
    if isinstance(a, bool) or isinstance(b, bool) or type(a) is not type(b):
        return {type(a), type(b)} == {int, float} and a == b
    if isinstance(a, str) and "/" in a and a.count("/") == b.count("/"):  # a path
        return all(map(same, a.split("/"), b.split("/")))
    near = when(a), when(b)
    return None not in near and abs(near[0] - near[1]) <= NEAR


# --- requests ---


def body_of(text):
    try:
        body = json.loads(text)
    except ValueError:
        return text
    if isinstance(body, dict) and "variables" in body:  # GraphQL: white space means nothing
        body["query"] = " ".join(str(body.get("query")).split())
    return body or ""  # DELETE with {} or with nothing


def readable(entry):
    query = urllib.parse.parse_qsl(entry["query"], keep_blank_values=True)
    request = {"method": entry["method"], "path": urllib.parse.unquote(entry["path"])}
    return {**request, "query": [list(pair) for pair in query], "body": body_of(entry["body"])}


def compare_requests(theirs, ours):
    theirs, ours = [readable(entry) for entry in theirs], [readable(entry) for entry in ours]
    for at in range(max(len(theirs), len(ours))):
        a, b = (side[at] if at < len(side) else None for side in (theirs, ours))
        if a and b and same(a, b):
            continue
        if a and b and same({**a, "query": sorted(a["query"])}, {**b, "query": sorted(b["query"])}):
            yield Difference("order", f"request {at + 1}", a["query"], b["query"])
        else:
            yield Difference("request", f"request {at + 1}", a, b)


# --- results ---


def plain(text):
    for entity, character in ENTITIES.items():
        text = text.replace(entity, character)
    return text


def is_notation(theirs, ours):
    """A record of ours as Python prints it: its class takes everything for a text."""
    if not isinstance(theirs, str) or not isinstance(ours, (dict, list)):
        return False
    try:
        return same(ast.literal_eval(theirs), ours)
    except (ValueError, SyntaxError):
        return False


def is_padding(value):
    return value in (None, False, True, 0, [], {}) and not isinstance(value, float)


def compare_members(path, theirs, ours, level):
    for key, value in theirs.items():
        where, name = f"{path}.{key}" if path else key, key.strip()
        if key == "extensions" and name not in ours:
            yield Difference("extensions", where, value, None)
        elif name not in ours and level and is_padding(value):
            yield Difference("padding", where, value, None)
        elif name not in ours:
            yield Difference("missing", where, value, None)
        else:
            if name != key:
                yield Difference("blank", where, key, name)
            yield from compare_values(where, value, ours[name], level + 1)
    more = sorted(ours.keys() - {key.strip() for key in theirs})
    if more:
        yield Difference("more", path or "result", None, more)


def compare_values(path, theirs, ours, level=0):
    if isinstance(theirs, dict) and isinstance(ours, dict):
        yield from compare_members(path, theirs, ours, level)
    elif theirs in (None, [], {}, "") and ours not in (None, [], {}, "") and not isinstance(ours, (bool, int, float)):
        yield Difference("filled", path, theirs, ours)
    elif theirs is None and ours is not None:
        yield Difference("filled", path, theirs, ours)
    elif isinstance(theirs, list) and isinstance(ours, list):
        if len(theirs) != len(ours):
            yield Difference("items", path, len(theirs), len(ours))
        for at, pair in enumerate(zip(theirs, ours)):
            yield from compare_values(f"{path}[{at}]", *pair, level)
    elif isinstance(theirs, str) and isinstance(ours, str) and theirs != ours and plain(theirs) == plain(ours):
        yield Difference("entities", path, theirs, ours)
    elif is_notation(theirs, ours):
        yield Difference("notation", path, theirs, ours)
    elif not same(theirs, ours):
        yield Difference("value", path, theirs, ours)


def text_of(result):
    content = result.get("content") or [{}]
    return content[0].get("text", "")


def encoding(text):
    try:
        json.loads(text)
        return "JSON"
    except ValueError:
        return "text"


def payload(result):
    """structuredContent, a list without its wrapper; else the text."""
    structured = result.get("structuredContent")
    if structured is None:
        return text_of(result)
    return structured["result"] if "result" in structured and structured.keys() <= {"result", "more"} else structured


def compare_results(theirs, ours, cause):
    failed = bool(theirs.get("isError")), bool(ours.get("isError"))
    if failed[0] != failed[1]:
        yield Difference("outcome", "result", cause or text_of(theirs), text_of(ours))
    elif failed[0]:
        if text_of(theirs) != text_of(ours):
            yield Difference("cause", "result", cause or text_of(theirs), text_of(ours))
    else:
        yield from compare_values("", payload(theirs), payload(ours))
        if encoding(text_of(theirs)) != encoding(text_of(ours)):
            yield Difference("encoding", "text", text_of(theirs), text_of(ours))


# --- what tools/list says ---


def compare_schemas(theirs, ours):
    for member in ("properties", "required"):
        a, b = (set(tool["inputSchema"].get(member) or []) for tool in (theirs, ours))
        for name in sorted(a ^ b):
            yield Difference("schema", f"{member} {name}", name in a, name in b)


# --- the differences that are meant ---


class Meant:
    """The rows of differences.json: kind, and where given tool (a pattern), where and theirs (regular expressions)."""

    def __init__(self, rows):
        self.rows = rows
        self.used = dict.fromkeys((row["id"] for row in rows), 0)

    def row_of(self, tool, difference):
        for row in self.rows:
            if difference.kind in row["kind"].split() and self._fits(row, tool, difference):
                self.used[row["id"]] += 1
                return row["id"]
        return None

    @staticmethod
    def _fits(row, tool, difference):
        if not any(fnmatch.fnmatchcase(tool, pattern) for pattern in row.get("tool", "*").split()):
            return False
        texts = (("where", difference.where), ("theirs", shown(difference.theirs)), ("ours", shown(difference.ours)))
        return all(re.search(row[name], text) for name, text in texts if name in row)
