// SPDX-License-Identifier: MIT
// What real clients stumble over, one test for each: the request a client makes, and the answer that keeps it going.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Person } from './lib/desk.mjs';
import { startAll, startServer } from './lib/programs.mjs';
import { callTool, Client, fetchCode, post, raw, rpc, signIn } from './lib/signin.mjs';

const TOOL = 'zia_list_rule_labels';
const SUPPORTED = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'];
const hello = (id = 1) => rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } }, id);
const meta = (version) => ({
  _meta: { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {}, 'io.modelcontextprotocol/clientInfo': { name: 'e2e', version: '1' } },
});

let all;
let origin;
let session; // alice's, through a client of its own
before(async () => {
  all = await startAll();
  origin = all.server.origin;
  session = await signIn(all.server);
});
after(() => all.stop());

const get = (where, options) => fetch(origin + where, { redirect: 'manual', ...options });
const json = async (where, options) => (await get(where, options)).json();
const resourceMetadata = () => json('/.well-known/oauth-protected-resource/mcp');
const serverMetadata = () => json('/.well-known/oauth-authorization-server');
const register = (body) =>
  get('/register', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ redirect_uris: ['http://localhost:6274/callback'], ...body }) });
const registered = async (body) => {
  const answer = await register(body);
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
};

// The parameters that the browser carried to Entra in the sign-in of `browser`.
async function sentToEntra(query, client = new Client(all.server)) {
  const browser = new Browser();
  const seen = [];
  browser.log = (line) => seen.push(line);
  if (!client.id) await client.register();
  const url = new URL(client.begin());
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const end = await browser.walk(url.toString(), { until: client.redirect });
  assert.ok(end.params?.get('code'), end.html);
  const entries = await all.emulator.journal();
  const at = entries.filter((entry) => entry.endpoint === 'authorize').at(-1);
  return { parameters: at.parameters, end, client };
}

