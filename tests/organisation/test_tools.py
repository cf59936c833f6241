#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every tool at the fake OneAPI, through the real server, as somebody would use them: what lists show is read one by one,
what is made is found again by itself and in its list, changed and deleted; no tool is left out. A tool that answers with
an error or with nothing fails.  test_tools.py BUILD-FOLDER"""
import json
import pathlib
import re
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "compare"))
from arguments import Arguments, wire_cases  # noqa: E402
from peers import WRITES, OneApi, Server, environment  # noqa: E402
from writes import WRITES_ELSEWHERE, Made  # noqa: E402

BUILT = pathlib.Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else ROOT / "build/release"

# Where an argument comes from: a tool and the member of its first record; or a value.
LEARN = {
    "finding_id": ("zeasm_list_findings", "id"),
    "lookalike_raw": ("zeasm_list_lookalike_domains", "lookalike_raw"),
    "icc_id": ("zcell_list_sims", "iccid"),
    "udid": ("zcc_list_devices", "udid"),
    "alert_id": ("zdx_list_alerts", "id"),
}
OF_TOOL = {
    ("zdx_*", "device_id"): ("zdx_list_devices", "id"),
    ("zdx_*", "trace_id"): ("zdx_list_device_deep_traces", "trace_id"),
    ("zdx_*", "app_id"): ("zdx_list_applications", "id"),
    ("zdx_get_application_user", "user_id"): ("zdx_list_application_users", "id"),
    ("zdx_get_analysis", "analysis_id"): ("zdx_start_analysis", "analysis_id"),
    ("zms_get_nonce", "eyez_id"): ("zms_list_nonces", "eyezId"),
    ("zms_get_agent_group_totp_secrets", "eyez_id"): ("zms_list_agent_groups", "eyezId"),
    ("zms_get_resource_group_members", "group_id"): ("zms_list_resource_groups", "id"),
    ("zms_list_tag_keys", "namespace_id"): ("zms_list_tag_namespaces", "id"),
    ("zms_list_tag_values", "tag_id"): ("zms_list_tag_keys", "id"),
}
GIVEN = {
    "zdx_list_device_deep_traces": {},
    "zia_list_cloud_app_control_rules": {"rule_type": "WEBMAIL"},
    "zia_list_cloud_app_control_actions": {"rule_type": "WEBMAIL", "cloud_apps": ["GOOGLE_WEBMAIL"]},
    "zia_get_cloud_app_control_rule": {"rule_type": "WEBMAIL", "rule_id": ("zia_list_cloud_app_control_rules", "id")},
    "zia_geo_search": {"action": "geo_by_ip", "ip": "198.51.100.10"},
    "zia_get_url_category_predefined": {"name": "Gambling"},
    "zid_get_group_users_by_name": {"name": "Developers"},
    "zid_get_user_groups_by_name": {"name": "Alice Meyer"},
    "zid_search_groups": {"name": "Dev"},
    "zid_search_users": {"name": "alice"},
    "get_zpa_scim_attribute": {"idp_name": "Entra-IdP"},
    "get_zpa_scim_group": {"idp_name": "Entra-IdP"},
}
# What a new one needs beside what the schema requires.
MAKING = {
    "zia_create_location": {"ip_addresses": ["203.0.113.250"]},
    "zia_create_vpn_credential": {"fqdn": "made-by-the-test@acme.example"},
    "zpa_create_app_protection_rule": {"zpn_inspection_profile_id": ("get_zpa_app_protection_profile", "id")},
    "zpa_create_application_segment": {"tcp_port_ranges": ["443", "443"], "domain_names": ["made.corp.acme.example"]},
    "zpa_create_pra_credential": {"username": "made", "password": "s3cret"},
    "zpa_create_pra_portal": {"certificate_id": ("zpa_list_ba_certificates", "id")},
    "zpa_create_provisioning_key": {"enrollment_cert_id": ("get_zpa_enrollment_certificate", "id")},
}

# Lists whose name does not follow from that of the thing.
LISTS = {
    "zia_create_url_category": "zia_list_url_categories",
    # The lists by type show what applications have inside; the applications are in their own list.
    "zpa_create_application_segment_ba": "zpa_list_application_segments",
    "zpa_create_application_segment_pra": "zpa_list_application_segments",
}
# By what a thing is known again.
TITLES = ("name", "configured_name", "comment", "comments")


def text_of(result):
    return " ".join(part.get("text", "") for part in result["content"])


def value_of(result):
    structured = result.get("structuredContent") or {}
    return structured.get("result", structured)


def is_empty(value):
    if isinstance(value, dict):
        return all(is_empty(member) for member in value.values())
    if isinstance(value, list):
        return not value or all(is_empty(item) for item in value)
    return value in (None, "")


class Tools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory()
        cls.api = OneApi(str(BUILT / "fake-oneapi"))
        cls.server = Server([str(BUILT / "zscaler-mcp"), *WRITES], environment(cls.api.base, cls.home.name), cls.home.name)
        cls.tools = cls.server.tools()
        cls.usual = Arguments(wire_cases(ROOT / "tests/wire"), cls.api.records)
        cls.learnt = {}

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.api.stop()
        cls.home.cleanup()

    def setUp(self):
        self.anew()

    def anew(self):
        self.api.anew()
        self.learnt.clear()

    def source(self, tool, name):
        own = OF_TOOL.get((tool, name)) or OF_TOOL.get((tool.split("_")[0] + "_*", name))
        return own or LEARN.get(name)

    def learn(self, source):
        if source not in self.learnt:
            tool, member = source
            value = value_of(self.server.call(tool, self.required(tool)))
            if isinstance(value, dict) and member not in value:
                value = next((v for v in value.values() if isinstance(v, list)), value)
            first = value[0] if isinstance(value, list) and value else value
            self.learnt[source] = first.get(member) if isinstance(first, dict) else None
        return self.learnt[source]

    def required(self, tool):
        if GIVEN.get(tool):
            return {n: str(self.learn(v)) if isinstance(v, tuple) else v for n, v in GIVEN[tool].items()}
        schema = self.tools[tool]["inputSchema"]
        args = dict(self.usual.sets(tool, schema))["required"]
        wanted = set(args) | ({"udid"} & set(schema.get("properties", {})))
        for name in wanted:
            source = self.source(tool, name)
            if source and source[0] != tool:
                kind = schema["properties"][name]
                found = self.learn(source)
                args[name] = found if kind.get("type") == "integer" else str(found)
        return args

    def test_every_reading_tool_answers_with_something(self):
        bad = []
        for name, tool in self.tools.items():
            if not tool["annotations"].get("readOnlyHint"):
                continue
            args = self.required(name)
            result = self.server.call(name, args)
            if result.get("isError"):
                bad.append(f"{name} {json.dumps(args)}: {text_of(result)[:200]}")
            elif is_empty(value_of(result)):
                bad.append(f"{name} {json.dumps(args)}: nothing")
        self.assertEqual(bad, [], "\n" + "\n".join(bad))

    def rounds(self):
        """Service and thing of all that can be made, read and deleted."""
        for name in self.tools:
            service, _, thing = name.partition("_create_")
            if thing and f"{service}_get_{thing}" in self.tools and f"{service}_delete_{thing}" in self.tools:
                yield service, thing

    def test_what_is_made_is_found_changed_and_deleted(self):
        bad = []
        for service, thing in self.rounds():
            problem = self.round(service, thing)
            if problem:
                bad.append(f"{service}_create_{thing}: {problem}")
        self.assertEqual(bad, [], "\n" + "\n".join(bad))

    def test_what_else_is_written_is_seen(self):
        bad = []
        for name in WRITES_ELSEWHERE:
            self.anew()
            problem = self.write(name, *WRITES_ELSEWHERE[name])
            if problem:
                bad.append(f"{name}: {problem}")
        self.assertEqual(bad, [], "\n" + "\n".join(bad))

    def test_no_tool_is_left_out(self):
        tried = {name for name, tool in self.tools.items() if tool["annotations"].get("readOnlyHint")} | set(WRITES_ELSEWHERE)
        for service, thing in self.rounds():
            tried |= {f"{service}_{verb}_{thing}" for verb in ("create", "update", "delete")} & set(self.tools)
        self.assertEqual(sorted(set(self.tools) ^ tried), [])
        self.assertEqual(len(tried), 402)

    def test_the_questions_of_a_demo_have_answers(self):
        """Whom does the portal serve badly, and on which devices? Which rules stop uploads?"""
        portal = next(app for app in self.seen("zdx_list_applications", {}) if app["name"] == "Customer Portal")
        poor = self.seen("zdx_list_application_users", {"app_id": str(portal["id"]), "score_bucket": "poor"})
        self.assertTrue(poor and all(user["score"] <= 33 for user in poor), poor)
        emails = [user["email"] for user in poor]
        devices = self.seen("zdx_list_devices", {"emails": emails})
        self.assertEqual([device["user_email"] for device in devices], emails)
        rules = self.seen("zia_list_file_type_control_rules", {"query": "[?operation=='UPLOAD' && filtering_action=='BLOCK'].name"})
        self.assertEqual(rules, ["Block source code uploads to AI"])

    def given(self, tool, args, made=None):
        kinds = self.tools[tool]["inputSchema"]["properties"]

        def one(value, kind):
            if isinstance(value, list):
                return [one(item, {}) for item in value]
            if isinstance(value, Made):
                return made[value]
            if not isinstance(value, tuple):
                return value
            return self.learn(value) if kind.get("type") == "integer" else str(self.learn(value))

        return {name: one(value, kinds[name]) for name, value in args.items()}

    def seen(self, tool, args):
        """What the tool shows; None: an error."""
        result = self.server.call(tool, args)
        return None if result.get("isError") else value_of(result)

    def confirmed(self, tool, args):
        result = self.server.call(tool, args)
        token = re.search(r'"confirmation_token": "([^"]+)"', text_of(result))
        return self.server.call(tool, {**args, "kwargs": json.dumps({"confirmation_token": token[1]})}) if token else result

    def write(self, tool, args, reader, where, fits):
        if tool == "zia_activate_configuration":  # there has to be something to activate
            self.server.call("zia_create_rule_label", {"name": "Made by the test"})
        args = self.given(tool, args)
        is_new = any(isinstance(value, Made) for value in where.values())
        before = None if is_new else self.seen(reader, self.given(reader, where))
        done = self.confirmed(tool, args)
        if done.get("isError"):
            return text_of(done)[:200]
        after = self.seen(reader, self.given(reader, where, value_of(done)))
        if before == after:
            return f"changes nothing that {reader} shows"
        return None if fits(after) else f"{reader} shows {json.dumps(after)[:300]}"

    def id_argument(self, tool):
        """tunnel_id of zia_delete_gre_tunnel, which also wants a static_ip_id."""
        required = [n for n in self.tools[tool]["inputSchema"].get("required", []) if n.endswith("id")]
        own = [n for n in required if n.split("_")[0] in tool.split("_")[2:]]
        return (own or required)[-1]

    def is_listed(self, create, scope, one):
        tool = LISTS.get(create) or create.replace("_create_", "_list_") + "s"
        known = self.tools[tool]["inputSchema"]["properties"]
        rows = self.seen(tool, {**self.required(tool), **{n: v for n, v in scope.items() if n in known}})
        return any(str(row.get("id")) == str(one) for row in rows)

    def round(self, service, thing):
        get, delete, update = (f"{service}_{verb}_{thing}" for verb in ("get", "delete", "update"))
        create = f"{service}_create_{thing}"
        args = self.required(create)
        args |= {n: str(self.learn(v)) if isinstance(v, tuple) else v for n, v in MAKING.get(create, {}).items()}
        known = self.tools[update if update in self.tools else create]["inputSchema"]["properties"]
        title = next((n for n in TITLES if n in known), None)
        if title:
            args = {**args, title: "Made by the test"}
        made = self.server.call(create, args)
        if made.get("isError"):
            return f"cannot be made with {json.dumps(args)[:200]}: {text_of(made)[:200]}"
        record = value_of(made)
        record = record if isinstance(record, dict) else {}
        one = record.get("id")
        if one is None:
            return f"has no id: {text_of(made)[:200]}"
        scope = {n: args[n] for n in self.tools[get]["inputSchema"].get("required", []) if n in args}
        key = {**scope, self.id_argument(get): str(one)}
        found = self.server.call(get, key)
        if found.get("isError") or (title and value_of(found).get(title) != "Made by the test"):
            return f"is not found again: {text_of(found)[:200]}"
        if not self.is_listed(create, scope, one):
            return "is not in the list"
        if update in self.tools:
            more = {n: v for n, v in self.required(update).items() if n in self.tools[update]["inputSchema"].get("required", [])}
            changed = self.server.call(update, {**more, **args, **scope, self.id_argument(update): str(one), title: "Changed by the test"})
            again = value_of(self.server.call(get, key))
            if changed.get("isError") or again.get(title) != "Changed by the test":
                return f"is not changed: {text_of(changed)[:200]}"
        last = {n: v for n, v in {**scope, self.id_argument(delete): str(one)}.items() if n in self.tools[delete]["inputSchema"]["properties"]}
        last |= {n: self.required(delete)[n] for n in self.tools[delete]["inputSchema"].get("required", []) if n not in last}
        gone = self.confirmed(delete, last)
        if gone.get("isError"):
            return f"is not deleted: {text_of(gone)[:200]}"
        if not self.server.call(get, key).get("isError"):
            return "is still there after it was deleted"
        if self.is_listed(create, scope, one):
            return "is still in the list after it was deleted"
        return None


if __name__ == "__main__":
    unittest.main()
