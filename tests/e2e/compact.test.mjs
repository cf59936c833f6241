// SPDX-License-Identifier: MIT
// Tool mode search under real clients: find, run, delete with the person's word or a token, dry run, policy, audit.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as v2 from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as v1types from '@modelcontextprotocol/sdk/types.js';
import { scratch, startOneapi, startServer } from './lib/programs.mjs';
import { during } from './lib/signin.mjs';

const KEY = 'the-key-of-this-test';
const home = scratch();
const ENV = {
  ZSCALER_MCP_TRANSPORT: 'streamable-http',
  ZSCALER_MCP_STORE: 'memory',
  ZSCALER_MCP_AUTH_API_KEY: KEY,
  ZSCALER_MCP_TOOL_MODE: 'search',
  ZSCALER_MCP_WRITE_ENABLED: 'true',
  ZSCALER_MCP_WRITE_TOOLS: 'zia_*',
  ZSCALER_MCP_LOG_FORMAT: 'json',
};
let oneapi, server;
const serve = (t, env = {}) => during(t, startServer({ oneapi, home: home.dir, env: { ...ENV, ...env } }));
before(async () => {
  oneapi = await startOneapi();
  server = await startServer({ oneapi, home: home.dir, env: ENV });
});
after(async () => {
  await server?.stop();
  await oneapi?.stop();
  home.remove();
});
beforeEach(() => fetch(`${oneapi.url}/_fake/seed`, { method: 'POST' }));

const requestInit = { headers: { authorization: `Bearer ${KEY}` } };
const text = (result) => result.content.map((piece) => piece.text).join('\n');
const audit = (on) => on.log().split('\n').filter((l) => l.includes('"tool call"')).map((l) => JSON.parse(l));

// A client that answers each form with `answer`, or none without one; in either era.
async function connect(on, { answer, modern = true } = {}) {
  const capabilities = answer ? { elicitation: {} } : {};
  const client = modern
    ? new v2.Client({ name: 'e2e', version: '1' }, { capabilities, versionNegotiation: { mode: 'auto' } })
    : new V1Client({ name: 'e2e', version: '1' }, { capabilities });
  const asked = [];
  if (answer) client.setRequestHandler(modern ? 'elicitation/create' : v1types.ElicitRequestSchema, ({ params }) => (asked.push(params), answer));
  await client.connect(new (modern ? v2.StreamableHTTPClientTransport : V1Http)(new URL(on.url), { requestInit }));
  return {
    client,
    asked,
    find: async (query, more = {}) => (await client.callTool({ name: 'zscaler_find_tools', arguments: { query, ...more } })).structuredContent.tools,
    run: (name, args) => client.callTool({ name: 'zscaler_run_tool', arguments: { name, ...(args && { arguments: args }) } }),
  };
}