describe('metadata and discovery', () => {
  test('the resource is the configured URL, byte for byte; with a slash behind there is nothing', async () => {
    assert.equal((await resourceMetadata()).resource, all.server.url);
    assert.equal((await get('/mcp/')).status, 404);
    assert.equal((await get('/.well-known/oauth-protected-resource/mcp/')).status, 404);
  });

  test('a pinned public name is used everywhere, whatever the Host header says', async (t) => {
    const pinned = await startServer({ ...all, home: all.home, env: { OIDCPROXY_BASE_URL: 'https://mcp.example.com' } });
    t.after(() => pinned.stop());
    const answer = await fetch(pinned.url);
    assert.match(answer.headers.get('www-authenticate'), /resource_metadata="https:\/\/mcp\.example\.com\/\.well-known\/oauth-protected-resource\/mcp"/);
    const prm = await (await fetch(`${pinned.origin}/.well-known/oauth-protected-resource/mcp`)).json();
    assert.deepEqual([prm.resource, ...prm.authorization_servers], ['https://mcp.example.com/mcp', 'https://mcp.example.com']);
  });

  test('protected-resource metadata stands at the path form and at the root form', async () => {
    assert.deepEqual(await json('/.well-known/oauth-protected-resource'), await resourceMetadata());
    const challenge = (await get('/mcp')).headers.get('www-authenticate');
    assert.ok(challenge.includes(`resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`));
  });

  test('one issuer string without a slash: resource metadata, server metadata, iss, token', async () => {
    const { issuer } = await serverMetadata();
    assert.equal(issuer, origin);
    assert.deepEqual((await resourceMetadata()).authorization_servers, [issuer]);
    assert.equal(session.end.params.get('iss'), issuer);
    const claims = JSON.parse(Buffer.from(session.token.split('.')[1], 'base64url'));
    assert.equal(claims.iss, issuer);
    for (const where of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/mcp', '/mcp/.well-known/openid-configuration'])
      assert.equal((await json(where)).issuer, issuer, where);
  });

  test('unknown well-known paths are a plain 404 in JSON', async () => {
    for (const where of ['/.well-known/nonsense', '/.well-known/oauth-protected-resource/other']) {
      const answer = await get(where);
      assert.equal(answer.status, 404, where);
      assert.match(answer.headers.get('content-type'), /^application\/json/);
      await answer.json();
    }
  });

  test('metadata may be fetched before every request: 300 times in a row', async () => {
    for (let i = 0; i < 10; i++) {
      const answers = await Promise.all(Array.from({ length: 30 }, () => get('/.well-known/oauth-authorization-server')));
      for (const answer of answers) assert.equal(answer.status, 200, await answer.text());
    }
  });

  test('S256, none, refresh_token and iss are announced', async () => {
    const metadata = await serverMetadata();
    assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
    assert.ok(metadata.token_endpoint_auth_methods_supported.includes('none'));
    assert.ok(metadata.grant_types_supported.includes('refresh_token'));
    assert.deepEqual(metadata.response_types_supported, ['code']);
    assert.equal(metadata.authorization_response_iss_parameter_supported, true);
  });
});

describe('scopes', () => {
  test('offline_access is not announced, refresh tokens come anyway', async () => {
    assert.ok(!(await serverMetadata()).scopes_supported.includes('offline_access'));
    assert.ok(session.refreshToken);
  });

  test('prompt, scope, resource and login_hint of the client do not reach Entra', async () => {
    const { parameters } = await sentToEntra({ prompt: 'consent', scope: 'mcp offline_access api://other/x', login_hint: 'dave@fabrikam.example' });
    assert.equal(parameters.prompt, undefined);
    assert.equal(parameters.login_hint, undefined);
    assert.equal(parameters.scope, 'openid profile offline_access');
  });

  test('empty, missing and unknown scopes mean the default; the answer says which', async () => {
    for (const scope of ['', 'mcp', 'anything else']) {
      const { end, client } = await sentToEntra({ scope });
      const { status, body } = await client.redeem(end.params.get('code'), { scope });
      assert.deepEqual([status, body.scope], [200, 'mcp'], scope);
    }
    assert.equal((await registered({ scope: '' })).scope, 'mcp');
  });

  test('Entra never sees resource: not at authorize, token or refresh (AADSTS9010010)', async () => {
    const { parameters, end, client } = await sentToEntra({ resource: all.server.url });
    assert.equal(parameters.resource, undefined);
    const { body } = await client.redeem(end.params.get('code'), { resource: all.server.url });
    const refreshed = await client.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token, resource: all.server.url });
    assert.equal(refreshed.status, 200, JSON.stringify(refreshed.body));
    const tokenCalls = (await all.emulator.journal()).filter((entry) => entry.endpoint === 'token').slice(-2);
    assert.deepEqual(tokenCalls.map((entry) => entry.parameters.grant_type), ['authorization_code', 'refresh_token']);
    for (const entry of tokenCalls) assert.equal(entry.parameters.resource, undefined);
  });
});

