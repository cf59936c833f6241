// SPDX-License-Identifier: MIT
// Identity providers other than Entra ID: the certified npm oidc-provider, configured in both namings and with every way
// to prove who the client is; and what happens when its document, its tokens or its answers are not as they should be.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser, DAVE } from './lib/browser.mjs';
import { ADA, API, SECRET, startProvider } from './lib/oidc.mjs';
import { freePort, guideEnv, program, scratch, sleep, start, startEmulator, startServer, TENANT } from './lib/programs.mjs';
import { Client, during, fetchCode, post, rpc, signIn } from './lib/signin.mjs';

let provider, home;
before(async () => {
  home = scratch();
  provider = await startProvider();
});
after(async () => {
  await provider.stop();
  home.remove();
});

const ada = (more = {}) => ({ browser: new Browser({ account: ADA, ...more }) });
const ping = (server, token) => post(server, token, rpc('ping'));
const discovered = (client, more = {}) => ({ OIDCPROXY_CONFIG_URL: provider.configUrl, OIDCPROXY_CLIENT_ID: client, ...more });
const explicit = (client, more = {}) => ({
  OIDCPROXY_AUTH_ISSUER: provider.url,
  OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT: `${provider.url}/auth`,
  OIDCPROXY_AUTH_TOKEN_ENDPOINT: `${provider.url}/token`,
  OIDCPROXY_AUTH_JWKS_URI: `${provider.url}/jwks`,
  OIDCPROXY_AUTH_CLIENT_ID: client,
  ...more,
});
const serverWith = (t, env, more = {}) => during(t, startServer({ home: home.dir, env, ...more }));

function keyFile(key, name, mode = 0o600) {
  const file = path.join(home.dir, name);
  writeFileSync(file, key.pem, { mode });
  return file;
}

// Signs in, calls, refreshes twice: the second time only works with what the first one brought.
async function wholeLife(server) {
  const flow = await signIn(server, ada());
  assert.equal((await ping(server, flow.token)).status, 200);
  const first = await flow.client.refresh(flow.refreshToken);
  assert.equal(first.status, 200, JSON.stringify(first.body));
  const second = await flow.client.refresh(first.body.refresh_token);
  assert.equal(second.status, 200, JSON.stringify(second.body));
  assert.equal((await ping(server, second.body.access_token)).status, 200);
  return flow;
}

