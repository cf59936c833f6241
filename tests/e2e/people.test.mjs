// SPDX-License-Identifier: MIT
// Only certain people and only certain clients, over the real programs: lists of addresses, groups and roles as Entra ID
// tells them, somebody who leaves the group, tokens of the provider, and a server at which nobody registers.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ALICE, Browser } from './lib/browser.mjs';
import { Desk } from './lib/desk.mjs';
import { APP, guideEnv, program, scratch, start, startAll, startEmulator, startServer, TENANT } from './lib/programs.mjs';
import { Client, during, fetchCode, post, rpc, signIn } from './lib/signin.mjs';

const BOB = { login: 'bob@contoso.example', passwd: 'Pa55-bob' };
const IDS = { alice: '0a11ce00-0000-4000-8000-000000000001', bob: '0b0b0000-0000-4000-8000-000000000002' };
const GROUP = '6f0a0000-0000-4000-8000-000000000001';

let emulator, home;
before(async () => {
  home = scratch();
  emulator = await startEmulator();
  await emulator.control('PATCH', `apps/${APP}`, { groupMembershipClaims: 'SecurityGroup', api: { requestedAccessTokenVersion: 2 } });
  await emulator.control('PATCH', `users/${IDS.alice}`, { memberOf: [GROUP] });
});
after(async () => {
  await emulator.stop();
  home.remove();
});

const serverWith = (t, env) => during(t, startServer({ emulator, home: home.dir, env }));
const ping = (server, token) => post(server, token, rpc('ping'));
const as = (account) => new Browser({ account });

// The page instead of a code, and what the client hears who follows it.
async function refused(server, account, says) {
  const { code, end } = await fetchCode(server, { browser: as(account) });
  assert.equal(code, undefined);
  assert.equal(end.status, 403, end.html);
  assert.match(end.html, /This account may not use this server/);
  assert.match(end.html, says);
  assert.match(end.html, /Use another account/);
  assert.match(end.html, /error=access_denied/);
  await server.logged(new RegExp(`AUDIT event="sign-in refused" person=${account.login} .*reason="`));
  return end;
}

// What Entra ID gives to an application that runs the code flow by itself.
async function idpToken(user) {
  const redirect_uri = 'http://localhost/auth/callback';
  const verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  const base = `${emulator.url}/${TENANT}/oauth2/v2.0`;
  const query = { client_id: APP, response_type: 'code', redirect_uri, scope: `openid ${APP}/.default`, code_challenge, code_challenge_method: 'S256' };
  const away = await fetch(`${base}/authorize?${new URLSearchParams(query)}`, { redirect: 'manual', headers: { 'x-emu-user': user, 'x-emu-consent': 'accept' } });
  const code = new URL(away.headers.get('location')).searchParams.get('code');
  const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: APP, code, redirect_uri, code_verifier: verifier });
  return (await (await fetch(`${base}/token`, { method: 'POST', body })).json()).access_token;
}