describe('registration', () => {
  test('Cursor registers three redirect URIs at once, one of a scheme of its own', async () => {
    const redirect_uris = ['cursor://anysphere.cursor-mcp/oauth/callback', 'http://localhost:8787/callback', 'https://www.cursor.com/agents/mcp/oauth/callback'];
    assert.deepEqual((await registered({ redirect_uris, application_type: 'web' })).redirect_uris, redirect_uris);
  });

  test('redirect URIs that would run something are dropped beside good ones, refused alone', async () => {
    const good = 'http://localhost:8787/callback';
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'http://localhost:1/cb#x', 'http://user@localhost:1/cb', 'http://evil.example/cb', 'https://evil.example/cb']) {
      assert.deepEqual((await registered({ redirect_uris: [bad, good] })).redirect_uris, [good], bad);
      const alone = await register({ redirect_uris: [bad] });
      assert.equal(alone.status, 400, bad);
      assert.equal((await alone.json()).error, 'invalid_redirect_uri');
    }
  });

  test('loopback ports vary: VS Code’s portless URI, slash kept, works with any port', async () => {
    const client = new Client(all.server, { redirect: 'http://127.0.0.1:33418/' });
    assert.deepEqual((await client.register({ redirect_uris: ['http://127.0.0.1/', 'http://127.0.0.1:33418/', 'https://vscode.dev/redirect'] })).status, 201);
    client.redirect = 'http://127.0.0.1:21999/';
    const { code, end } = await fetchCode(all.server, { client });
    assert.ok(end.url.startsWith('http://127.0.0.1:21999/?code='));
    assert.equal((await client.redeem(code)).status, 200);
    client.redirect = 'http://127.0.0.1:21999/other';
    assert.equal((await get(client.begin().slice(origin.length))).status, 400, 'but no other path');
  });

  test('no token_endpoint_auth_method asked for: none, and the answer says so', async () => {
    for (const asked of [undefined, 'client_secret_basic', 'client_secret_post']) {
      const answer = await registered({ token_endpoint_auth_method: asked });
      assert.equal(answer.token_endpoint_auth_method, 'none');
      assert.equal(answer.client_secret, undefined);
      for (const name of ['client_id', 'client_id_issued_at', 'redirect_uris', 'grant_types', 'response_types', 'scope']) assert.ok(answer[name], name);
    }
  });

  test('unknown members and the device grant do not hurt', async () => {
    await registered({
      application_type: 'native', software_id: '2e6dc280', software_version: '0.15.1', client_uri: 'https://example.com', contacts: ['a@example.com'], jwks: null, x: { y: [1] },
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    });
  });

  test('registrations are many: the same metadata gives the same client, and 200 cost nothing', async () => {
    const ids = new Set();
    for (let i = 0; i < 200; i++) ids.add((await registered({ client_name: 'Claude' })).client_id);
    assert.equal(ids.size, 1);
    assert.notEqual((await registered({ client_name: 'Other' })).client_id, [...ids][0]);
  });

  test('a forgotten client: 401 invalid_client at the token endpoint, an error page at authorize', async () => {
    const client = new Client(all.server);
    client.id = `${session.client.id.slice(0, -4)}AAAA`;
    const { status, body } = await client.refresh(session.refreshToken);
    assert.deepEqual([status, body.error], [401, 'invalid_client']);
    const page = await get(client.begin().slice(origin.length));
    assert.equal(page.status, 400);
    assert.match(page.headers.get('content-type'), /^text\/html/);
    assert.equal(page.headers.get('location'), null);
  });

  test('registrations survive a restart', async () => {
    await all.restartServer();
    const { code } = await fetchCode(all.server, { client: session.client });
    assert.equal((await session.client.redeem(code)).status, 200);
  });

  test('the registration endpoint is announced where clients also guess it', async () => {
    assert.equal((await serverMetadata()).registration_endpoint, `${origin}/register`);
  });
});