describe('namings and credentials', () => {
  const rows = {
    "the Python server's naming, Basic secret": () => discovered('basic', { OIDCPROXY_CLIENT_SECRET: SECRET, ZSCALER_MCP_AUTH_MODE: 'oidc', ZSCALER_MCP_AUTH_ENABLED: 'true' }),
    'the same, secret in the body': () => discovered('post', { OIDCPROXY_CLIENT_SECRET: SECRET }),
    'the same, public': () => discovered('public'),
    'explicit endpoints, public': () => explicit('public'),
    'explicit endpoints, secret in the body': () => explicit('post', { OIDCPROXY_AUTH_CLIENT_SECRET: SECRET }),
    'explicit endpoints, Basic secret': () => explicit('basic', { OIDCPROXY_AUTH_CLIENT_SECRET: SECRET }),
    'the issuer alone': () => ({ OIDCPROXY_AUTH_ISSUER: provider.url, OIDCPROXY_AUTH_CLIENT_ID: 'public' }),
    'a mixture of both': () => ({ OIDCPROXY_AUTH_ISSUER: provider.url, OIDCPROXY_CLIENT_ID: 'basic', OIDCPROXY_AUTH_CLIENT_SECRET: SECRET }),
    'an RSA key': () => discovered('rsa', { OIDCPROXY_AUTH_CLIENT_KEY: keyFile(provider.keys.rsa, 'rsa.pem') }),
    'an elliptic key with its name': () => discovered('ec', { OIDCPROXY_AUTH_CLIENT_KEY: keyFile(provider.keys.ec, 'ec.pem'), OIDCPROXY_AUTH_CLIENT_KEY_ID: 'ec-key' }),
    'a key as text, explicit endpoints': () => explicit('rsa', { OIDCPROXY_AUTH_CLIENT_KEY: provider.keys.rsa.pem.replaceAll('\n', '\\n') }),
  };
  for (const [name, env] of Object.entries(rows))
    test(name, async (t) => {
      const server = await serverWith(t, env());
      await wholeLife(server);
      assert.doesNotMatch(server.log(), /a secret: with|BEGIN PRIVATE KEY/);
    });

  test('a mixture is told, with what came from where', async (t) => {
    const server = await serverWith(t, rows['a mixture of both']());
    assert.match(server.log(), /two namings.*issuer from OIDCPROXY_AUTH_ISSUER, client from OIDCPROXY_CLIENT_ID, secret from OIDCPROXY_AUTH_CLIENT_SECRET/);
  });

  test('a provider that wants PS256 gets it', async (t) => {
    const only = await startProvider({ change: (c) => ({ ...c, enabledJWA: { clientAuthSigningAlgValues: ['PS256'] } , clients: c.clients.filter((one) => !['rsa', 'ec', 'elsewhere-ec'].includes(one.client_id)) }) });
    t.after(() => only.stop());
    const server = await serverWith(t, { OIDCPROXY_CONFIG_URL: only.configUrl, OIDCPROXY_CLIENT_ID: 'ps', OIDCPROXY_AUTH_CLIENT_KEY: only.keys.ps.pem });
    await signIn(server, ada());
  });

  test('the way that a secret was accepted is remembered', async (t) => {
    const server = await serverWith(t, rows['the same, secret in the body']());
    const start = provider.asked('/token').length;
    const flow = await signIn(server, ada());
    assert.equal(provider.asked('/token').length, start + 2); // in the header, refused; in the body
    await flow.client.refresh(flow.refreshToken);
    assert.equal(provider.asked('/token').length, start + 3);
  });

  test('a wrong secret is explained to the administrator', async (t) => {
    const server = await serverWith(t, discovered('basic', { OIDCPROXY_CLIENT_SECRET: 'wrong' }));
    const { end } = await fetchCode(server, ada());
    assert.equal(end.status, 400);
    assert.match(end.html, /invalid_client|secret/i);
    assert.match(server.log(), /did not complete a sign-in/);
  });

  test('a key file that others can read is told', async (t) => {
    const server = await serverWith(t, discovered('rsa', { OIDCPROXY_AUTH_CLIENT_KEY: keyFile(provider.keys.rsa, 'open.pem', 0o644) }));
    assert.match(server.log(), /chmod 600/);
  });
});

describe('a code to enter, from the discovered endpoint', () => {
  for (const [name, client, env] of [
    ['public client', 'elsewhere', () => ({})],
    ['Basic secret', 'elsewhere-basic', () => ({ OIDCPROXY_CLIENT_SECRET: SECRET })],
    ['key', 'elsewhere-ec', () => ({ OIDCPROXY_AUTH_CLIENT_KEY: provider.keys.ec.pem })],
  ])
    test(name, async (t) => {
      const server = await serverWith(t, discovered(client, env()));
      const flow = await signIn(server, ada());
      assert.equal((await ping(server, flow.token)).status, 200);
      assert.ok(provider.asked('/device/auth').length > 0);
    });
});

