// SPDX-License-Identifier: MIT
// The TypeScript SDK (1.x, as tests/e2e pins it) with one tool, without sessions and authentication.
import http from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

http
  .createServer(async (request, answer) => {
    const server = new McpServer({ name: 'bench', version: '1' });
    server.registerTool('hello', { description: 'Says hello' }, async () => ({ content: [{ type: 'text', text: 'hello' }] }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
    await server.connect(transport);
    await transport.handleRequest(request, answer);
  })
  .listen(Number(process.argv[2]), '127.0.0.1');
