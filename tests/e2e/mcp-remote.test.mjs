// SPDX-License-Identifier: MIT
// The guide's client, unmodified: mcp-remote started as a desktop host starts it, with a scripted person at the browser.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ALICE, DAVE } from './lib/browser.mjs';
import { Desk, Person } from './lib/desk.mjs';
import { clockAhead, startAll } from './lib/programs.mjs';

const TOOL = 'zia_list_rule_labels';
const ALICE_ID = '0a11ce00-0000-4000-8000-000000000001';
const DAY = 86400;

const signIns = (desk) => desk.person.windows.length;
const callTool = (peer, ms) => peer.request('tools/call', { name: TOOL, arguments: {} }, ms);

async function works(peer) {
  const result = await callTool(peer);
  assert.notEqual(result.isError, true, result.content[0].text);
  assert.ok(result.structuredContent.result.length > 0);
}

async function ends(peer) {
  assert.deepEqual(await peer.close(), { code: 0, signal: null }, peer.stderr);
}

// One life of mcp-remote: start, one tool call, the host closes stdin.
async function oneRun(desk, url, options) {
  const peer = await desk.mcpRemote(url, options);
  const hello = await peer.initialize();
  await works(peer);
  await ends(peer);
  return { hello, peer };
}

function tokenFile(desk) {
  const names = readdirSync(desk.home, { recursive: true }).filter((name) => name.endsWith('_tokens.json'));
  assert.equal(names.length, 1, 'mcp-remote keeps its tokens in one file');
  const file = path.join(desk.home, names[0]);
  const read = () => JSON.parse(readFileSync(file, 'utf8'));
  return { read, edit: (change) => writeFileSync(file, JSON.stringify({ ...read(), ...change })) };
}

describe('mcp-remote', () => {
  let all;
  const desk = new Desk();
  before(async () => (all = await startAll()));
  after(async () => {
    await all.stop();
    desk.remove();
  });

  test('first start: one sign-in, then tools/list and tools/call; stdin closed: exit 0', async () => {
    const peer = await desk.mcpRemote(all.server.url);
    const hello = await peer.initialize().catch((error) => assert.fail(`${error.message}\n${all.server.log()}`));
    assert.equal(hello.serverInfo.name, 'zscaler-mcp');
    const { tools } = await peer.request('tools/list');
    assert.ok(tools.some((tool) => tool.name === TOOL));
    assert.ok(tools.every((tool) => tool.annotations.readOnlyHint), 'only tools that read, by default');
    await works(peer);
    await ends(peer);
    assert.equal(signIns(desk), 1);
    const window = await desk.person.lastWindow();
    assert.match(Person.read(window.pages[0]), /MCP CLI Proxy wants to use .* localhost:\d+ \(this computer\)/);
    assert.match(window.end.html, /Authorization successful/);
  });

  test('restart: no sign-in', async () => {
    await oneRun(desk, all.server.url);
    assert.equal(signIns(desk), 1);
  });

  test('restart of the server in the middle: nobody notices', async () => {
    const peer = await desk.mcpRemote(all.server.url);
    await peer.initialize();
    await all.restartServer();
    await works(peer);
    await ends(peer);
    assert.equal(signIns(desk), 1);
  });

  test('--protocol auto speaks the stateless era, with the same tokens', async () => {
    const peer = await desk.mcpRemote(all.server.url, { args: ['--protocol', 'auto', '--debug'] });
    await peer.initialize();
    await works(peer);
    await ends(peer);
    assert.equal(signIns(desk), 1);
    assert.match(peer.stderr + debugLog(desk), /2026-07-28/);
  });

  test('the same browser at a second sign-in: asked briefly, no password', async (t) => {
    const fresh = Desk.during(t, desk.person);
    const windows = signIns(desk);
    await oneRun(fresh, all.server.url);
    assert.equal(signIns(desk), windows + 1);
    const pages = (await desk.person.lastWindow()).pages.map(Person.read);
    assert.match(pages[0], /Continue to sign-in MCP CLI Proxy , which you allowed before/);
    assert.ok(!pages.some((text) => /Password/.test(text)), 'the single sign-on session answers');
  });

  test('two desks at once with one browser that was here before: both sign in', async (t) => {
    const { person } = desk;
    const windows = signIns(desk);
    const desks = [Desk.during(t, person), Desk.during(t, person)];
    // Ports of their own: the usual one is the same for both.
    await Promise.all(desks.map((each, i) => oneRun(each, all.server.url, { args: [String(15301 + 2 * i)] })));
    assert.equal(signIns(desk), windows + 2);
  });

  test('two instances at one desk share one sign-in', async (t) => {
    const shared = Desk.during(t);
    await Promise.all([oneRun(shared, all.server.url), oneRun(shared, all.server.url)]);
    assert.equal(signIns(shared), 1);
  });

  test('consent refused: access_denied reaches the client, which ends with 1', async (t) => {
    // Not too fast: mcp-remote forgets a refusal that comes before it waits for an answer.
    const other = Desk.during(t, new Person({ refuse: true, think: 900 }));
    const peer = await other.mcpRemote(all.server.url);
    assert.deepEqual(await peer.exited, { code: 1, signal: null });
    assert.match(peer.stderr, /access_denied/);
    assert.deepEqual((await other.person.lastWindow()).trace.map((line) => line.split(' ')[0]), ['GET', 'POST', 'GET'], 'Entra is never asked');
  });

  test('a person of another tenant is told why, and may try again with the right account', async (t) => {
    const other = Desk.during(t, new Person({ account: DAVE }));
    const peer = await other.mcpRemote(all.server.url);
    const hello = peer.initialize();
    const refused = await other.person.lastWindow();
    assert.match(Person.read(refused.pages.at(-1)), /AADSTS50020.*does not exist in tenant/);
    Object.assign(other.person, { account: ALICE, jar: new Map() }); // a private window: Entra still knows the stranger
    other.person.open(refused.url);
    assert.equal((await hello).serverInfo.name, 'zscaler-mcp');
    await works(peer);
    await ends(peer);
  });

  test('a person who takes long over each page still arrives', async (t) => {
    const slow = Desk.during(t, new Person({ think: 2500 }));
    const peer = await slow.mcpRemote(all.server.url, { args: ['--auth-timeout', '2'] });
    await peer.initialize();
    await works(peer);
    await ends(peer);
    assert.equal(signIns(slow), 1);
  });

  test('the client gave up meanwhile: the page said what to do, and the next sign-in is short', async (t) => {
    const late = Desk.during(t, new Person({ think: 700, patience: 1 }));
    const peer = await late.mcpRemote(all.server.url);
    const window = await late.person.opened();
    peer.child.kill('SIGKILL');
    await window.done;
    assert.ok(window.error, 'nobody listens at the callback any more');
    assert.match(Person.read(window.pages[0]), /cannot be reached.* start again from your application/);
    Object.assign(late.person, { think: 0, patience: 50 });
    await oneRun(late, all.server.url);
    assert.match(Person.read((await late.person.lastWindow()).pages[0]), /^.*You are signed in already/);
  });
});

