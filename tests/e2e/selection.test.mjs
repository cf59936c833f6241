// SPDX-License-Identifier: MIT
// Which tools are offered, by what the API client's access token says of the tenant's products.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { program, scratch, startOneapi, startServer, tenantEnv } from './lib/programs.mjs';
import { during } from './lib/signin.mjs';
import { StdioPeer } from './lib/stdio.mjs';

const home = scratch();
after(home.remove);
let files = 0;

async function fake(t, config) {
  const file = path.join(home.dir, `oneapi-${files++}.json`);
  writeFileSync(file, JSON.stringify(config));
  return during(t, startOneapi(['--config', file]));
}

// The services of the tools that a server on stdio offers, and its log.
async function offered(t, oneapi, { env = {}, args = [] } = {}) {
  const peer = new StdioPeer(program('zscaler-mcp'), args, { HOME: home.dir, ...(oneapi && tenantEnv(oneapi)), ZSCALER_MCP_LOG_FORMAT: 'json', ...env });
  t.after(() => peer.child.kill('SIGKILL'));
  await peer.initialize();
  const { tools } = await peer.request('tools/list');
  await peer.close();
  return { services: [...new Set(tools.map(({ name }) => name.replace(/^get_/, '').split('_')[0]))].sort(), log: peer.stderr };
}
const line = (log, event) => log.split('\n').filter((l) => l.includes(event)).map((l) => JSON.parse(l))[0];
const ALL = ['zcc', 'zcell', 'zdx', 'zeasm', 'zia', 'zid', 'zins', 'zms', 'zpa', 'ztw'];

describe('entitlement filter', () => {
  test('only entitled products, whatever their spelling', async (t) => {
    const oneapi = await fake(t, { services: ['zia', 'Cloud_Connector', 'ZIAM'] });
    const { services, log } = await offered(t, oneapi);
    assert.deepEqual(services, ['zia', 'zid', 'ztw']);
    assert.ok((await (await fetch(`${oneapi.url}/_fake/journal`)).text()).includes('/token'));
    const { kept, removed } = line(log, 'entitlement filter applied');
    assert.deepEqual(kept.split(',').sort(), services);
    assert.equal(removed.split(',').length, 7);
  });

  test('it never adds, and the write allowlist does not bring back', async (t) => {
    const oneapi = await fake(t, { services: ['ZIA', 'ZPA'] });
    assert.deepEqual((await offered(t, oneapi, { args: ['--services', 'zpa,zdx'] })).services, ['zpa']);
    const writes = ['--enable-write-tools', '--write-tools', 'zdx_start_*,zia_*'];
    assert.deepEqual((await offered(t, oneapi, { args: writes })).services, ['zia', 'zpa']);
  });

  test('off by flag or variable: nothing is asked', async (t) => {
    const oneapi = await fake(t, { services: ['ZIA'] });
    for (const how of [{ args: ['--no-entitlement-filter'] }, { env: { ZSCALER_MCP_DISABLE_ENTITLEMENT_FILTER: 'true' } }])
      assert.deepEqual((await offered(t, oneapi, how)).services, ALL);
    assert.ok(!(await (await fetch(`${oneapi.url}/_fake/journal`)).text()).includes('/token'));
  });

  test('a product that is not known: nothing is left out, one warning names it', async (t) => {
    const oneapi = await fake(t, { services: ['ZIA', 'ZNEW', 'ZOTHER'] });
    const { services, log } = await offered(t, oneapi);
    assert.deepEqual(services, ALL);
    assert.match(line(log, 'entitlement filter skipped').reason, /products that this version does not know.*: ZNEW, ZOTHER$/);
  });

  test('a token without products, refused credentials, none, an API that does not answer: all tools, and why', async (t) => {
    const silent = await fake(t, { services: [] });
    const picky = await fake(t, { clients: [{ clientId: 'another', clientSecret: 'x' }] });
    const rows = [
      [silent, {}, /does not say for which products/],
      [picky, {}, /client/i],
      [null, {}, /ZSCALER_CLIENT_ID/],
      [silent, { ZSCALER_MCP_ONEAPI_URL: 'http://127.0.0.1:9' }, /cannot be asked for a token/],
    ];
    for (const [oneapi, env, why] of rows) {
      const { services, log } = await offered(t, oneapi, { env });
      assert.deepEqual(services, ALL, String(why));
      assert.match(line(log, 'entitlement filter skipped').reason, why);
    }
  });

  test('tenants with a private key have it too', async (t) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] };
    const oneapi = await fake(t, { services: ['ZDX'], clients: [{ clientId: 'e2e-client', jwks }] });
    const env = { ZSCALER_CLIENT_SECRET: '', ZSCALER_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
    assert.deepEqual((await offered(t, oneapi, { env })).services, ['zdx']);
  });
});