describe('tokens of the provider as bearers', () => {
  test('a JWT access token for the configured audience', async (t) => {
    const server = await serverWith(t, discovered('public', { OIDCPROXY_AUDIENCE: API }));
    assert.equal((await ping(server, await provider.machineToken('machine', 'mcp.read'))).status, 200);
    const { token } = await signIn(server, ada()); // and people sign in beside it
    assert.equal((await ping(server, token)).status, 200);
  });

  test('one for another audience', async (t) => {
    const server = await serverWith(t, discovered('public', { OIDCPROXY_AUDIENCE: API }));
    const answer = await ping(server, await provider.machineToken('machine', 'mcp.read', 'https://other.example.com/'));
    assert.equal(answer.status, 401);
    assert.match(answer.body.error_description, /invalid_audience.*https:\/\/other\.example\.com.*OIDCPROXY_AUDIENCE/);
  });

  test('one of an application that is not allowed', async (t) => {
    const server = await serverWith(t, discovered('public', { OIDCPROXY_AUDIENCE: API, OIDCPROXY_ALLOWED_CLIENTS: 'machine' }));
    assert.equal((await ping(server, await provider.machineToken('machine', 'mcp.read'))).status, 200);
    const answer = await ping(server, await provider.machineToken('stranger', 'mcp.read'));
    assert.equal(answer.status, 403);
    assert.match(answer.body.error_description, /stranger.*OIDCPROXY_ALLOWED_CLIENTS/);
  });

  test('one that lacks a required scope is told all that it needs', async (t) => {
    const server = await serverWith(t, discovered('public', { OIDCPROXY_AUDIENCE: API, OIDCPROXY_REQUIRED_SCOPES: 'mcp.write' }));
    const answer = await ping(server, await provider.machineToken('machine', 'mcp.read'));
    assert.equal(answer.status, 403);
    assert.equal(answer.body.error, 'insufficient_scope');
    assert.match(answer.headers.get('www-authenticate'), /error="insufficient_scope".*scope="mcp\.write mcp\.read"/);
    assert.equal((await ping(server, await provider.machineToken('machine', 'mcp.read mcp.write'))).status, 200);
    const { token } = await signIn(server, ada()); // who signs in here has everything: no step-up, no loop
    assert.equal((await ping(server, token)).status, 200);
  });

  test('an ID token opens nothing, unless that is switched on', async (t) => {
    const { id_token } = await directSignIn(provider);
    const strict = await serverWith(t, discovered('public'));
    assert.equal((await ping(strict, id_token)).status, 401);
    const open = await serverWith(t, discovered('public', { OIDCPROXY_ACCEPT_ID_TOKENS: 'true' }));
    assert.equal((await ping(open, id_token)).status, 200);
    const other = await serverWith(t, discovered('basic', { OIDCPROXY_CLIENT_SECRET: SECRET, OIDCPROXY_ACCEPT_ID_TOKENS: 'true' }));
    assert.equal((await ping(other, id_token)).status, 401); // made for another client
  });
});