describe('only certain people', () => {
  test('by address: the one is let in, the other is told, and may be somebody else', async (t) => {
    const server = await serverWith(t, { OIDCPROXY_ALLOWED_USERS: 'Alice@Contoso.example' });
    const { token } = await signIn(server);
    assert.equal((await ping(server, token)).status, 200);
    const jar = new Map();
    const client = new Client(server);
    const { end } = await fetchCode(server, { browser: new Browser({ account: BOB, jar }), client });
    const form = new Browser().form(end.url, end.html);
    assert.equal(form.fields.get('decision'), 'other');
    const cookie = new Browser({ jar }).cookies(end.url);
    const headers = { cookie, origin: server.origin, 'content-type': 'application/x-www-form-urlencoded' };
    const again = await fetch(form.url, { method: 'POST', redirect: 'manual', headers, body: form.fields.toString() });
    const asked = new URL(again.headers.get('location'));
    assert.equal(asked.searchParams.get('prompt'), 'select_account');
    const second = await new Browser({ jar: new Map([[new URL(server.origin).hostname, jar.get(new URL(server.origin).hostname)]]), account: ALICE }).walk(asked.toString(), { until: client.redirect });
    assert.equal((await client.redeem(second.params.get('code'))).status, 200);
  });

  test('by domain and by object id', async (t) => {
    const server = await serverWith(t, { OIDCPROXY_ALLOWED_USERS: `*@fabrikam.example,${IDS.bob.toUpperCase()}` });
    await signIn(server, { browser: as(BOB) });
    await refused(server, ALICE, /The account alice@contoso\.example is not among OIDCPROXY_ALLOWED_USERS/);
  });

  test('by group: out of the group, out at the next refresh, with all that was given', async (t) => {
    const server = await serverWith(t, { OIDCPROXY_ALLOWED_GROUPS: GROUP });
    const { client, token, refreshToken } = await signIn(server);
    const next = await client.refresh(refreshToken);
    assert.equal(next.status, 200);
    await emulator.control('PATCH', `users/${IDS.alice}`, { memberOf: [] });
    t.after(() => emulator.control('PATCH', `users/${IDS.alice}`, { memberOf: [GROUP] }));
    const last = await client.refresh(next.body.refresh_token);
    assert.equal(last.status, 400);
    assert.equal(last.body.error, 'invalid_grant');
    for (const each of [token, next.body.access_token]) assert.equal((await ping(server, each)).status, 401);
    await server.logged(/AUDIT event="person may not use this server any more, family revoked" person=alice@contoso\.example .*reason="the account alice@contoso\.example is not among OIDCPROXY_ALLOWED_GROUPS/);
  });

  test('in more groups than a token carries: told what helps; with an app role let in', async (t) => {
    const server = await serverWith(t, { OIDCPROXY_ALLOWED_GROUPS: `${GROUP},Mcp.User` });
    await refused(server, BOB, /more groups than a token can carry.*app role.*«Groups assigned to the application»/);
    await emulator.control('PATCH', `users/${IDS.bob}`, { roles: { [APP]: ['Mcp.User'] } });
    t.after(() => emulator.control('PATCH', `users/${IDS.bob}`, { roles: {} }));
    await signIn(server, { browser: as(BOB) });
  });

  test('tokens of the provider: 403 with the reason', async (t) => {
    const server = await serverWith(t, { OIDCPROXY_ALLOWED_USERS: IDS.alice });
    assert.equal((await ping(server, await idpToken(ALICE.login))).status, 200);
    const answer = await ping(server, await idpToken(BOB.login));
    assert.equal(answer.status, 403, answer.text);
    assert.equal(answer.body.error, 'access_denied');
    assert.match(answer.body.error_description, /is not among OIDCPROXY_ALLOWED_USERS/);
  });

  test('doctor says who may', async () => {
    const env = { ...guideEnv(emulator), HOME: home.dir, OIDCPROXY_ALLOWED_USERS: 'a@contoso.example,b@contoso.example', OIDCPROXY_REGISTRATION: 'closed' };
    const running = await start(program('zscaler-mcp'), ['doctor'], { env });
    await running.exited;
    assert.match(running.log(), /✓ +who may +people: only those of OIDCPROXY_ALLOWED_USERS \(2\)/);
    assert.match(running.log(), /✓ +who may +clients: only those that OIDCPROXY_CLIENTS and/);
    assert.match(running.log(), /! +settings +OIDCPROXY_REGISTRATION=closed, but neither OIDCPROXY_CLIENTS/);
  });

  test('lists that say nothing stop the start', async (t) => {
    for (const [name, value] of [['OIDCPROXY_ALLOWED_USERS', ','], ['OIDCPROXY_ALLOWED_GROUPS', ' , '], ['OIDCPROXY_ALLOWED_USERS', '*']]) {
      const started = startServer({ emulator, home: home.dir, env: { [name]: value } });
      await assert.rejects(started.then((server) => server.stop()), new RegExp(name));
    }
  });
});

describe('only clients that an administrator named', () => {
  let all;
  const named = [{ client_id: 'team', client_name: 'The team', redirect_uris: ['http://localhost/oauth/callback', 'http://localhost/callback'] }];
  before(async () => (all = await startAll({ env: { OIDCPROXY_REGISTRATION: 'closed', OIDCPROXY_CLIENTS: JSON.stringify(named) } })));
  after(() => all.stop());

  test('mcp-remote with the id it was given works', async (t) => {
    const desk = Desk.during(t);
    const peer = await desk.mcpRemote(all.server.url, { args: ['--static-oauth-client-info', JSON.stringify({ client_id: 'team' })] });
    await peer.initialize();
    const result = await peer.request('tools/call', { name: 'zia_list_rule_labels', arguments: {} });
    assert.ok(result.structuredContent.result.length > 0);
    await peer.close();
  });

  test('zscaler-mcp try: says so without an id, works with one', async () => {
    for (const [args, code, says] of [
      [[], 1, /takes only clients that its administrator has named.*--client-id/],
      [['--client-id', 'team'], 0, /is client team, as given[\s\S]*this deployment works/],
    ]) {
      const running = await start(program('zscaler-mcp'), ['try', all.server.url, '--account', `${ALICE.login}:${ALICE.passwd}`, '--tool', 'zia_list_rule_labels', ...args]);
      assert.equal((await running.exited).code, code, running.log());
      assert.match(running.log(), says);
    }
  });

  test('nobody registers, and the application id is no way round', async () => {
    const metadata = await (await fetch(`${all.server.origin}/.well-known/oauth-authorization-server`)).json();
    assert.equal(metadata.registration_endpoint, undefined);
    assert.equal(metadata.client_id_metadata_document_supported, undefined);
    const client = new Client(all.server);
    const { status, body } = await client.register();
    assert.equal(status, 403);
    assert.equal(body.error, 'access_denied');
    assert.match(body.error_description, /OIDCPROXY_CLIENTS/);
    for (const id of [APP, 'https://claude.ai/oauth/claude-code-client-metadata']) {
      client.id = id;
      const page = await new Browser().walk(client.begin(), { until: client.redirect });
      assert.equal(page.status, 400);
      assert.match(page.html, /Ask the administrator of this server to name this application/);
    }
    assert.match(await (await fetch(`${all.server.origin}/`, { headers: { accept: 'text/html' } })).text(), /only those that the administrator has named/);
  });
});