describe('names that are none, and why a tool is off', () => {
  const say = (...words) => spawnSync(program('zscaler-mcp'), words, { env: { HOME: home.dir, ZSCALER_MCP_DISABLE_ENTITLEMENT_FILTER: 'true' }, encoding: 'utf8', input: '' });

  test('all of them at once, before anything listens', () => {
    const { status, stderr } = say('--services', 'zai', '--toolsets', 'zia_rule_label', '--write-tools', 'zia_delet_*', '--disabled-tools', 'zia_list_locatons', '--port', 'x');
    assert.equal(status, 2);
    for (const why of [/'zai' is no service: did you mean zia\?/, /'zia_rule_label' is no toolset: did you mean zia_rule_labels\?/, /'zia_delet_\*' fits no tool that changes something/, /did you mean zia_list_locations\?/, /ZSCALER_MCP_PORT: 'x'/])
      assert.match(stderr, why);
  });

  test('`doctor --tools` says which setting decides, and what to set', () => {
    const summary = say('--services', 'zia,zpa', 'doctor', '--tools');
    assert.equal(summary.status, 0, summary.stderr);
    assert.match(summary.stdout, /^zia: 84 of 166 on\n {2}82 off: it changes something\. To change it: ZSCALER_MCP_WRITE_ENABLED=true/m);
    assert.match(summary.stdout, /^zdx: 0 of 31 on\n {2}31 off: its service is not in ZSCALER_MCP_SERVICES\./m);
    const each = say('--enable-write-tools', '--write-tools', 'zia_create_*', '--disabled-tools', 'zia_*_location', 'doctor', '--tools', 'zia_*_location', 'zia_*_rule_label').stdout;
    assert.match(each, /^zia_create_location \(zia_locations\): off: ZSCALER_MCP_DISABLED_TOOLS names it\./m);
    assert.match(each, /^zia_create_rule_label \(zia_rule_labels\): on$/m);
    assert.match(each, /^zia_delete_rule_label .*: off: it changes something, and ZSCALER_MCP_WRITE_TOOLS does not name it\./m);
    assert.equal(say('doctor', '--tools', 'nope_*').status, 2);
  });
});

describe('prompts', () => {
  const names = ['zcell_audit_data_usage', 'zcell_investigate_sim', 'zcell_review_anomaly_policies', 'zdx_troubleshoot_user_experience'];
  async function peerOf(t, args) {
    const peer = new StdioPeer(program('zscaler-mcp'), args, { HOME: home.dir });
    t.after(() => peer.child.kill('SIGKILL'));
    await peer.initialize();
    return peer;
  }

  test('as recorded: names, titles, arguments; the texts follow the arguments', async (t) => {
    const peer = await peerOf(t, []);
    const { prompts } = await peer.request('prompts/list');
    assert.deepEqual(prompts.map(({ name }) => name), names);
    assert.deepEqual(prompts.map(({ title }) => title), ['ZCell: Audit Data Usage', 'ZCell: Investigate a SIM', 'ZCell: Review Anomaly Policies', 'ZDX: Troubleshoot User Experience']);
    assert.deepEqual(prompts.map((p) => p.arguments.map((a) => a.name + (a.required ? '!' : '')).join()), ['since_days,country', 'iccid!,since_days', 'since_days,policy_type', 'user_or_device!,application,since_hours']);
    const text = async (name, args) => (await peer.request('prompts/get', { name, arguments: args })).messages.map(({ role, content }) => `${role}: ${content.text}`).join();
    assert.match(await text('zcell_audit_data_usage', {}), /^user: .*last 30 days, all countries/s);
    assert.match(await text('zcell_audit_data_usage', { since_days: '7', country: 'DE' }), /last 7 days, only DE/);
    assert.match(await text('zcell_investigate_sim', { iccid: '8901234567890123456' }), /ICCID 8901234567890123456; look at the last 7 days/);
    await assert.rejects(text('zcell_investigate_sim', {}), /needs the argument iccid/);
  });

  test('hidden where their service has no tools', async (t) => {
    const peer = await peerOf(t, ['--services', 'zia,zdx']);
    assert.deepEqual((await peer.request('prompts/list')).prompts.map(({ name }) => name), names.slice(3));
    const none = await peerOf(t, ['--services', 'zia']);
    await assert.rejects(none.request('prompts/get', { name: names[0], arguments: {} }));
  });

  test('serverInfo has a title, an address and an icon that is a picture', async (t) => {
    const peer = new StdioPeer(program('zscaler-mcp'), [], { HOME: home.dir });
    t.after(() => peer.child.kill('SIGKILL'));
    const { serverInfo, instructions } = await peer.initialize();
    assert.equal(serverInfo.title, 'Zscaler MCP Server');
    assert.equal(serverInfo.version, '1.0.0');
    assert.match(serverInfo.websiteUrl, /^https:/);
    const [icon] = serverInfo.icons;
    const png = Buffer.from(icon.src.replace('data:image/png;base64,', ''), 'base64');
    assert.deepEqual([png.subarray(1, 4).toString(), `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`], ['PNG', icon.sizes[0]]);
    assert.ok(instructions.length < 1000);
  });

  test('the server card agrees with serverInfo, names its own address, and needs no credential', async (t) => {
    const server = await during(t, startServer({ home: home.dir, env: { ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_STORE: 'memory', ZSCALER_MCP_AUTH_API_KEY: 'key' } }));
    const answer = await fetch(new URL('/.well-known/mcp-server-card', server.url));
    assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [200, '*']);
    const { icons, ...card } = await answer.json();
    const peer = new StdioPeer(program('zscaler-mcp'), [], { HOME: home.dir });
    t.after(() => peer.child.kill('SIGKILL'));
    const { serverInfo } = await peer.initialize();
    assert.deepEqual(card, {
      name: 'io.github.zscaler/zscaler-mcp-server',
      title: serverInfo.title,
      description: serverInfo.description,
      version: serverInfo.version,
      websiteUrl: serverInfo.websiteUrl,
      remotes: [{ type: 'streamable-http', url: server.url, supportedProtocolVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] }],
    });
    assert.deepEqual(icons, serverInfo.icons);
  });
});
