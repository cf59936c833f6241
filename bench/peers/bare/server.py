# SPDX-License-Identifier: MIT
"""The Python SDK (as tests/e2e pins it) with one tool, without sessions and authentication."""

import sys

from mcp.server.mcpserver import MCPServer

server = MCPServer("bench")


@server.tool()
def hello() -> str:
    """Says hello."""
    return "hello"


server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]), stateless_http=True, json_response=True)