// The provider's own code flow, without this server in between.
async function directSignIn(at) {
  const verifier = 'v'.repeat(43);
  const redirect = 'http://localhost:1/auth/callback';
  const url = `${at.url}/auth?${new URLSearchParams({ client_id: 'public', response_type: 'code', redirect_uri: redirect, scope: 'openid', nonce: 'n', code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' })}`;
  const end = await new Browser({ account: ADA }).walk(url, { until: redirect });
  const answer = await fetch(`${at.url}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'public', code: end.params.get('code'), redirect_uri: redirect, code_verifier: verifier }),
  });
  return answer.json();
}

describe('without a client id: the provider signs people in, not this server', () => {
  let server;
  before(async () => {
    server = await startServer({
      home: home.dir,
      env: { OIDCPROXY_CONFIG_URL: provider.configUrl, OIDCPROXY_AUDIENCE: API, OIDCPROXY_REQUIRED_SCOPES: 'mcp.read,mcp.write', ZSCALER_MCP_AUTH_MODE: 'oidc' },
    });
  });
  after(() => server.stop());

  test('the metadata names the provider and the scopes', async () => {
    for (const where of ['', '/mcp']) {
      const answer = await fetch(`${server.origin}/.well-known/oauth-protected-resource${where}`);
      assert.equal(answer.status, 200);
      const body = await answer.json();
      assert.equal(body.resource, server.url);
      assert.deepEqual(body.authorization_servers, [provider.url]);
      assert.deepEqual(body.scopes_supported, ['mcp.read', 'mcp.write']);
    }
    assert.match(server.log(), /\[SECURITY\] transport=streamable-http {2}auth=oidc \(issuer=http:\/\/localhost:\d+\)/);
  });

  test('there is no authorization server here', async () => {
    for (const where of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration', '/authorize', '/token', '/register', '/auth/callback'])
      assert.equal((await fetch(server.origin + where, { method: where === '/token' || where === '/register' ? 'POST' : 'GET' })).status, 404, where);
  });

  test('without a token: where to sign in, and for what', async () => {
    const answer = await ping(server);
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate'), /^Bearer scope="mcp\.read mcp\.write", resource_metadata="/);
  });

  test('its tokens are accepted, by audience and scope', async () => {
    assert.equal((await ping(server, await provider.machineToken('machine', 'mcp.read mcp.write'))).status, 200);
    assert.equal((await ping(server, await provider.machineToken('machine', 'mcp.read'))).status, 403);
    assert.equal((await ping(server, await provider.machineToken('machine', 'mcp.read mcp.write', 'https://other.example.com/'))).status, 401);
    assert.equal((await ping(server, 'nonsense')).status, 401);
  });
});

// Runs a server that must not start; resolves to its output.
async function refused(env) {
  const running = await start(program('zscaler-mcp'), ['--port', String(await freePort())], { env: { HOME: home.dir, ...env } });
  const { code } = await Promise.race([running.exited, sleep(8000).then(() => running.stop('SIGKILL'))]);
  assert.ok(code > 0, running.log());
  return running.log();
}

describe('documents that are not as they should be', () => {
  const rows = {
    'another issuer': [(d) => ({ ...d, issuer: 'https://evil.example' }), /is of issuer https:\/\/evil\.example; expected http:\/\/localhost/],
    'a foreign token endpoint': [(d) => ({ ...d, token_endpoint: 'https://evil.example/token' }), /token_endpoint is on another host.*OIDCPROXY_ENDPOINT_HOSTS=evil\.example/],
    'foreign keys': [(d) => ({ ...d, jwks_uri: 'https://evil.example/keys' }), /jwks_uri is on another host/],
    'no token endpoint': [({ token_endpoint: _, ...d }) => d, /has no token_endpoint/],
  };
  for (const [name, [document, says]] of Object.entries(rows))
    test(`${name}: the server does not start`, async (t) => {
      const bad = await startProvider({ document });
      t.after(() => bad.stop());
      assert.match(await refused({ OIDCPROXY_CONFIG_URL: bad.configUrl, OIDCPROXY_CLIENT_ID: 'public' }), says);
    });

  test('a slash too many in OIDCPROXY_AUTH_ISSUER', async () => {
    assert.match(await refused({ OIDCPROXY_AUTH_ISSUER: `${provider.url}/`, OIDCPROXY_AUTH_CLIENT_ID: 'public' }), /OIDCPROXY_AUTH_ISSUER \(byte for byte, a slash behind it counts\)/);
  });

  test('the same thing said twice, and differently', async () => {
    const log = await refused(discovered('public', { OIDCPROXY_AUTH_CLIENT_ID: 'basic', OIDCPROXY_AUTH_CLIENT_SECRET: 'one', OIDCPROXY_CLIENT_SECRET: 'two-s3cret' }));
    assert.match(log, /OIDCPROXY_AUTH_CLIENT_ID='basic' and OIDCPROXY_CLIENT_ID='public' say different things/);
    assert.match(log, /OIDCPROXY_AUTH_CLIENT_SECRET and OIDCPROXY_CLIENT_SECRET say different things/);
    assert.doesNotMatch(log, /two-s3cret/);
  });

  test('a provider that names no S256 only warns', async (t) => {
    const plain = await startProvider({ document: (d) => ({ ...d, code_challenge_methods_supported: ['plain'] }) });
    t.after(() => plain.stop());
    const server = await serverWith(t, { OIDCPROXY_CONFIG_URL: plain.configUrl, OIDCPROXY_CLIENT_ID: 'public' });
    assert.match(server.log(), /without S256/);
    await signIn(server, ada());
  });

  test('a provider that comes up later: 503 until then, and it recovers by itself', async (t) => {
    const port = await freePort();
    const env = { OIDCPROXY_CONFIG_URL: `http://localhost:${port}/.well-known/openid-configuration`, OIDCPROXY_CLIENT_ID: 'public' };
    const server = await serverWith(t, env);
    const early = await fetchCode(server, ada());
    assert.equal(early.end.status, 503);
    assert.match(early.end.html, /could not be asked just now/);
    assert.match(server.log(), /cannot be reached yet/);
    const late = await startProvider({ port });
    t.after(() => late.stop());
    await server.logged(/the discovery document is there now/, 10000);
    await signIn(server, ada());
  });
});

