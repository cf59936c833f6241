# SPDX-License-Identifier: MIT
"""The three programs of a comparison: the two servers, spoken to over stdio, and the fake OneAPI."""
import json
import os
import queue
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

CAUSE = "cause: "  # of python_server.py
CUSTOMER = "216196257331281920"
TOKEN = "/oauth2/v1/token"
FORM = {
    "grant_type": "client_credentials",
    "client_id": "compare",
    "client_secret": "compare-secret",
    "audience": "https://api.zscaler.com",
}
ASIDE = (TOKEN, "/encodings/o200k_base.tiktoken")  # not of a tool: the second is a vocabulary, for Python's size of answers
WRITES = ["--transport", "stdio", "--enable-write-tools", "--write-tools", "*"]


def environment(base, home):
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TZ": "UTC",
        "ZSCALER_MCP_ONEAPI_URL": base,
        "ZSCALER_CLIENT_ID": "compare",
        "ZSCALER_CLIENT_SECRET": "compare-secret",
        "ZSCALER_VANITY_DOMAIN": "acme",
        "ZSCALER_CUSTOMER_ID": CUSTOMER,
        "ZCELL_CUSTOMER_ID": "zcell-cust-1",
        "ZSCALER_MCP_DISABLE_ENTITLEMENT_FILTER": "true",
    }


class Gone(Exception):
    """A program ended, or no longer answers."""


class Server:
    """An MCP server behind its stdin and stdout."""

    def __init__(self, command, env, folder):
        self.name = command[0]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=folder, text=True
        )
        self.answers, self.causes, self.log, self.id = queue.Queue(), [], [], 0
        threading.Thread(target=self._answers, daemon=True).start()
        threading.Thread(target=self._log, daemon=True).start()
        hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "compare", "version": "1"}}
        self.request("initialize", hello)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _answers(self):
        for line in self.process.stdout:
            self.answers.put(json.loads(line))
        self.answers.put(None)

    def _log(self):
        for line in self.process.stderr:
            if line.startswith(CAUSE):
                self.causes.append(json.loads(line[len(CAUSE) :]))
            else:
                self.log = [*self.log[-19:], line]

    def _send(self, message):
        try:
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
        except OSError:
            raise Gone(f"{self.name} ended:\n" + "".join(self.log)) from None

    def request(self, method, params):
        self.id += 1
        self._send({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params})
        while True:
            try:
                answer = self.answers.get(timeout=120)
            except queue.Empty:
                answer = None
            if answer is None:
                raise Gone(f"{self.name} gave no answer to {method}:\n" + "".join(self.log))
            if answer.get("id") == self.id and answer.keys() & {"result", "error"}:
                return answer

    def tools(self):
        found, cursor = {}, {}
        while True:
            page = self.request("tools/list", cursor)["result"]
            found.update((tool["name"], tool) for tool in page["tools"])
            if not page.get("nextCursor"):
                return found
            cursor = {"cursor": page["nextCursor"]}

    def call(self, tool, arguments):
        """What tools/call answers; an error of the protocol as a result that is one, with what it says."""
        self.causes.clear()
        answer = self.request("tools/call", {"name": tool, "arguments": arguments})
        if "result" in answer:
            if answer["result"].get("isError"):
                time.sleep(0.02)  # for the cause, which comes another way
            return answer["result"]
        return {"isError": True, "content": [{"type": "text", "text": answer["error"]["message"]}]}

    def stop(self):
        self.process.kill()
        self.process.wait()


class OneApi:
    """fake-oneapi on a free port of its choice, and its journal."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        line = self.process.stdout.readline()
        self.base = line[line.index("http://") :].split()[0].rstrip("/")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.token = None

    def ask(self, method, path, body=None, headers=None):
        request = urllib.request.Request(self.base + path, method=method, data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except (urllib.error.HTTPError, json.JSONDecodeError):
            return None

    def records(self, path):
        """What a collection answers, or None."""
        if not self.token:
            self.token = self.ask("POST", TOKEN, urllib.parse.urlencode(FORM).encode())["access_token"]
        return self.ask("GET", urllib.parse.quote(path), headers={"Authorization": f"Bearer {self.token}"})

    def anew(self):
        self.ask("POST", "/_fake/seed", b"")

    def requests(self):
        return [r for r in self.ask("GET", "/_fake/journal") if r["path"] not in ASIDE]

    def stop(self):
        self.process.kill()
        self.process.wait()
