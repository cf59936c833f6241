// SPDX-License-Identifier: MIT
// The policy file with the whole program: two people of different groups sign in and see different tools; who leaves a group;
// a new file; callers with keys; and the command that shows it beforehand.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ALICE, Browser } from './lib/browser.mjs';
import { APP, program, scratch, sleep, startEmulator, startOneapi, startServer } from './lib/programs.mjs';
import { callTool, during, post, rpc, signIn } from './lib/signin.mjs';

const BOB = { login: 'bob@contoso.example', passwd: 'Pa55-bob' };
const IDS = { alice: '0a11ce00-0000-4000-8000-000000000001', bob: '0b0b0000-0000-4000-8000-000000000002' };
const NETWORK = '6f0a0000-0000-4000-8000-000000000001';
const home = scratch();
const file = path.join(home.dir, 'policy.json');
const RULES = [
  { name: 'network', who: { groups: [NETWORK] }, services: ['zia'], writes: ['zia_*_rule_label'] },
  { name: 'experience', who: { roles: ['Mcp.Support'], callers: ['api-key:*'] }, services: ['zdx'] },
];
const write = (rules) => writeFileSync(file, JSON.stringify({ rules }));

let emulator, oneapi;
before(async () => {
  [emulator, oneapi] = await Promise.all([startEmulator(), startOneapi()]);
  await emulator.control('PATCH', `apps/${APP}`, { groupMembershipClaims: 'SecurityGroup', api: { requestedAccessTokenVersion: 2 } });
  await emulator.control('PATCH', `users/${IDS.alice}`, { memberOf: [NETWORK] });
  await emulator.control('PATCH', `users/${IDS.bob}`, { roles: { [APP]: ['Mcp.Support'] } });
});
after(async () => {
  await Promise.all([emulator.stop(), oneapi.stop()]);
  home.remove();
});

const WRITES = { ZSCALER_MCP_WRITE_ENABLED: 'true', ZSCALER_MCP_WRITE_TOOLS: 'zia_*,zdx_*', ZSCALER_MCP_LOG_FORMAT: 'json' };
function serve(t, env = {}) {
  write(RULES);
  return during(t, startServer({ emulator, oneapi, home: home.dir, env: { ZSCALER_MCP_POLICY_FILE: file, ...WRITES, ...env } }));
}
const names = async (server, token) => (await post(server, token, rpc('tools/list'))).body.result.tools.map(({ name }) => name);
const services = (list) => [...new Set(list.map((name) => name.replace(/^get_/, '').split('_')[0]))];
const audit = (server) => server.log().split('\n').filter((l) => l.includes('"tool call"')).map((l) => JSON.parse(l));

