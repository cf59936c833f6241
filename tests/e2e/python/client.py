# SPDX-License-Identifier: MIT
"""One session of the official Python client, as a host application runs it; prints what happened as one JSON line.

client.py http URL STATE BROWSER MODE TOOL [DOCUMENT]   the sign-in is done by the person behind BROWSER (lib/desk.mjs);
                                                        DOCUMENT: URL of a client metadata document
client.py stdio PROGRAM MODE TOOL
"""

import asyncio
import json
import os
import pathlib
import sys

import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthToken,
)

REDIRECT = "http://localhost:3030/callback"  # nobody listens there: the person stops in front of it


class File:
    """Tokens and registration in a file, as a host keeps them."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def read(self, key, model):
        kept = json.loads(self.path.read_text()) if self.path.exists() else {}
        return model.model_validate(kept[key]) if key in kept else None

    def write(self, key, value):
        kept = json.loads(self.path.read_text()) if self.path.exists() else {}
        kept[key] = value.model_dump(mode="json", exclude_none=True)
        self.path.write_text(json.dumps(kept))

    async def get_tokens(self):
        return self.read("tokens", OAuthToken)

    async def set_tokens(self, tokens):
        self.write("tokens", tokens)

    async def get_client_info(self):
        return self.read("client", OAuthClientInformationFull)

    async def set_client_info(self, client):
        self.write("client", client)


class Person:
    def __init__(self, address):
        self.address = address

    async def open(self, url):
        async with httpx2.AsyncClient(timeout=30) as http:
            answer = await http.post(self.address, content=json.dumps({"url": url, "until": REDIRECT}))
            self.callback = answer.json()

    async def code(self):
        got = self.callback
        return AuthorizationCodeResult(code=got.get("code", ""), state=got.get("state"), iss=got.get("iss"))


async def session(transport, mode, tool):
    async with Client(transport, mode=mode) as client:
        tools = (await client.list_tools()).tools
        result = await client.call_tool(tool, {})
        if mode == "legacy":
            await client.send_ping()
        return {
            "tools": [each.name for each in tools],
            "isError": result.is_error,
            "result": result.structured_content,
            "protocol": client.protocol_version,
        }


async def over_http(url, state, browser, mode, tool, document=None):
    person = Person(browser)
    metadata = OAuthClientMetadata(client_name="py-host", redirect_uris=[REDIRECT])
    auth = OAuthClientProvider(url, metadata, File(state), person.open, person.code, client_metadata_url=document)
    async with httpx2.AsyncClient(auth=auth, timeout=20) as http:
        return await session(streamable_http_client(url, http_client=http), mode, tool)


async def over_stdio(program, mode, tool):
    parameters = StdioServerParameters(command=program, args=["--transport", "stdio"], env=dict(os.environ))
    return await session(stdio_client(parameters), mode, tool)


def main():
    way, *words = sys.argv[1:]
    print(json.dumps(asyncio.run((over_http if way == "http" else over_stdio)(*words))))


main()