describe('tool mode search', () => {
  test('two tools stand in the list; what they find is called with what the schema says', async () => {
    const { client, find, run } = await connect(server);
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map(({ name }) => name), ['zscaler_find_tools', 'zscaler_run_tool']);
    assert.deepEqual([tools[0].annotations.readOnlyHint, tools[1].annotations.destructiveHint], [true, true]);
    const [best] = await find('show me our rule labels');
    assert.deepEqual([best.name, best.what_it_does], ['zia_list_rule_labels', 'reads']);
    assert.equal(best.input_schema.type, 'object');
    const listed = await run(best.name);
    assert.ok(listed.structuredContent.result.length > 0);
    const asText = await run(best.name, '{"query":"length(@)"}'); // as some models write it
    assert.deepEqual(asText.structuredContent.result, [listed.structuredContent.result.length]);
    await client.close();
  });

  test('by product, by name, and how many', async () => {
    const { client, find } = await connect(server);
    assert.ok((await find('list rules', { service: 'ZPA', limit: 20 })).every(({ name }) => name.includes('zpa_')));
    assert.equal((await find('what does zia_update_location need?', { limit: 1 }))[0].name, 'zia_update_location');
    assert.equal((await find('users', { limit: 3 })).length, 3);
    for (const changes of [true, false])
      assert.ok((await find('rule label', { changes, limit: 20 })).every(({ what_it_does }) => (what_it_does !== 'reads') === changes));
    assert.equal((await find('rule label', { changes: true }))[0].what_it_does, 'creates');
    const many = await find('create rule', { limit: 20 });
    assert.ok(many.some(({ input_schema }) => !input_schema), 'schemas beyond 12 KiB are asked for one by one');
    assert.deepEqual(await find('qqqzzz'), []);
    await client.close();
  });

  test('what is wrong is told as by the tool itself', async () => {
    const { client, run } = await connect(server);
    assert.match(text(await run('zia_get_rule_label', {})), /zia_get_rule_label.*label_id/s);
    assert.match(text(await run('zia_no_such_tool', {})), /^Unknown tool: zia_no_such_tool\. zscaler_find_tools finds/);
    assert.match(text(await run('zpa_delete_segment_group', { group_id: '1' })), /^Unknown tool/, 'not on the allowlist');
    assert.match(text(await run('zia_list_rule_labels', 'no object')), /arguments must be an object/);
    const direct = await client.callTool({ name: 'zia_list_rule_labels', arguments: {} });
    assert.match(text(direct), /Unknown tool/);
    await client.close();
  });

  for (const modern of [true, false])
    test(`a delete is confirmed by the person, ${modern ? '2026-07-28' : 'legacy'}`, async () => {
      const { client, asked, run } = await connect(server, { answer: { action: 'accept', content: { choice: 'delete' } }, modern });
      const label_id = String((await run('zia_list_rule_labels')).structuredContent.result[0].id);
      const done = await run('zia_delete_rule_label', { label_id });
      assert.notEqual(done.isError, true, text(done));
      assert.equal(asked.length, 1);
      assert.equal((await run('zia_get_rule_label', { label_id })).isError, true);
      await client.close();
    });

  test('a delete by token, once; the audit names the tool that ran', async () => {
    const { client, run } = await connect(server);
    const label_id = String((await run('zia_list_rule_labels')).structuredContent.result[0].id);
    const prompt = text(await run('zia_delete_rule_label', { label_id }));
    const kwargs = /kwargs='(\{[^']*\})'/.exec(prompt)[1];
    assert.notEqual((await run('zia_delete_rule_label', { label_id, kwargs })).isError, true);
    const again = await run('zia_delete_rule_label', { label_id, kwargs });
    assert.match(text(again), /already been used/);
    assert.deepEqual(audit(server).slice(-3).map(({ tool, outcome }) => `${tool} ${outcome}`), ['zia_delete_rule_label confirmation asked', 'zia_delete_rule_label ok', 'zia_delete_rule_label confirmation asked']);
    await client.close();
  });

  test('dry run, in a call', async () => {
    const { client, run } = await connect(server);
    const { structuredContent } = await run('zia_create_rule_label', { name: 'New', dry_run: true });
    assert.equal(structuredContent.dry_run, true);
    await client.close();
  });

  test('the policy holds for what is found and what is run', async (t) => {
    const policy = path.join(home.dir, 'policy.json');
    writeFileSync(policy, JSON.stringify({ rules: [{ who: { callers: ['api-key:*'] }, services: ['zdx'] }] }));
    const limited = await serve(t, { ZSCALER_MCP_POLICY_FILE: policy });
    const { client, find, run } = await connect(limited);
    assert.ok((await find('list users locations devices', { limit: 20 })).every(({ name }) => name.startsWith('zdx_')));
    assert.match(text(await run('zia_list_rule_labels')), /Unknown tool/);
    assert.deepEqual(audit(limited).map(({ tool, outcome }) => `${tool} ${outcome}`), ['zia_list_rule_labels not allowed']);
    await client.close();
  });

  test('read-only, both say so; the list is a small part of what all tools take', async (t) => {
    const env = { ZSCALER_MCP_WRITE_ENABLED: 'false', ZSCALER_MCP_WRITE_TOOLS: '' };
    const sizes = [];
    for (const mode of ['search', 'all']) {
      const { client } = await connect(await serve(t, { ...env, ZSCALER_MCP_TOOL_MODE: mode }));
      const { tools } = await client.listTools();
      assert.ok(tools.every(({ annotations }) => annotations.readOnlyHint));
      sizes.push(JSON.stringify(tools).length);
      await client.close();
    }
    assert.ok(sizes[0] * 50 < sizes[1], sizes.join());
  });
});