describe('policy', () => {
  test('each sees what the rules for them grant, and calls no more than that', async (t) => {
    const server = await serve(t);
    const alice = await signIn(server);
    const bob = await signIn(server, { browser: new Browser({ account: BOB }) });
    const hers = await names(server, alice.token);
    assert.deepEqual(services(hers), ['zia']);
    assert.deepEqual(hers.filter((name) => /_(create|update|delete)_/.test(name)), ['zia_create_rule_label', 'zia_update_rule_label', 'zia_delete_rule_label']);
    assert.deepEqual(services(await names(server, bob.token)), ['zdx']);
    // What somebody may not use looks as if it were not there, and stands in the audit.
    const answer = (await callTool(server, bob.token, 'zia_list_rule_labels')).body.result;
    const unknown = (await callTool(server, bob.token, 'zia_no_such_tool')).body.result;
    assert.equal(answer.content[0].text.replace('zia_list_rule_labels', 'X'), unknown.content[0].text.replace('zia_no_such_tool', 'X'));
    assert.equal(answer.isError, true);
    assert.equal((await callTool(server, alice.token, 'zia_list_rule_labels')).body.result.isError, false);
    const [refused, done] = audit(server).slice(-2);
    assert.deepEqual([refused.tool, refused.outcome, refused.detail], ['zia_list_rule_labels', 'not allowed', 'by the policy: no rule for them grants it']);
    assert.match(refused.principal, new RegExp(IDS.bob));
    assert.equal(done.outcome, 'ok');
  });

  test('out of the group: at the next refresh it is another list; the token names no group and stays small', async (t) => {
    const server = await serve(t);
    const { client, token, refreshToken } = await signIn(server);
    assert.ok(token.length < 1024, `${token.length} bytes`);
    const claims = Buffer.from(token.split('.')[1], 'base64url').toString();
    assert.ok(!claims.includes(NETWORK));
    assert.deepEqual(services(await names(server, token)), ['zia']);
    await emulator.control('PATCH', `users/${IDS.alice}`, { memberOf: [] });
    t.after(() => emulator.control('PATCH', `users/${IDS.alice}`, { memberOf: [NETWORK] }));
    const next = await client.refresh(refreshToken);
    assert.deepEqual(await names(server, next.body.access_token), []);
  });

  test('a new file is taken by a reload, a broken one is not', async (t) => {
    const server = await serve(t);
    const { token } = await signIn(server);
    write([{ who: { groups: [NETWORK.toUpperCase()] }, tools: ['zpa_list_*'] }, ...RULES]);
    server.child.kill('SIGHUP');
    await server.logged(/"reloaded","what":"policy"/);
    // The mark of the group as it is written now comes with the next token; the old rule still counts.
    assert.deepEqual(services(await names(server, token)), ['zia']);
    write([{ who: { group: [NETWORK] } }]);
    server.child.kill('SIGHUP');
    await server.logged(/did you mean groups\?[^\n]*\n[^\n]*not reloaded[^\n]*"what":"policy"/);
    assert.deepEqual(services(await names(server, token)), ['zia']);
    write([{ who: { groups: [NETWORK] }, tools: ['zpa_list_*'] }]);
    server.child.kill('SIGHUP');
    for (let i = 0; i < 100 && services(await names(server, token))[0] !== 'zpa'; i++) await sleep(20);
    assert.deepEqual(services(await names(server, token)), ['zpa']);
  });

  test('a changed file is taken without a signal, a broken one is told once and the old one stays', async (t) => {
    const server = await serve(t);
    const { token } = await signIn(server);
    writeFileSync(file, '{"rules":[');
    await server.logged(/cannot be used: the old policy stays/);
    assert.deepEqual(services(await names(server, token)), ['zia']);
    write([{ who: { groups: [NETWORK] }, services: ['zdx'] }]);
    await server.logged(/the policy file has changed, and is in force/);
    assert.deepEqual(services(await names(server, token)), ['zdx']);
    assert.equal(server.log().match(/cannot be used: the old policy stays/g).length, 1);
  });

  test('rules that bound: a dry run only, deletes with a person only, each for whom it is', async (t) => {
    const label = 'zia_delete_rule_label';
    const server = await serve(t);
    write([
      { name: 'try', who: { users: [IDS.alice] }, services: ['zia'], writes: ['zia_*_rule_label'], dry_run: true },
      { name: 'ask', who: { users: [IDS.bob] }, services: ['zia'], writes: ['zia_*_rule_label'], confirm: 'person' },
    ]);
    server.child.kill('SIGHUP');
    await server.logged(/"reloaded","what":"policy"/);
    const alice = await signIn(server);
    const bob = await signIn(server, { browser: new Browser({ account: BOB }) });
    const call = async ({ token }, name, args) => (await post(server, token, rpc('tools/call', { name, arguments: args }))).body.result;
    const shown = await call(alice, 'zia_create_rule_label', { name: 'of a policy', dry_run: false });
    assert.equal(shown.structuredContent.dry_run, true);
    assert.equal(shown.structuredContent.requests[0].method, 'POST');
    const made = await call(bob, 'zia_create_rule_label', { name: 'of a policy' });
    assert.equal(made.isError, false, made.content[0].text);
    const refused = await call(bob, label, { label_id: String(made.structuredContent.id) });
    assert.match(refused.content[0].text, /was refused: a person has to confirm deletes here \(the policy\)/);
    assert.deepEqual(audit(server).slice(-3).map(({ outcome }) => outcome), ['dry run', 'ok', 'confirmation impossible']);
  });

  test('a question names the thing only to who may read it', async (t) => {
    const server = await serve(t);
    const { token } = await signIn(server);
    const [label] = (await callTool(server, token, 'zia_list_rule_labels')).body.result.structuredContent.result;
    const ask = async () => (await callTool(server, token, 'zia_delete_rule_label', { label_id: String(label.id) })).body.result.content[0].text;
    assert.ok((await ask()).includes(label.name));
    write([{ who: { groups: [NETWORK] }, tools: ['zia_delete_rule_label'], writes: ['*'] }]);
    server.child.kill('SIGHUP');
    await server.logged(/"reloaded","what":"policy"/);
    const blind = await ask();
    assert.match(blind, /CONFIRMATION REQUIRED/);
    assert.ok(!blind.includes(label.name) && blind.includes(String(label.id)), blind);
  });

  test('in more groups than a token carries: the log says what helps', async (t) => {
    write([{ who: { groups: [NETWORK] } }]);
    const server = await during(t, startServer({ emulator, oneapi, home: home.dir, env: { ZSCALER_MCP_POLICY_FILE: file, ...WRITES } }));
    const { token } = await signIn(server, { browser: new Browser({ account: BOB }) });
    assert.deepEqual(await names(server, token), []);
    await server.logged(/too many: rules for groups do not count.*bob@contoso\.example.*app roles/);
  });

  test('callers with a key', async (t) => {
    write(RULES);
    const server = await during(t, startServer({ oneapi, home: home.dir, env: { ZSCALER_MCP_POLICY_FILE: file, ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_AUTH_API_KEY: 'one-key' } }));
    assert.deepEqual(services(await names(server, 'one-key')), ['zdx']);
  });

  test('a file with mistakes stops the start, with all of them; so does none', async () => {
    for (const [text, whys] of [['{"rules":[{"who":{},"tools":["zia_lst_locations"]}]}', [/rules\[0\]\.who/, /did you mean zia_list_locations\?/]], [null, [/cannot read/]]]) {
      const where = text === null ? '/nowhere/policy.json' : file;
      if (text) writeFileSync(file, text);
      const { status, stderr } = spawnSync(program('zscaler-mcp'), ['--policy-file', where], { env: { HOME: home.dir }, encoding: 'utf8', input: '' });
      assert.equal(status, 1);
      for (const why of whys) assert.match(stderr, why);
    }
  });

  test('`zscaler-mcp policy` shows rules and what somebody would see', () => {
    write(RULES);
    const say = (...words) => spawnSync(program('zscaler-mcp'), ['--policy-file', file, '--enable-write-tools', '--write-tools', '*', 'policy', ...words], { env: { HOME: home.dir }, encoding: 'utf8' });
    assert.match(say().stdout, /^network: \d+ tools that read, 3 that change something\nexperience: \d+ tools that read, 0 that/);
    const shown = say(`group:${NETWORK}`, 'role:Mcp.Support').stdout;
    assert.match(shown, /^rule: network\nrule: experience\n/);
    assert.match(shown, /^ {2}zia_update_rule_label \(network\)$/m);
    assert.match(shown, /^ {2}zdx_list_devices \(experience\)$/m);
    assert.match(say('caller:zscaler:abc').stdout, /^0 tools\n$/);
    assert.equal(say('nobody').status, 2);
    writeFileSync(file, '{"rules":[{"who":{"everybody":true},"servces":["zia"]}]}');
    const bad = say();
    assert.equal(bad.status, 1);
    assert.match(bad.stderr, /rules\[0\]: 'servces' is no key here: did you mean services\?/);
  });

  test('`zscaler-mcp policy` says what is bounded', () => {
    write([{ name: 'try', who: { everybody: true }, services: ['zia'], writes: ['zia_*_rule_label'], dry_run: true, confirm: 'person' }]);
    const { stdout } = spawnSync(program('zscaler-mcp'), ['--policy-file', file, '--enable-write-tools', '--write-tools', '*', 'policy', 'caller:x'], { env: { HOME: home.dir }, encoding: 'utf8' });
    assert.match(stdout, /^ {2}zia_update_rule_label \(try, dry run only\)$/m);
    assert.match(stdout, /^ {2}zia_delete_rule_label \(try, dry run only, a person confirms\)$/m);
    assert.match(stdout, /^ {2}zia_list_rule_labels \(try\)$/m);
  });

  test('the example of the documentation is a policy', () => {
    const doc = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
    for (const [, text] of doc.matchAll(/```json\n(.*?)```/gs)) {
      writeFileSync(file, text);
      const { status, stderr } = spawnSync(program('zscaler-mcp'), ['--policy-file', file, 'policy'], { env: { HOME: home.dir }, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    }
  });
});