describe('authorization and tokens', () => {
  test('access tokens live longer than the minute before which clients refresh', () => {
    assert.ok(session.answer.expires_in >= 600);
  });

  test('a repeated sign-in asks for nothing but Continue', async () => {
    const { browser, client } = session;
    const pages = browser.pages.length;
    await fetchCode(all.server, { browser, client });
    assert.deepEqual(browser.pages.slice(pages).map((page) => /<h1>([^<]*)/.exec(page.html)[1]), ['Continue to sign-in']);
  });

  test('refresh races: the token before gives the same successor, even five times at once', async () => {
    const { client, refreshToken } = await signIn(all.server);
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.refresh(refreshToken)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 1);
    assert.notEqual(answers[0].body.refresh_token, refreshToken);
  });

  test('a dead refresh token: 400 invalid_grant', async () => {
    const { status, body } = await session.client.refresh(`${session.refreshToken.slice(0, -6)}AAAAAA`);
    assert.deepEqual([status, body.error], [400, 'invalid_grant']);
  });

  test('scope and resource on refresh are taken, and widen nothing', async () => {
    const { client, refreshToken } = await signIn(all.server);
    const { status, body } = await client.token({ grant_type: 'refresh_token', refresh_token: refreshToken, scope: 'mcp admin', resource: all.server.url });
    assert.deepEqual([status, body.scope], [200, 'mcp']);
  });

  test('resource: ours, our origin, with or without slash, or none; another is invalid_target', async () => {
    for (const resource of [all.server.url, `${all.server.url}/`, origin, `${origin}/`]) {
      const { end, client } = await sentToEntra({ resource });
      assert.equal((await client.redeem(end.params.get('code'), { resource })).status, 200, resource);
    }
    const { code, client } = await fetchCode(all.server);
    const { status, body } = await client.redeem(code, { resource: 'https://other.example/mcp' });
    assert.deepEqual([status, body.error], [400, 'invalid_target']);
    assert.equal((await client.redeem(code)).status, 200, 'the code was not spent by that');
    const url = new URL(client.begin());
    url.searchParams.set('resource', 'https://other.example/mcp');
    const back = await get(url.pathname + url.search);
    assert.match(back.headers.get('location') ?? '', /error=invalid_target/);
  });

  test('the page says that clients wait for a while only', async () => {
    const client = new Client(all.server);
    await client.register();
    const page = { html: await (await get(client.begin().slice(origin.length))).text() };
    assert.match(Person.read(page), /wait for a while only.* start again from your application/);
  });

  test('a loopback listener may not be up yet: always a page first, with no script and no frame', async () => {
    const { browser, client } = session;
    const url = client.begin();
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: browser.cookies(url), 'sec-fetch-site': 'none' } });
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/);
    const html = await answer.text();
    assert.doesNotMatch(html, /<script/i);
    assert.match(html, /<form [^>]*method="post"/);
  });

  test('consent refused: access_denied with state and iss', async () => {
    const client = new Client(all.server);
    const { end } = await fetchCode(all.server, { client, browser: new Browser({ refuse: true }) });
    assert.deepEqual(['error', 'state', 'iss'].map((name) => end.params.get(name)), ['access_denied', client.state, origin]);
  });

  test('errors at the token endpoint: JSON that nobody stores', async () => {
    const { status, headers, body } = await session.client.token({ grant_type: 'password' });
    assert.deepEqual([status, body.error], [400, 'unsupported_grant_type']);
    assert.ok(body.error_description);
    assert.match(headers.get('cache-control'), /no-store/);
  });

  test('client id in a percent-encoded Basic header', async () => {
    const { code, client } = await fetchCode(all.server);
    const id = [...client.id].map((c) => (/[-_]/.test(c) ? `%${c.charCodeAt(0).toString(16)}` : c)).join('');
    const answer = await get('/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${btoa(`${id}:`)}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: client.redirect, code_verifier: client.verifier }).toString(),
    });
    assert.equal(answer.status, 200, await answer.text());
  });

  test('web pages may call metadata, register and token; authorize and consent are for navigation only', async () => {
    const from = { origin: 'http://localhost:6274' };
    for (const where of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-authorization-server', '/mcp'])
      assert.ok((await get(where, { headers: from })).headers.get('access-control-allow-origin'), where);
    for (const where of ['/token', '/register', '/mcp']) {
      const answer = await get(where, { method: 'OPTIONS', headers: { ...from, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } });
      assert.equal(answer.status, 204, where);
      for (const name of ['Authorization', 'Content-Type', 'MCP-Protocol-Version', 'Mcp-Session-Id', 'Mcp-Method', 'Mcp-Name', 'Last-Event-ID'])
        assert.ok(answer.headers.get('access-control-allow-headers').includes(name), `${where}: ${name}`);
    }
    for (const name of ['Mcp-Session-Id', 'WWW-Authenticate']) assert.ok((await get('/mcp', { headers: from })).headers.get('access-control-expose-headers').includes(name));
    for (const where of [session.client.begin().slice(origin.length), '/consent'])
      assert.equal((await get(where, { headers: from })).headers.get('access-control-allow-origin'), null, where);
  });
});

