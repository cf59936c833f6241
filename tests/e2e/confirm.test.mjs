// SPDX-License-Identifier: MIT
// Who confirms a delete: the person, by the form that a host shows, in both eras; a token where the host has no forms; nobody
// in a dry run, which deletes nothing.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import * as v2 from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as v1types from '@modelcontextprotocol/sdk/types.js';
import { Desk } from './lib/desk.mjs';
import { program, startAll } from './lib/programs.mjs';
import { signIn } from './lib/signin.mjs';

const WRITES = { ZSCALER_MCP_WRITE_ENABLED: 'true', ZSCALER_MCP_WRITE_TOOLS: 'zia_*' };
const HUMAN = { ...WRITES, ZSCALER_MCP_REQUIRE_HUMAN_CONFIRMATION: 'true' };
const DELETE = { choice: 'delete' };

// A host whose person answers each form with what stands in `answer`.
class Host {
  constructor(answer) {
    Object.assign(this, { answer, forms: [] });
  }
  ask = ({ params }) => {
    this.forms.push(params);
    return this.answer;
  };
  capabilities = { elicitation: {} };
}

const lines = {
  'client 2.x, 2026-07-28': {
    client: (host) => new v2.Client({ name: 'host', version: '1' }, { capabilities: host.capabilities, versionNegotiation: { mode: 'auto' } }),
    asks: (client, host) => client.setRequestHandler('elicitation/create', host.ask),
    http: (url, requestInit) => new v2.StreamableHTTPClientTransport(new URL(url), { requestInit }),
  },
  'client 2.x, legacy era': {
    client: (host) => new v2.Client({ name: 'host', version: '1' }, { capabilities: host.capabilities }),
    asks: (client, host) => client.setRequestHandler('elicitation/create', host.ask),
    http: (url, requestInit) => new v2.StreamableHTTPClientTransport(new URL(url), { requestInit }),
  },
  'sdk 1.x': {
    client: (host) => new V1Client({ name: 'host', version: '1' }, { capabilities: host.capabilities }),
    asks: (client, host) => client.setRequestHandler(v1types.ElicitRequestSchema, host.ask),
    http: (url, requestInit) => new V1Http(new URL(url), { requestInit }),
  },
};
const modern = lines['client 2.x, 2026-07-28'];

async function connect(line, host, transport) {
  const client = line.client(host);
  if (host.capabilities.elicitation) line.asks(client, host);
  await client.connect(transport);
  return client;
}

const text = (result) => result.content[0].text;
const drop = (client, label_id, more = {}) => client.callTool({ name: 'zia_delete_rule_label', arguments: { label_id, ...more } });
async function firstLabel(client) {
  const { structuredContent } = await client.callTool({ name: 'zia_list_rule_labels', arguments: {} });
  const { id, name } = structuredContent.result[0];
  return { id: String(id), name };
}
const has = async (client, label_id) => !(await client.callTool({ name: 'zia_get_rule_label', arguments: { label_id } })).isError;
const tokenOf = (prompt) => /kwargs='(\{[^']*\})'/.exec(text(prompt))?.[1];

let all, headers;
async function restart(env) {
  await all.restartServer({ env });
  headers = { authorization: `Bearer ${(await signIn(all.server)).token}` };
}
before(async () => {
  all = await startAll({ env: WRITES });
  headers = { authorization: `Bearer ${(await signIn(all.server)).token}` };
});
after(() => all.stop());
beforeEach(() => fetch(`${all.oneapi.url}/_fake/seed`, { method: 'POST' })); // the first labels are those that no rule uses
const open = (line, host) => connect(line, host, line.http(all.server.url, { headers }));

