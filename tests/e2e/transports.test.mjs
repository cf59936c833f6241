// SPDX-License-Identifier: MIT
// The transport of 2024-11-05 in the server itself: real clients, a sign-in, who else may post to a stream, and its end.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Desk, Person } from './lib/desk.mjs';
import { scratch, startAll, startOneapi, startServer } from './lib/programs.mjs';
import { Redis } from './lib/replicas.mjs';
import { during, rpc } from './lib/signin.mjs';

const TOOL = 'zia_list_rule_labels';
const KEY = 'the-key-of-the-sse-test';
const SSE = { ZSCALER_MCP_TRANSPORT: 'sse', ZSCALER_MCP_STORE: 'memory', ZSCALER_MCP_LOG_FORMAT: 'json' };

async function works(transport) {
  const client = new Client({ name: 'e2e', version: '1' });
  await client.connect(transport);
  assert.ok((await client.listTools()).tools.some(({ name }) => name === TOOL));
  const result = await client.callTool({ name: TOOL, arguments: {} });
  assert.ok(result.structuredContent.result.length > 0);
  await client.close();
}

describe('transport sse, api-key', () => {
  const home = scratch();
  const bearer = { authorization: `Bearer ${KEY}` };
  const options = { requestInit: { headers: bearer }, eventSourceInit: { fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...bearer } }) } };
  let oneapi, server;
  before(async () => {
    oneapi = await startOneapi();
    server = await startServer({ oneapi, home: home.dir, env: { ...SSE, ZSCALER_MCP_AUTH_API_KEY: KEY } });
  });
  after(async () => {
    await server?.stop();
    await oneapi?.stop();
    home.remove();
  });

  for (const path of ['/sse', '/mcp'])
    test(`the TypeScript client's SSE transport at ${path}`, () => works(new SSEClientTransport(new URL(path, server.url), options)));

  test('streamable HTTP beside it, with and without a slash at the end', async () => {
    for (const path of ['/mcp', '/mcp/']) await works(new StreamableHTTPClientTransport(new URL(path, server.url), { requestInit: { headers: bearer } }));
  });

  test('the log says which transport it is, and the audit who called', async () => {
    await server.logged(/\[SECURITY\] transport=sse {2}auth=api-key/);
    const call = server.log().split('\n').filter((line) => line.includes('"tool call"')).map((line) => JSON.parse(line))[0];
    assert.match(call.principal, /^api-key:/);
    assert.equal(call.tool, TOOL);
  });

  test('nobody without the key: neither a stream nor a message', async () => {
    for (const [method, path] of [['GET', '/sse'], ['GET', '/mcp'], ['POST', '/messages?session=1'], ['POST', '/messages/?session=1']]) {
      const answer = await fetch(new URL(path, server.url), { method, body: method === 'POST' ? JSON.stringify(rpc('ping')) : undefined });
      assert.equal(answer.status, 401, `${method} ${path}`);
    }
    const lost = await fetch(new URL('/messages/?session=0123', server.url), { method: 'POST', headers: bearer, body: JSON.stringify(rpc('ping')) });
    assert.equal(lost.status, 404);
    assert.match(await lost.text(), /No stream is open/);
  });

  test('SIGTERM ends open streams at once, with exit code 0', async (t) => {
    const fresh = await during(t, startServer({ oneapi, home: home.dir, env: { ...SSE, ZSCALER_MCP_AUTH_API_KEY: KEY } }));
    const client = new Client({ name: 'e2e', version: '1' });
    const closed = new Promise((resolve) => (client.onclose = resolve));
    client.onerror = () => client.close();
    await client.connect(new SSEClientTransport(new URL('/sse', fresh.url), options));
    const began = Date.now();
    assert.deepEqual(await fresh.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - began < 8000, 'not after the grace for running calls');
    await closed;
  });
});

test('mcp-remote --transport sse-only signs in and calls a tool', async (t) => {
  const all = await startAll({ env: { ZSCALER_MCP_TRANSPORT: 'sse' } });
  t.after(all.stop);
  const desk = Desk.during(t, new Person({ think: 300 })); // mcp-remote forgets a code that comes before it waits for one
  const peer = await desk.mcpRemote(all.server.url, { args: ['--transport', 'sse-only'] });
  await peer.initialize();
  const result = await peer.request('tools/call', { name: TOOL, arguments: {} });
  assert.ok(result.structuredContent.result.length > 0);
  assert.deepEqual(await peer.close(), { code: 0, signal: null }, peer.stderr);
  assert.match(peer.stderr, /SSEClientTransport/);
});

test('without transport sse there is no stream of that kind', async (t) => {
  const home = scratch();
  t.after(home.remove);
  const server = await during(t, startServer({ home: home.dir, env: { ...SSE, ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_AUTH_API_KEY: KEY } }));
  const headers = { authorization: `Bearer ${KEY}`, accept: 'text/event-stream' };
  assert.equal((await fetch(new URL('/sse', server.url), { headers })).status, 404);
  assert.notEqual((await fetch(server.url, { headers })).status, 200);
});

describe('health', () => {
  const home = scratch();
  after(home.remove);
  const at = async (server, path) => {
    const answer = await fetch(new URL(path, server.url), { headers: { host: 'foreign.example' } });
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    return [answer.status, await answer.json()];
  };
  const env = { ...SSE, ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_AUTH_API_KEY: KEY };

  test('/health, /healthz and /ready need no credential', async (t) => {
    const server = await during(t, startServer({ home: home.dir, env }));
    assert.deepEqual(await at(server, '/health'), [200, { status: 'ok' }]);
    assert.deepEqual(await at(server, '/healthz'), [200, { status: 'ok' }]);
    assert.deepEqual(await at(server, '/ready'), [200, { status: 'ready' }]);
  });

  test('/ready is 503 while Redis does not answer, /healthz stays 200', async (t) => {
    const redis = await new Redis().start();
    t.after(() => redis.remove());
    const server = await during(t, startServer({ home: home.dir, env: { ...env, ZSCALER_MCP_STORE: redis.url } }));
    for (let i = 0; i < 100 && (await at(server, '/ready'))[0] !== 200; i++) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(await at(server, '/ready'), [200, { status: 'ready' }]);
    await redis.kill();
    assert.deepEqual(await at(server, '/ready'), [503, { status: 'not ready', reason: 'the store does not answer' }]);
    assert.deepEqual(await at(server, '/healthz'), [200, { status: 'ok' }]);
  });
});