describe('MCP', () => {
  test('401 before anything else: GET, POST and DELETE without a token, whatever they carry', async () => {
    for (const method of ['GET', 'POST', 'DELETE'])
      for (const headers of [{}, { accept: 'text/html', 'mcp-session-id': 'x', 'content-type': 'text/plain' }]) {
        const answer = await get('/mcp', { method, headers, ...(method === 'POST' && { body: 'no json' }) });
        assert.equal(answer.status, 401, method);
        assert.ok(answer.headers.get('www-authenticate'));
      }
  });

  test('the challenge: one Bearer, quoted values, invalid_token only when a token came', async () => {
    const without = (await get('/mcp')).headers.get('www-authenticate');
    const withBad = (await get('/mcp', { headers: { authorization: 'Bearer nonsense' } })).headers.get('www-authenticate');
    for (const challenge of [without, withBad]) {
      assert.match(challenge, /^Bearer [a-z_]+="[^"]*"(, [a-z_]+="[^"]*")*$/);
      assert.match(challenge, /scope="mcp"/);
      assert.match(challenge, /resource_metadata="/);
      assert.equal(challenge.match(/Bearer/g).length, 1);
    }
    assert.doesNotMatch(without, /error=/);
    assert.match(withBad, /error="invalid_token"/);
  });

  test('nobody cleans up sessions: 2000 of them leave the server small, and no stream stays open', async () => {
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 100 }, () => post(all.server, session.token, hello())));
    const { readFileSync } = await import('node:fs');
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${all.server.child.pid}/status`, 'utf8'))[1]);
    assert.ok(rss < 64 * 1024, `${rss} KB`);
    const answer = await get('/mcp', { headers: { accept: 'text/event-stream', authorization: `Bearer ${session.token}` } });
    assert.equal(answer.status, 405);
  });

  test('an unknown or ended session is 404; a call without any works; a session survives a restart', async () => {
    const id = (await post(all.server, session.token, hello())).headers.get('mcp-session-id');
    const within = (value) => ({ headers: { 'mcp-session-id': value, 'mcp-protocol-version': '2025-11-25' } });
    assert.equal((await post(all.server, session.token, rpc('tools/list'), within('nonsense'))).status, 404);
    assert.equal((await callTool(all.server, session.token, TOOL)).status, 200);
    if (!id) return;
    await all.restartServer();
    assert.equal((await post(all.server, session.token, rpc('tools/list'), within(id))).status, 200);
    const end = () => get('/mcp', { method: 'DELETE', headers: { authorization: `Bearer ${session.token}`, 'mcp-session-id': id } });
    assert.deepEqual([(await end()).status, (await end()).status], [200, 404]);
    assert.equal((await post(all.server, session.token, rpc('tools/list'), within(id))).status, 404);
  });

  test('a second initialize with a version header and without a session; ids are strings, integers, 0', async () => {
    for (const id of ['mcp-remote-reinit-1', 7, 0]) {
      const { status, body } = await post(all.server, session.token, hello(id), { headers: { 'mcp-protocol-version': '2025-11-25' } });
      assert.deepEqual([status, body.id], [200, id]);
    }
  });

  test('Mcp-Method and Mcp-Name alone do not make a request of the stateless era', async () => {
    const headers = { 'mcp-method': 'tools/call', 'mcp-name': TOOL, 'mcp-protocol-version': '2025-11-25' };
    const { status, body } = await callTool(all.server, session.token, TOOL, {}, { headers });
    assert.equal(status, 200);
    assert.equal(body.result.resultType, undefined, 'a legacy answer');
  });

  test('server/discover first: 401 without a token, then an answer, and a clear word on versions we do not speak', async () => {
    const discover = (version, token) => post(all.server, token, rpc('server/discover', meta(version)), { headers: { 'mcp-protocol-version': version, 'mcp-method': 'server/discover' } });
    assert.equal((await discover('2026-07-28')).status, 401);
    assert.equal((await discover('2026-07-28', session.token)).status, 200);
    const { status, body } = await discover('2099-01-01', session.token);
    assert.deepEqual([status, body.error.code], [400, -32022]);
    assert.ok(body.error.data.supported.every((version) => SUPPORTED.includes(version)));
  });

  test('listChanged is not announced, since the list does not change', async () => {
    const { body } = await post(all.server, session.token, hello());
    assert.ok(!body.result.capabilities.tools.listChanged);
  });

  test('plain JSON where a client takes both', async () => {
    const { headers } = await callTool(all.server, session.token, TOOL);
    assert.match(headers.get('content-type'), /^application\/json/);
  });

  test('notifications: 202 with nothing; logging/setLevel only where logging is announced', async () => {
    const { status, text } = await post(all.server, session.token, { jsonrpc: '2.0', method: 'notifications/initialized' });
    assert.deepEqual([status, text], [202, '']);
    const { capabilities } = (await post(all.server, session.token, hello())).body.result;
    const level = await post(all.server, session.token, rpc('logging/setLevel', { level: 'info' }));
    assert.equal(Boolean(level.body.result), Boolean(capabilities.logging));
  });

  test('two initializes at the same moment by one person: both work', async () => {
    const both = await Promise.all(['mcp-remote-fallback-test', 'claude-ai (via mcp-remote 0.15.1)'].map((name) => {
      const request = hello();
      request.params.clientInfo.name = name;
      return post(all.server, session.token, request);
    }));
    assert.deepEqual(both.map(({ status }) => status), [200, 200]);
  });

  test('a foreign Origin is refused; none, our own and localhost pass', async () => {
    const ping = (headers) => post(all.server, session.token, rpc('ping'), { headers });
    assert.equal((await ping({ origin: 'https://evil.example' })).status, 403);
    assert.equal((await ping({ origin: 'http://localhost.evil.example' })).status, 403);
    for (const headers of [{}, { origin }, { origin: 'http://localhost:6274' }, { origin: 'http://127.0.0.1:1' }]) assert.equal((await ping(headers)).status, 200, headers.origin);
  });

  test('a foreign Host: a token is worth nothing under it, and an open server refuses it', async (t) => {
    const head = (host, more = '') => `POST /mcp HTTP/1.1\r\nHost: ${host}\r\n${more}Content-Type: application/json\r\nContent-Length: 40\r\nConnection: close\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"ping"}`;
    const bearer = `Authorization: Bearer ${session.token}\r\nAccept: application/json, text/event-stream\r\n`;
    assert.match(await raw(all.server.port, head(`localhost:${all.server.port}`, bearer)), /^HTTP\/1.1 200/);
    assert.match(await raw(all.server.port, head('evil.example', bearer)), /^HTTP\/1.1 401/);
    const open = await startServer({ oneapi: all.oneapi, home: all.home, args: ['--transport', 'streamable-http'], env: { ZSCALER_MCP_AUTH_ENABLED: 'false' } });
    t.after(() => open.stop());
    const accept = 'Accept: application/json, text/event-stream\r\n';
    for (const host of ['localhost:1', '127.0.0.1', `localhost:${open.port}`]) assert.match(await raw(open.port, head(host, accept)), /^HTTP\/1.1 200/, host);
    assert.match(await raw(open.port, head('evil.example', accept)), /^HTTP\/1.1 4(03|21)/);
  });
});
