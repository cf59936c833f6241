// SPDX-License-Identifier: MIT
// Clients without a browser: mcp-remote --device-code on a machine that has none, the person at another one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Desk, Person } from './lib/desk.mjs';
import { APP, guideEnv, program, sleep, start, startAll, tenantEnv } from './lib/programs.mjs';
import { KEY as REPLICAS_KEY, Redis, startReplicas } from './lib/replicas.mjs';
import { callTool, signIn } from './lib/signin.mjs';

const TOOL = 'zia_list_rule_labels';

async function works(peer) {
  const result = await peer.request('tools/call', { name: TOOL, arguments: {} });
  assert.notEqual(result.isError, true, result.content[0].text);
}

// What mcp-remote prints for somebody to open elsewhere.
async function printed(peer, pattern, ms = 15000) {
  for (let waited = 0; waited < ms; waited += 20) {
    const found = pattern.exec(peer.stderr);
    if (found) return found[1];
    await sleep(20);
  }
  throw new Error(`nothing like ${pattern} in:\n${peer.stderr}`);
}
const ADDRESS = /visit:\s+\S*\s*(https?:\/\/\S+)/;

describe('mcp-remote --device-code', () => {
  let all;
  before(async () => (all = await startAll({ env: { OIDCPROXY_CLIENT_DEVICE_CODE: 'true' } })));
  after(() => all.stop());
  const begin = (desk) => desk.mcpRemote(all.server.url, { args: ['--device-code'] });

  test('signed in on another device: tools work, a restart asks nobody', async (t) => {
    const desk = Desk.during(t);
    let peer = await begin(desk);
    const hello = peer.initialize();
    const url = await printed(peer, ADDRESS);
    assert.match(url, /\/device\?user_code=[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    const elsewhere = new Browser();
    const end = await elsewhere.walk(url);
    const first = Person.read(elsewhere.pages[0]);
    assert.match(first, /Sign in for another device\? MCP CLI Proxy .*only if you started this yourself/);
    assert.ok(first.includes(new URL(url).searchParams.get('user_code')));
    assert.equal(end.status, 200);
    assert.match(Person.read(elsewhere.pages.at(-1)), /You are signed in\. Go back to your device\./);
    assert.equal((await hello).serverInfo.name, 'zscaler-mcp');
    await works(peer);
    assert.equal(desk.person.windows.length, 0, 'no browser was opened here');
    await peer.close();
    peer = await begin(desk);
    await peer.initialize();
    await works(peer);
    assert.doesNotMatch(peer.stderr, ADDRESS);
    await peer.close();
  });

  test('refused on the page: the client is told, and ends', async (t) => {
    const desk = Desk.during(t);
    const peer = await begin(desk);
    const refusing = new Browser({ refuse: true });
    await refusing.walk(await printed(peer, ADDRESS));
    assert.match(Person.read(refusing.pages.at(-1)), /The device was refused/);
    assert.notEqual((await peer.exited).code, 0);
    assert.match(peer.stderr, /denied/i);
  });

  test('typed by hand, with a mistake first', async (t) => {
    const desk = Desk.during(t);
    const peer = await begin(desk);
    const hello = peer.initialize();
    const url = new URL(await printed(peer, ADDRESS));
    const code = url.searchParams.get('user_code');
    const mistaken = new Browser({ account: { user_code: 'BBBB-BBBB' } });
    await mistaken.walk(`${url.origin}/device`);
    assert.match(Person.read(mistaken.pages.at(-1)), /No device waits under this code/);
    const { login, passwd } = new Browser().account;
    const right = new Browser({ account: { login, passwd, user_code: code.toLowerCase().replace('-', ' ') } });
    await right.walk(`${url.origin}/device`);
    assert.match(Person.read(right.pages.at(-1)), /You are signed in/);
    assert.equal((await hello).serverInfo.name, 'zscaler-mcp');
    await works(peer);
    await peer.close();
  });
});

describe('an operator throws somebody out', () => {
  const KEY = 'operator-key-of-the-end-to-end-tests';
  let all;
  before(async () => (all = await startAll({ env: { OIDCPROXY_OPERATOR_KEY: KEY } })));
  after(() => all.stop());
  const status = async ({ token }) => (await callTool(all.server, token, TOOL)).status;
  const ask = (path, fields, key = KEY) =>
    fetch(all.server.origin + path, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: new URLSearchParams(fields) });
  // As in the server's container: the same user and environment.
  async function command(args, env = {}) {
    const running = await start(program('zscaler-mcp'), ['revoke', ...args], {
      env: { HOME: all.home, ...guideEnv(all.emulator), ...tenantEnv(all.oneapi), ...env },
    });
    const { code } = await running.exited;
    return { code, text: running.log() };
  }

  test('by the command line, with the address from the log: out within five seconds, and may sign in again', async () => {
    const session = await signIn(all.server);
    assert.equal(await status(session), 200);
    const [, person] = await all.server.logged(/tokens given" person=(\S+)/);
    const { code, text } = await command(['--person', person]);
    assert.equal(code, 0, text);
    assert.match(text, /is out: nothing that was given before works any more/);
    const { status: refused, body } = await session.client.refresh(session.refreshToken);
    assert.deepEqual([refused, body.error], [400, 'invalid_grant']);
    await sleep(5100);
    assert.equal(await status(session), 401);
    assert.equal(await status(await signIn(all.server)), 200);
  });

  test('by HTTP: out at once; one sign-in alone by its fingerprint', async () => {
    const [one, two] = [await signIn(all.server), await signIn(all.server)];
    const said = await (await ask('/introspect', { token: one.token })).json();
    assert.equal(said.active, true);
    assert.equal(said.username, 'alice@contoso.example');
    assert.equal(await status(one), 200);
    assert.equal((await ask('/operator/revoke', { family: said.family })).status, 200);
    assert.equal(await status(one), 401);
    assert.deepEqual(await (await ask('/introspect', { token: one.token })).json(), { active: false });
    assert.equal(await status(two), 200);
    assert.equal((await ask('/operator/revoke', { person: said.sub, tenant: said.tenant })).status, 200);
    assert.equal(await status(two), 401);
    assert.equal((await ask('/introspect', { token: two.token }, 'x'.repeat(40))).status, 401);
    assert.ok(!all.server.log().includes(KEY));
  });

  test('by the command line, in Redis: both replicas refuse', async (t) => {
    const redis = await new Redis().start();
    t.after(() => redis.remove());
    const server = await startReplicas(t, { emulator: all.emulator, oneapi: all.oneapi, store: redis.url });
    const { token } = await signIn(server);
    const atEach = async () => {
      const answers = [];
      for (server.proxy.pin of [0, 1]) answers.push((await callTool(server, token, TOOL)).status);
      return answers;
    };
    assert.deepEqual(await atEach(), [200, 200]);
    const env = { ZSCALER_MCP_STORE: redis.url, ZSCALER_MCP_SECRET_KEY: REPLICAS_KEY };
    const { code, text } = await command(['--person=alice@contoso.example'], env);
    assert.equal(code, 0, text);
    await sleep(5100);
    assert.deepEqual(await atEach(), [401, 401]);
  });

  test('what cannot work says why', async () => {
    const cases = [
      [[], {}, 2, /name either a person or a family/],
      [['--family', 'xyz'], {}, 2, /8 digits 0-9 a-f/],
      [['--person', 'a'], { HOME: undefined }, 1, /in its own memory.*POST \/operator\/revoke/],
      [['--person', 'a'], { ZSCALER_MCP_STATE_DIR: `${all.home}/elsewhere` }, 1, /no store at .*elsewhere/],
      [['--person', 'a'], { ZSCALER_MCP_TRANSPORT: 'stdio' }, 2, /stdio/],
      [['--persona', 'a'], {}, 2, /unrecognized argument: --persona/],
      [['--person', 'a'], { OIDCPROXY_OPERATOR_KEY: 'short' }, 2, /OIDCPROXY_OPERATOR_KEY needs at least 32/],
    ];
    for (const [args, env, code, pattern] of cases) {
      const end = await command(args, env);
      assert.equal(end.code, code, end.text);
      assert.match(end.text, pattern);
    }
  });
});

describe('mcp-remote --client-credentials', () => {
  const WEB = 'c11e0000-0000-4000-8000-000000000003';
  const info = (client_secret, client_id = WEB) => ['--client-credentials', '--static-oauth-client-info', JSON.stringify({ client_id, client_secret })];
  let all;
  before(async () => {
    all = await startAll({ env: { OIDCPROXY_MACHINE_CLIENTS: WEB } });
    // Its tokens come from the emulator's own address then, not from sts.windows.net.
    await all.emulator.control('PATCH', `apps/${APP}`, { api: { requestedAccessTokenVersion: 2 } });
  });
  after(() => all.stop());

  test('the secret of its own Entra application opens the tools, and nobody is asked', async (t) => {
    const desk = Desk.during(t);
    const peer = await desk.mcpRemote(all.server.url, { args: info('s3cret-web') });
    assert.equal((await peer.initialize()).serverInfo.name, 'zscaler-mcp');
    await works(peer);
    await peer.close();
    assert.equal(desk.person.windows.length, 0);
    assert.match(all.server.log(), /machine token given/);
    assert.ok(!all.server.log().includes('s3cret-web'));
  });

  test('an expired secret, and an application that is not on the list, are told why', async () => {
    const ask = async (id, secret) => {
      const answer = await fetch(`${all.server.origin}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      return { status: answer.status, ...(await answer.json()) };
    };
    const expired = await ask(WEB, 'old-web');
    assert.deepEqual([expired.status, expired.error], [401, 'invalid_client']);
    assert.match(expired.error_description, /has expired.*AADSTS7000222/);
    const wrong = await ask(WEB, 'nonsense');
    assert.match(wrong.error_description, /not the Secret ID.*AADSTS7000215/);
    const stranger = await ask(APP, 'x');
    assert.deepEqual([stranger.status, stranger.error], [400, 'unauthorized_client']);
    assert.match(stranger.error_description, /OIDCPROXY_MACHINE_CLIENTS/);
  });
});