describe('answers that are not as they should be', () => {
  test('no refresh token: people sign in again, and nothing is promised', async (t) => {
    const stingy = await startProvider({ change: (c) => ({ ...c, issueRefreshToken: () => false }) });
    t.after(() => stingy.stop());
    const server = await serverWith(t, { OIDCPROXY_CONFIG_URL: stingy.configUrl, OIDCPROXY_CLIENT_ID: 'public' });
    const { answer, token } = await signIn(server, ada());
    assert.equal(answer.refresh_token, undefined);
    assert.match(server.log(), /gave no refresh token.*prompt=consent/);
    assert.equal((await ping(server, token)).status, 200);
  });

  test('an upstream session that ended ends ours', async (t) => {
    const own = await startProvider();
    t.after(() => own.stop());
    const server = await serverWith(t, { OIDCPROXY_CONFIG_URL: own.configUrl, OIDCPROXY_CLIENT_ID: 'public' });
    const flow = await signIn(server, ada());
    own.forget(); // as an administrator who ends all sessions
    const answer = await flow.client.refresh(flow.refreshToken);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error, 'invalid_grant');
  });

  test('an answer of another provider, or of one that does not say who it is', async (t) => {
    const server = await serverWith(t, discovered('public'));
    for (const iss of ['https://evil.example', undefined]) {
      const client = new Client(server);
      await client.register();
      const browser = new Browser({ account: ADA });
      const { url } = await browser.walk(client.begin(), { until: `${server.origin}/auth/callback` });
      const changed = new URL(url);
      assert.equal(changed.searchParams.get('iss'), provider.url);
      changed.searchParams.delete('iss');
      if (iss) changed.searchParams.set('iss', iss);
      const end = await browser.walk(changed.toString());
      assert.equal(end.status, 400);
      assert.match(end.html, /identity provider/);
    }
  });

  test('a sign-out gives the provider its token back, at the discovered endpoint', async (t) => {
    const server = await serverWith(t, discovered('basic', { OIDCPROXY_CLIENT_SECRET: SECRET }));
    const flow = await signIn(server, ada());
    const before = provider.asked('/token/revocation').length;
    const answer = await fetch(`${server.origin}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: flow.client.id, token: flow.refreshToken }),
    });
    assert.equal(answer.status, 200);
    assert.equal(provider.asked('/token/revocation').length, before + 1);
    assert.match(provider.asked('/token/revocation').at(-1).authorization, /^Basic /);
    assert.doesNotMatch(server.log(), /revocation endpoint answered/);
  });

  test('a sign-in that was declined there', async (t) => {
    const server = await serverWith(t, discovered('public'));
    const client = new Client(server);
    await client.register();
    const asked = new Browser({ account: ADA });
    const { url } = await asked.walk(client.begin(), { until: `${provider.url}/auth` });
    const end = await new Browser({ account: ADA, jar: asked.jar, refuse: true }).walk(url, { until: client.redirect });
    assert.equal(end.params.get('error'), 'access_denied');
  });
});

describe('Entra ID as a confidential client', () => {
  const WEB = 'c11e0000-0000-4000-8000-000000000003';
  let emulator;
  before(async () => (emulator = await startEmulator()));
  after(() => emulator.stop());

  const register = (server) =>
    emulator.control('PATCH', `apps/${WEB}`, { web: { redirectUris: [`${server.origin}/auth/callback`] } });

  test('the guide’s naming', async (t) => {
    const server = await serverWith(t, { ...guideEnv(emulator, WEB), OIDCPROXY_AUTH_CLIENT_SECRET: 's3cret-web' });
    await register(server);
    const flow = await signIn(server);
    assert.equal((await ping(server, flow.token)).status, 200);
    const next = await flow.client.refresh(flow.refreshToken);
    assert.equal(next.status, 200, JSON.stringify(next.body));
  });

  const found = (tenant = TENANT) => `${emulator.url}/${tenant}/v2.0/.well-known/openid-configuration`;

  test('a secret, by discovery', async (t) => {
    const server = await serverWith(t, { OIDCPROXY_CONFIG_URL: found(), OIDCPROXY_CLIENT_ID: WEB, OIDCPROXY_CLIENT_SECRET: 's3cret-web' });
    await register(server);
    const flow = await signIn(server);
    assert.equal((await ping(server, flow.token)).status, 200);
  });

  test('by a domain of the tenant', async (t) => {
    const server = await serverWith(t, {
      OIDCPROXY_CONFIG_URL: found('contoso.example'),
      OIDCPROXY_AUTH_ISSUER: `${emulator.url}/${TENANT}/v2.0`, // this host is not Microsoft's
      OIDCPROXY_CLIENT_ID: WEB,
      OIDCPROXY_CLIENT_SECRET: 's3cret-web',
    });
    await register(server);
    await signIn(server);
  });

  test('a certificate', async (t) => {
    const [key, certificate] = ['entra.key', 'entra.pem'].map((name) => path.join(home.dir, name));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '20', '-subj', '/CN=e2e'], { stdio: 'ignore' });
    chmodSync(key, 0o600);
    const der = new X509Certificate(readFileSync(certificate)).raw.toString('base64');
    await emulator.control('PATCH', `apps/${WEB}`, { keyCredentials: [{ key: der }] });
    const env = { ...guideEnv(emulator, WEB), OIDCPROXY_AUTH_CLIENT_CERTIFICATE: certificate, OIDCPROXY_AUTH_CLIENT_KEY: key };
    const server = await serverWith(t, env);
    await register(server);
    const flow = await signIn(server);
    const next = await flow.client.refresh(flow.refreshToken);
    assert.equal(next.status, 200, JSON.stringify(next.body));
    assert.match(server.log(), /WARNING .*client certificate .*CN=e2e.* expires at .*in (19|20) days/);
    await emulator.control('PATCH', `apps/${WEB}`, { keyCredentials: [] });
    const { end } = await fetchCode(server);
    assert.match(end.html, /AADSTS700027/);
  });

  // A cluster that signs tokens for its pods; the emulator knows its key.
  const CLUSTER = 'https://oidc.cluster.example/';
  const POD = 'system:serviceaccount:mcp:zscaler-mcp';
  const cluster = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const clusterToken = (claims = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: CLUSTER, sub: POD, aud: 'api://AzureADTokenExchange', nbf: now - 5, exp: now + 3600, ...claims };
    const input = [{ alg: 'RS256', kid: 'cluster-1' }, all].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${input}.${sign('sha256', Buffer.from(input), cluster.privateKey).toString('base64url')}`;
  };
  const trustCluster = (more = {}) =>
    emulator.control('PATCH', `apps/${WEB}`, {
      federatedIdentityCredentials: [{ issuer: CLUSTER, subject: POD, jwks: { keys: [{ ...cluster.publicKey.export({ format: 'jwk' }), kid: 'cluster-1', alg: 'RS256', use: 'sig' }] }, ...more }],
    });
  // As the kubelet does: another file takes the name.
  const write = (file, text) => {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };

  test('a federated credential from a file, renewed between sign-in and refresh', async (t) => {
    const file = path.join(home.dir, 'cluster-token');
    await trustCluster();
    write(file, `${clusterToken({ jti: 'one' })}\n`);
    const server = await serverWith(t, { ...guideEnv(emulator, WEB), OIDCPROXY_AUTH_CLIENT_ASSERTION: 'workload-identity', AZURE_FEDERATED_TOKEN_FILE: file });
    await register(server);
    const flow = await signIn(server);
    assert.equal((await ping(server, flow.token)).status, 200);
    write(file, clusterToken({ exp: Math.floor(Date.now() / 1000) - 5 }));
    const stale = await flow.client.refresh(flow.refreshToken);
    assert.equal(stale.status, 503, JSON.stringify(stale.body));
    assert.match(stale.body.error_description, /cluster-token ended at \d{4}-.*renews the file/);
    write(file, clusterToken({ jti: 'two' }));
    const next = await flow.client.refresh(flow.refreshToken);
    assert.equal(next.status, 200, JSON.stringify(next.body));
    const { end } = await fetchCode(server, { browser: new Browser() });
    assert.ok(end.params?.get('code'));
    await trustCluster({ subject: 'system:serviceaccount:mcp:another' });
    const refused = await fetchCode(server);
    assert.match(refused.end.html, /AADSTS700213/);
    assert.doesNotMatch(server.log(), /eyJ/);
  });

  test('a federated credential whose file is not there yet', async (t) => {
    const file = path.join(home.dir, 'late-token');
    rmSync(file, { force: true });
    await trustCluster();
    const server = await serverWith(t, { ...guideEnv(emulator, WEB), OIDCPROXY_AUTH_CLIENT_ASSERTION: file });
    assert.match(server.log(), /WARNING .*cannot read .*late-token.*nobody can sign in/);
    await register(server);
    const early = await fetchCode(server);
    assert.match(early.end.html, /late-token/);
    write(file, clusterToken());
    await signIn(server);
  });

  test('a managed identity, fetched once', async (t) => {
    const asked = [];
    const port = await freePort();
    const platform = http.createServer((request, answer) => {
      asked.push({ url: request.url, header: request.headers['x-identity-header'] });
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ access_token: clusterToken(), expires_on: '0', token_type: 'Bearer' }));
    });
    await new Promise((resolve) => platform.listen(port, '127.0.0.1', resolve));
    t.after(() => platform.close());
    await trustCluster();
    const id = '33333333-4444-4555-8666-777777777777';
    const server = await serverWith(t, {
      ...guideEnv(emulator, WEB),
      OIDCPROXY_AUTH_CLIENT_ASSERTION: `managed-identity:${id}`,
      IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
      IDENTITY_HEADER: 'platform-header-value',
    });
    await register(server);
    const flow = await signIn(server);
    assert.equal((await flow.client.refresh(flow.refreshToken)).status, 200);
    assert.deepEqual(asked, [{ url: `/msi/token?api-version=2019-08-01&resource=api%3A%2F%2FAzureADTokenExchange&client_id=${id}`, header: 'platform-header-value' }]);
    assert.doesNotMatch(server.log(), /eyJ|platform-header-value/);
  });

  const MULTI = 'c11e0000-0000-4000-8000-00000000000b';
  const OTHER_TENANT = '7e57ed00-0000-4000-8000-000000000002';
  test('several tenants, each named', async (t) => {
    const env = { OIDCPROXY_CONFIG_URL: found('organizations'), OIDCPROXY_CLIENT_ID: MULTI, ZSCALER_MCP_ALLOW_HTTP: 'true' };
    assert.match(await refused(env), /OIDCPROXY_ALLOWED_TENANTS/);
    const server = await serverWith(t, { ...env, OIDCPROXY_ALLOWED_TENANTS: TENANT });
    await emulator.control('PATCH', `apps/${MULTI}`, { publicClient: { redirectUris: ['http://localhost/auth/callback'] } });
    const alice = await signIn(server);
    assert.equal((await ping(server, alice.token)).status, 200);
    const dave = await fetchCode(server, { browser: new Browser({ account: DAVE }) });
    assert.match(dave.end.html, /OIDCPROXY_ALLOWED_TENANTS|may not sign in here/);
    const both = await serverWith(t, { ...env, OIDCPROXY_ALLOWED_TENANTS: `${TENANT},${OTHER_TENANT}` });
    const guest = await signIn(both, { browser: new Browser({ account: DAVE }) });
    assert.equal((await ping(both, guest.token)).status, 200);
  });
});