for (const [title, line] of Object.entries(lines))
  describe(title, () => {
    let host, client, label;
    beforeEach(async () => {
      host = new Host();
      client = await open(line, host);
      label = await firstLabel(client);
    });
    afterEach(() => client.close());

    test('the person sees what goes, and says yes', async () => {
      host.answer = { action: 'accept', content: DELETE };
      const result = await drop(client, label.id);
      assert.equal(result.structuredContent?.message, `Rule label ${label.id} deleted successfully.`, text(result));
      assert.equal(host.forms.length, 1);
      assert.equal(host.forms[0].message, `Confirm destructive operation: DELETE Rule Label — "${label.name}" (${label.id})\nThis cannot be undone. Choose 'delete' to proceed.`);
      assert.deepEqual(host.forms[0].requestedSchema.properties.choice.enum, ['delete', 'cancel']);
      assert.equal(await has(client, label.id), false);
    });

    const refusals = [
      [{ action: 'accept', content: { choice: 'cancel' } }, /^Cancelled by user\. DELETE Rule Label — \d+ \(label_id\) was NOT performed\.$/],
      [{ action: 'decline' }, /^Declined by user\. /],
      [{ action: 'cancel' }, /^Confirmation dismissed\. /],
    ];
    test('the person does not say yes: nothing is deleted, whatever else the agent sends', async () => {
      const agent = await open(line, Object.assign(new Host(), { capabilities: {} }));
      const kwargs = tokenOf(await drop(agent, label.id));
      assert.ok(kwargs);
      for (const [answer, expected] of refusals) {
        host.answer = answer;
        for (const more of [{}, { kwargs }, { confirmed: true, approval: 'delete' }]) assert.match(text(await drop(client, label.id, more)), expected);
      }
      assert.equal(host.forms.length, 9);
      assert.equal(await has(client, label.id), true);
      await agent.close();
    });

    test('a host without forms confirms by a token, once', async () => {
      const plain = await open(line, Object.assign(new Host(), { capabilities: {} }));
      const prompt = await drop(plain, label.id);
      assert.match(text(prompt), /^DESTRUCTIVE OPERATION - CONFIRMATION REQUIRED/);
      const done = await drop(plain, label.id, { kwargs: tokenOf(prompt) });
      assert.equal(done.structuredContent?.success, true, text(done));
      assert.match(text(await drop(plain, label.id, { kwargs: tokenOf(prompt) })), /has already been used/);
      assert.deepEqual(host.forms, []);
      await plain.close();
    });

    test('dry run: shown, not asked, not done', async () => {
      const result = await drop(client, label.id, { dry_run: true });
      assert.deepEqual(result.structuredContent.requests, [{ method: 'DELETE', path: `/zia/api/v1/ruleLabels/${label.id}`, body: {} }]);
      assert.deepEqual(host.forms, []);
      assert.equal(await has(client, label.id), true);
      // its result fits the output schema of the tools that have one, which the client checks
      await client.listTools();
      const bulk = await client.callTool({ name: 'zia_bulk_update_shadow_it_apps', arguments: { sanction_state: 'sanctioned', application_ids: ['1'], dry_run: true } });
      assert.equal(bulk.structuredContent.requests[0].method, 'PUT', text(bulk));
    });
  });

test('2026-07-28 over stdio: the person is asked there too', async () => {
  const host = new Host({ action: 'accept', content: DELETE });
  const env = { HOME: all.home, ZSCALER_CLIENT_ID: 'e2e', ZSCALER_CLIENT_SECRET: 's', ZSCALER_VANITY_DOMAIN: 'e2e', ZSCALER_MCP_ONEAPI_URL: all.oneapi.url, ...HUMAN };
  const client = await connect(modern, host, new V2Stdio({ command: program('zscaler-mcp'), args: ['--transport', 'stdio'], env, stderr: 'ignore' }));
  const label = await firstLabel(client);
  assert.equal((await drop(client, label.id)).structuredContent?.success, true);
  assert.equal(host.forms.length, 1);
  await client.close();
});

test('mcp-remote, whose host has no forms: a token', async (t) => {
  const desk = Desk.during(t);
  const peer = await desk.mcpRemote(all.server.url);
  await peer.initialize();
  const call = (name, args) => peer.request('tools/call', { name, arguments: args });
  const label_id = String((await call('zia_list_rule_labels', {})).structuredContent.result[0].id);
  const prompt = await call('zia_delete_rule_label', { label_id });
  const done = await call('zia_delete_rule_label', { label_id, kwargs: tokenOf(prompt) });
  assert.equal(done.structuredContent?.success, true, text(done));
  await peer.close();
});

test('where a person is demanded, an agent has no token to confirm itself with', async () => {
  const earlier = await open(modern, Object.assign(new Host(), { capabilities: {} }));
  const label = await firstLabel(earlier);
  const kwargs = tokenOf(await drop(earlier, label.id));
  await restart(HUMAN);
  const plain = await open(modern, Object.assign(new Host(), { capabilities: {} }));
  for (const more of [{}, { kwargs }]) {
    const refused = await drop(plain, label.id, more);
    assert.equal(refused.isError, true);
    assert.match(text(refused), /a person has to confirm deletes here .* does not declare elicitation\. Nothing was deleted\./);
  }
  assert.equal(await has(plain, label.id), true);
  const host = new Host({ action: 'accept', content: DELETE });
  const asking = await open(modern, host);
  assert.equal((await drop(asking, label.id)).structuredContent?.success, true);
  assert.match(all.server.log(), /tool=zia_delete_rule_label outcome="confirmation impossible"/);
});

test('ZSCALER_MCP_DRY_RUN: no tool changes anything, and the audit says so', async () => {
  await restart({ ...WRITES, ZSCALER_MCP_DRY_RUN: 'true' });
  const sent = async () => (await fetch(`${all.oneapi.url}/_fake/journal`)).json();
  const client = await open(modern, new Host({ action: 'accept', content: DELETE }));
  const label = await firstLabel(client); // has fetched the token for Zscaler
  const before = (await sent()).length;
  const update = await client.callTool({ name: 'zia_update_rule_label', arguments: { label_id: label.id, name: 'another', dry_run: false } });
  assert.deepEqual(update.structuredContent.requests[0].changes, { name: { from: label.name, to: 'another' } });
  await drop(client, label.id);
  await client.callTool({ name: 'zia_create_rule_label', arguments: { name: 'new' } });
  assert.deepEqual(await firstLabel(client), label);
  assert.ok((await sent()).length > before);
  assert.deepEqual((await sent()).slice(before).filter(({ method }) => method !== 'GET'), []);
  const log = all.server.log();
  assert.equal(log.match(/outcome="dry run"/g).length, 3);
  assert.match(log, /dry run: nothing is changed/);
});