describe('mcp-remote when tokens end', () => {
  let all;
  const desk = new Desk();
  let peer;
  let expected = 1;
  before(async () => {
    all = await startAll();
    peer = await desk.mcpRemote(all.server.url);
    await peer.initialize();
    await works(peer);
  });
  after(async () => {
    await peer.close();
    await all.stop();
    desk.remove();
  });
  const restartClient = async () => {
    await peer.close();
    peer = await desk.mcpRemote(all.server.url);
    await peer.initialize();
  };
  const countRefreshes = () => all.server.log().match(/token refreshed/g)?.length ?? 0;
  const newSignIn = () => assert.equal(signIns(desk), ++expected, 'one new sign-in');
  const noSignIn = () => assert.equal(signIns(desk), expected, 'no new sign-in');

  test('access token expired at the server: refreshed silently, in the middle of a session', async () => {
    await all.emulator.control('POST', 'clock', { advanceSeconds: 3700 });
    await all.restartServer({ env: clockAhead(3700, all.home) });
    await works(peer);
    noSignIn();
    assert.equal(countRefreshes(), 1);
  });

  test('access token not accepted: refreshed silently at the start', async () => {
    await peer.close();
    tokenFile(desk).edit({ access_token: `${tokenFile(desk).read().access_token.slice(0, -6)}AAAAAA` });
    await restartClient();
    await works(peer);
    noSignIn();
  });

  test('access token expired by the client’s clock: refreshed ahead of the call, and the token changes', async () => {
    await peer.close();
    const before = tokenFile(desk).read();
    tokenFile(desk).edit({ expires_in: 1, expires_at: 1 });
    await restartClient();
    await works(peer);
    noSignIn();
    const now = tokenFile(desk).read();
    assert.notEqual(now.access_token, before.access_token);
    assert.notEqual(now.refresh_token, before.refresh_token, 'rotated');
  });

  test('refresh token revoked at Entra: one new sign-in', async () => {
    await all.emulator.control('POST', 'clock', { advanceSeconds: 5 });
    const revokedAt = new Date(Date.now() + 3703e3).toISOString().replace(/\.\d+/, '');
    await all.emulator.control('PATCH', `users/${ALICE_ID}`, { state: [`revokedAt:${revokedAt}`] });
    await peer.close();
    tokenFile(desk).edit({ access_token: 'dead', expires_at: 1 });
    await restartClient();
    await works(peer);
    newSignIn();
    assert.match(all.server.log(), /identity provider ended the sign-in/);
    await all.emulator.control('PATCH', `users/${ALICE_ID}`, { state: [] });
  });

  test('refresh token revoked and access token dead in the middle of a session: one new sign-in', async () => {
    await all.emulator.control('POST', 'reset');
    await all.restartServer({ env: clockAhead(DAY, all.home) });
    await all.emulator.control('POST', 'clock', { advanceSeconds: DAY });
    await works(peer);
    newSignIn();
    await all.restartServer();
  });

  test('the server lost its key and everything: registers again, one new sign-in', async () => {
    const before = desk.person.windows.at(-1).url;
    await all.emulator.control('POST', 'reset');
    await all.restartServer({ env: { ZSCALER_MCP_STATE_DIR: path.join(all.home, 'another') } });
    await restartClient();
    await works(peer);
    newSignIn();
    const id = (url) => new URL(url).searchParams.get('client_id');
    assert.notEqual(id(desk.person.windows.at(-1).url), id(before));
  });
});

function debugLog(desk) {
  const name = readdirSync(desk.home, { recursive: true }).find((each) => each.endsWith('_debug.log'));
  return name ? readFileSync(path.join(desk.home, name), 'utf8') : '';
}
