# SPDX-License-Identifier: MIT
"""The official Python client uses everything that the fixture server has; prints what it got as one JSON line.

everything.py http|sse URL MODE
everything.py stdio PROGRAM MODE        MODE: auto (its default: 2026-07-28) or legacy
"""

import asyncio
import json
import sys

import mcp_types as types
from mcp.client.client import Client
from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client


async def elicited(context, params):
    names = params.requested_schema["properties"]
    content = {name: True if schema["type"] == "boolean" else "Ann" for name, schema in names.items()}
    return types.ElicitResult(action="accept", content=content)


async def sampled(context, params):
    text = types.TextContent(type="text", text="Paris")
    return types.CreateMessageResult(role="assistant", content=text, model="test", stop_reason="endTurn")


async def roots(context):
    return types.ListRootsResult(roots=[types.Root(uri="file:///somewhere")])


def transport(way, where):
    if way == "http":
        return streamable_http_client(where)
    if way == "sse":
        return sse_client(where)
    return stdio_client(StdioServerParameters(command=where, args=[]))


async def session(way, where, mode):
    progress, logs = [], []

    async def on_progress(done, total, message):
        progress.append(done)

    async def on_log(params):
        logs.append(params.level)

    async def call(tool, arguments=None, **more):
        return (await client.call_tool(tool, arguments or {}, **more)).content[0].text

    async with Client(
        transport(way, where),
        mode=mode,
        elicitation_callback=elicited,
        sampling_callback=sampled,
        list_roots_callback=roots,
        logging_callback=on_log,
        log_level="info" if mode == "auto" else None,
    ) as client:
        got = {"protocol": client.protocol_version}
        got["tools"] = len((await client.list_tools()).tools)
        got["elicited"] = await call("test_input_required_result_elicitation")
        got["sampled"] = await call("test_input_required_result_sampling")
        got["roots"] = await call("test_input_required_result_list_roots")
        got["rounds"] = await call("test_input_required_result_multi_round")
        got["three"] = await call("test_input_required_result_multiple_inputs")
        got["logged"] = await call("test_logging_tool")
        await call("test_tool_with_progress", progress_callback=on_progress)
        refused = await client.call_tool("greet", {"name": 1})
        got["refused"] = [refused.is_error, refused.content[0].text]
        got["read"] = (await client.read_resource("test://template/7/data")).contents[0].text
        prompt = await client.get_prompt("test_prompt_with_arguments", {"arg1": "a", "arg2": "b"})
        got["prompt"] = prompt.messages[0].content.text
        reference = types.PromptReference(type="ref/prompt", name="test_prompt_with_arguments")
        completion = await client.complete(reference, {"name": "arg1", "value": "he"})
        got["completed"] = completion.completion.values
        return {**got, "progress": progress, "logs": logs}


print(json.dumps(asyncio.run(session(*sys.argv[1:]))))
