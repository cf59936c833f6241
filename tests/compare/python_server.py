# SPDX-License-Identifier: MIT
"""The Python server, run by the interpreter of its virtualenv: its requests go to ZSCALER_MCP_ONEAPI_URL instead of the
cloud, it does not wait between attempts, and the exception that its clients never see is told on stderr, one JSON line."""
import json
import os
import sys
import time
from urllib.parse import urlsplit

import requests

CAUSE = "cause: "  # peers.py reads it
BASE = os.environ["ZSCALER_MCP_ONEAPI_URL"]


def redirect():
    send = requests.sessions.Session.request

    def here(self, method, url, **more):
        parts = urlsplit(url)
        return send(self, method, url.replace(f"{parts.scheme}://{parts.netloc}", BASE, 1), **more)

    requests.sessions.Session.request = here


def hurry():
    import zscaler.request_executor as executor

    class Hurried:
        sleep = staticmethod(lambda _seconds: None)

        def __getattr__(self, name):
            return getattr(time, name)

    executor.time = Hurried()


def tell_causes():
    from mcp.server.mcpserver.tools.base import Tool

    run = Tool.run

    async def told(self, *args, **kwargs):
        try:
            return await run(self, *args, **kwargs)
        except BaseException as error:
            cause = error
            while cause.__cause__ is not None:
                cause = cause.__cause__
            print(CAUSE + json.dumps(f"{type(cause).__name__}: {cause}"), file=sys.stderr, flush=True)
            raise

    Tool.run = told


redirect()
hurry()
tell_causes()
from zscaler_mcp.server import main  # noqa: E402

main()
