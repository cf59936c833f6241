// SPDX-License-Identifier: MIT
// Modes jwt, zscaler and api-key with the whole program: who gets in, why others do not, and who called by the audit.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort, program, scratch, startOneapi, startServer, tenantEnv } from './lib/programs.mjs';
import { during, rpc } from './lib/signin.mjs';

const HTTP = { ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_STORE: 'memory', ZSCALER_MCP_LOG_FORMAT: 'json' };
const lines = (server) => server.log().split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
const audit = (server) => lines(server).filter(({ level, event }) => level === 'AUDIT' && event === 'tool call');

async function ask(server, headers, body = rpc('ping')) {
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
const tool = (server, headers) => ask(server, headers, rpc('tools/call', { name: 'zia_list_rule_labels', arguments: {} }));
const basic = (id, secret) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });

// An issuer: its keys, which can be changed, and tokens signed with any of them.
async function startIssuer() {
  const made = {
    rs: { alg: 'RS256', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) },
    es: { alg: 'ES256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
    ps: { alg: 'PS256', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) },
    ...Object.fromEntries(['RS384', 'RS512', 'PS384', 'PS512'].map((alg) => [alg, { alg, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }])),
    ES384: { alg: 'ES384', ...generateKeyPairSync('ec', { namedCurve: 'P-384' }) },
    ES512: { alg: 'ES512', ...generateKeyPairSync('ec', { namedCurve: 'P-521' }) },
    EdDSA: { alg: 'EdDSA', ...generateKeyPairSync('ed25519') },
    next: { alg: 'ES256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  };
  const issuer = { published: ['rs', 'es', 'ps'], fetches: 0 };
  const server = http.createServer((request, answer) => {
    issuer.fetches++;
    const keys = issuer.published.map((kid) => ({ ...made[kid].publicKey.export({ format: 'jwk' }), kid, use: 'sig' }));
    answer.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  const port = await freePort();
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const now = () => Math.floor(Date.now() / 1000);
  issuer.url = `http://127.0.0.1:${port}`;
  issuer.stop = () => server.close() && server.closeAllConnections();
  issuer.token = (kid, claims = {}, header = {}) => {
    const { alg, privateKey } = made[kid];
    const all = { iss: issuer.url, aud: 'zscaler-mcp-server', sub: 'ada', azp: 'app-1', iat: now(), exp: now() + 600, ...claims };
    const input = [{ alg, kid, typ: 'JWT', ...header }, all].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const bits = alg.slice(2);
    const options = { RS: {}, ES: { dsaEncoding: 'ieee-p1363' }, PS: { padding: 6, saltLength: bits / 8 } }[alg.slice(0, 2)];
    const hash = options ? `sha${bits}` : null;
    return `${input}.${sign(hash, Buffer.from(input), { key: privateKey, ...options }).toString('base64url')}`;
  };
  issuer.env = { ...HTTP, ZSCALER_MCP_AUTH_JWKS_URI: `${issuer.url}/keys`, ZSCALER_MCP_AUTH_ISSUER: issuer.url };
  return issuer;
}

describe('mode jwt', () => {
  const home = scratch();
  let issuer, oneapi, server;
  before(async () => {
    [issuer, oneapi] = await Promise.all([startIssuer(), startOneapi()]);
    server = await startServer({ oneapi, home: home.dir, env: issuer.env });
  });
  after(async () => {
    await server?.stop();
    await oneapi?.stop();
    issuer?.stop();
    home.remove();
  });
  const bearer = (token) => ({ authorization: `Bearer ${token}` });

  test('it says so, loads the keys at once, and takes RS256 and ES256', async () => {
    await server.logged(/\[SECURITY\] transport=streamable-http {2}auth=jwt \(issuer=http:\/\/127\.0\.0\.1:\d+ audience=zscaler-mcp-server\)/);
    await server.logged(/keys are loaded/);
    for (const kid of ['rs', 'es']) assert.equal((await tool(server, bearer(issuer.token(kid)))).status, 200);
    const [one, two] = audit(server).slice(-2);
    assert.equal(one.principal, 'jwt:app-1:ada');
    assert.equal(two.principal, 'jwt:app-1:ada');
    assert.ok(!server.log().includes(issuer.token('rs').split('.')[1].slice(0, 40)));
  });

  test('each refusal says why, in the challenge and in the body', async () => {
    const now = Math.floor(Date.now() / 1000);
    const rows = [
      [issuer.token('rs', { exp: undefined }), /no 'exp'/],
      [issuer.token('rs', { exp: now - 120 }), /expired at/],
      [issuer.token('rs', { nbf: now + 120 }), /valid from/],
      [issuer.token('rs', { iss: 'https://other.example' }), /issuer is 'https:\/\/other\.example'; expected/],
      [issuer.token('rs', { aud: ['x'] }), /audience is 'x'; expected 'zscaler-mcp-server'/],
      [issuer.token('ps'), /PS256/],
      [issuer.token('next'), /next/],
      [issuer.token('rs').replace(/\.[^.]+$/, `.${'A'.repeat(342)}`), /signature/],
      ['garbage', /token/],
    ];
    for (const [token, why] of rows) {
      const answer = await ask(server, bearer(token));
      assert.equal(answer.status, 401, answer.text);
      assert.match(answer.headers.get('www-authenticate'), /^Bearer error="invalid_token", error_description="/);
      assert.match(answer.headers.get('www-authenticate'), why);
      const { error } = JSON.parse(answer.text);
      assert.equal(error.code, -32001);
      assert.match(error.message, /^Unauthorized: /);
    }
    const none = await ask(server, {});
    assert.equal(none.headers.get('www-authenticate'), 'Bearer');
    assert.equal((await ask(server, bearer(issuer.token('rs', { exp: now - 30 })))).status, 200, '60 seconds of skew');
  });

  test('unknown keys cost one fetch, and a flood of them no more', async () => {
    const before_ = issuer.fetches;
    await Promise.all(Array.from({ length: 30 }, (_, i) => ask(server, bearer(issuer.token('next', {}, { kid: `kid-${i}` })))));
    assert.ok(issuer.fetches - before_ <= 1, `${issuer.fetches - before_} fetches`);
  });

  test('a key published after the start is found', async (t) => {
    const fresh = await during(t, startServer({ oneapi, home: home.dir, env: issuer.env }));
    await fresh.logged(/keys are loaded/);
    issuer.published.push('next');
    assert.equal((await ask(fresh, bearer(issuer.token('next')))).status, 200);
  });

  test('every algorithm without a shared secret that is asked for', async (t) => {
    const algorithms = ['RS384', 'RS512', 'PS384', 'PS512', 'ES384', 'ES512', 'EdDSA'];
    issuer.published.push(...algorithms);
    const all = await during(t, startServer({ oneapi, home: home.dir, env: { ...issuer.env, ZSCALER_MCP_AUTH_ALGORITHMS: algorithms.join() } }));
    for (const kid of algorithms) assert.equal((await ask(all, bearer(issuer.token(kid)))).status, 200, kid);
    const other = await ask(all, bearer(issuer.token('RS384', {}, { alg: 'RS512' })));
    assert.match(JSON.parse(other.text).error.message, /RS512 signature does not fit key/);
    assert.match(JSON.parse((await ask(all, bearer(issuer.token('rs')))).text).error.message, /algorithm "RS256"; expected EdDSA or RS384/);
  });

  test('a policy knows scopes, roles, groups, the proved address and the application of a token', async (t) => {
    const file = path.join(home.dir, 'policy.json');
    const rules = [
      { who: { scopes: ['zia.read'] }, services: ['zia'] },
      { who: { roles: ['Support'], groups: ['helpdesk'] }, services: ['zdx'] },
      { who: { users: ['*@partner.example'] }, services: ['zpa'] },
      { who: { callers: ['jwt:reports:*'] }, services: ['zins'] },
    ];
    writeFileSync(file, JSON.stringify({ rules }));
    const judged = await during(t, startServer({ oneapi, home: home.dir, env: { ...issuer.env, ZSCALER_MCP_POLICY_FILE: file } }));
    const sees = async (claims) => {
      const { text } = await ask(judged, bearer(issuer.token('rs', claims)), rpc('tools/list'));
      return [...new Set(JSON.parse(text).result.tools.map(({ name }) => name.replace(/^get_/, '').split('_')[0]))].sort().join();
    };
    const rows = [
      [{}, ''],
      [{ scope: 'openid zia.read' }, 'zia'],
      [{ scp: ['zia.read'], groups: ['all', 'helpdesk'] }, 'zdx,zia'],
      [{ roles: ['Support'] }, 'zdx'],
      [{ roles: ['zia.read'], groups: ['Support'] }, ''],
      [{ email: 'eve@partner.example' }, ''],
      [{ email: 'eve@partner.example', email_verified: true }, 'zpa'],
      [{ azp: 'reports', sub: 'nightly' }, 'zins'],
    ];
    for (const [claims, services] of rows) assert.equal(await sees(claims), services, JSON.stringify(claims));
  });

  test('another person cannot use a session', async () => {
    const hello = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } } };
    const ada = bearer(issuer.token('rs'));
    const session = { 'mcp-session-id': (await ask(server, ada, hello)).headers.get('mcp-session-id') };
    assert.ok(session['mcp-session-id']);
    assert.equal((await ask(server, { ...ada, ...session })).status, 200);
    assert.equal((await ask(server, { ...bearer(issuer.token('rs', { sub: 'bob' })), ...session })).status, 404);
    assert.equal((await ask(server, { ...bearer(issuer.token('es')), ...session })).status, 200, 'a newer token of hers');
  });
});

describe('mode zscaler', () => {
  const home = scratch();
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let oneapi, server;
  before(async () => {
    const config = path.join(home.dir, 'oneapi.json');
    const clients = [
      { clientId: 'e2e-client', clientSecret: 'e2e-secret' },
      { clientId: 'caller', clientSecret: 'pl4nted:secret' },
      { clientId: 'with-key', jwks: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), use: 'sig' }] } },
    ];
    writeFileSync(config, JSON.stringify({ clients }));
    oneapi = await startOneapi(['--config', config]);
    server = await startServer({ oneapi, home: home.dir, env: HTTP });
  });
  after(async () => {
    await server?.stop();
    await oneapi?.stop();
    home.remove();
  });
  const asked = async () => (await (await fetch(`${oneapi.url}/_fake/stats`)).json()).tokenRequests;

  test('it is what a server with nothing but Zscaler credentials does over HTTP', async () => {
    await server.logged(/\[SECURITY\] transport=streamable-http {2}auth=zscaler \(tenant=e2e\)/);
    await server.logged(/every API client of the tenant may call/);
    const none = await ask(server, {});
    assert.equal(none.status, 401);
    assert.equal(none.headers.get('www-authenticate'), 'Basic realm="zscaler-mcp", charset="UTF-8"');
    assert.match(none.text, /X-Zscaler-Client-ID/);
  });

  test('by Basic and by headers, one question to the tenant, and the audit knows who', async () => {
    const before_ = await asked();
    assert.equal((await ask(server, basic('caller', 'pl4nted:secret'))).status, 200);
    assert.equal((await ask(server, { 'X-Zscaler-Client-ID': 'caller', 'X-Zscaler-Client-Secret': 'pl4nted:secret' })).status, 200);
    assert.equal(await asked(), before_ + 1);
    assert.equal((await tool(server, basic('caller', 'pl4nted:secret'))).status, 200);
    assert.equal(audit(server).at(-1).principal, 'zscaler:caller');
  });

  test('a private key instead of the secret: PEM or JWK', async () => {
    const forms = [pair.privateKey.export({ format: 'pem', type: 'pkcs8' }), JSON.stringify(pair.privateKey.export({ format: 'jwk' }))];
    for (const key of forms) assert.equal((await ask(server, basic('with-key', key))).status, 200, key.slice(0, 20));
    const jwk = { 'X-Zscaler-Client-ID': 'with-key', 'X-Zscaler-Client-Secret': forms[1] };
    assert.equal((await tool(server, jwk)).status, 200);
    assert.equal(audit(server).at(-1).principal, 'zscaler:with-key');
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
    assert.equal((await ask(server, basic('with-key', JSON.stringify(other)))).status, 401);
  });

  test('only API clients that are named: 403 for others, and the tenant is not asked', async (t) => {
    const named = await during(t, startServer({ oneapi, home: home.dir, env: { ...HTTP, ZSCALER_MCP_AUTH_ALLOWED_CLIENTS: 'with-key, caller' } }));
    const before_ = await asked();
    const other = await ask(named, basic('e2e-client', 'e2e-secret'));
    assert.equal(other.status, 403);
    assert.match(JSON.parse(other.text).error.message, /'e2e-client'|"e2e-client"/);
    assert.equal(await asked(), before_);
    await named.logged(/a credential was refused.*ALLOWED_CLIENTS lists the API clients/);
    assert.equal((await ask(named, basic('caller', 'pl4nted:secret'))).status, 200);
    assert.ok(!named.log().includes('every API client of the tenant may call'));
  });

  test('bad tries: refused once and remembered, then 429, while those who are known go on', async () => {
    const before_ = await asked();
    for (let i = 0; i < 5; i++) assert.equal((await ask(server, basic('caller', 'wrong'))).status, 401);
    assert.equal(await asked(), before_ + 1);
    let last = 401;
    for (let i = 0; i < 40 && last === 401; i++) last = (await ask(server, basic('caller', `guess-${i}`))).status;
    assert.equal(last, 429);
    assert.ok((await asked()) - before_ <= 22);
    assert.equal((await ask(server, basic('caller', 'pl4nted:secret'))).status, 200);
    assert.ok(!server.log().includes('pl4nted'));
  });

  test('a tenant that is away: 503 with Retry-After, while who is known goes on', async (t) => {
    const fresh = await during(t, startServer({ oneapi, home: home.dir, env: HTTP }));
    await oneapi.stop();
    assert.equal((await ask(server, basic('caller', 'pl4nted:secret'))).status, 200);
    const unknown = await ask(fresh, basic('caller', 'pl4nted:secret'));
    assert.equal(unknown.status, 503);
    assert.ok(unknown.headers.get('retry-after'));
    assert.ok(!unknown.text.includes(oneapi.url), 'addresses are for the log');
    await fresh.logged(/credentials could not be judged/);
  });
});

describe('mode api-key and the platform', () => {
  test('three places for the key; the audit line has 32 digits that are not the key', async (t) => {
    const home = scratch();
    t.after(home.remove);
    const oneapi = await during(t, startOneapi());
    const server = await during(t, startServer({ oneapi, home: home.dir, env: { ...HTTP, ZSCALER_MCP_AUTH_API_KEY: 'a-key-of-the-test' } }));
    for (const headers of [{ authorization: 'Bearer a-key-of-the-test' }, { 'X-Api-Key': 'a-key-of-the-test' }, { 'X-MCP-API-Key': 'a-key-of-the-test' }])
      assert.equal((await tool(server, headers)).status, 200);
    assert.ok(audit(server).length === 3 && audit(server).every(({ principal }) => /^api-key:[0-9a-f]{32}$/.test(principal)));
    const refused = await ask(server, { 'X-MCP-API-Key': 'b' });
    assert.equal(refused.status, 401);
    assert.match(JSON.parse(refused.text).error.message, /^Unauthorized: the API key is not/);
    assert.equal((await ask(server, { 'X-Api-Key': 'k\u00ff' })).status, 401);
    assert.ok(!server.log().includes('a-key-of-the-test'));
  });

  test('ZSCALER_MCP_TRUST_PLATFORM_AUTH: nothing is platform, something wrong is 401, and the start says so', async (t) => {
    const home = scratch();
    t.after(home.remove);
    const oneapi = await during(t, startOneapi());
    const server = await during(t, startServer({ oneapi, home: home.dir, env: { ...HTTP, ZSCALER_MCP_TRUST_PLATFORM_AUTH: 'yes' } }));
    await server.logged(/who sends no credential is let in as platform/);
    assert.equal((await tool(server, {})).status, 200);
    assert.equal(audit(server).at(-1).principal, 'platform');
    assert.equal((await ask(server, { authorization: 'Basic nonsense!' })).status, 401);
  });
});

describe('the command line', () => {
  const run = (args, env = {}) => {
    const { status, stdout, stderr } = spawnSync(program('zscaler-mcp'), args, { env: { PATH: process.env.PATH, ...env }, encoding: 'utf8', timeout: 5000 });
    return { status, stdout, stderr };
  };

  test('every mistake of a mode is told at once, before anything listens', () => {
    const rows = [
      [{ ZSCALER_MCP_AUTH_MODE: 'jwt' }, [/AUTH_JWKS_URI is missing/, /AUTH_ISSUER is missing/]],
      [{ ZSCALER_MCP_AUTH_MODE: 'jwt', ZSCALER_MCP_AUTH_JWKS_URI: 'http://idp.example/k', ZSCALER_MCP_AUTH_ISSUER: 'i' }, [/must be https/]],
      [{ ZSCALER_MCP_AUTH_MODE: 'jwt', ZSCALER_MCP_AUTH_JWKS_URI: 'https://idp.example/k', ZSCALER_MCP_AUTH_ISSUER: 'i', ZSCALER_MCP_AUTH_ALGORITHMS: 'HS256' }, [/'HS256' is none of RS256, .*who can check/]],
      [{ ZSCALER_MCP_AUTH_MODE: 'zscaler' }, [/ZSCALER_VANITY_DOMAIN is missing/]],
      [{ ZSCALER_MCP_AUTH_MODE: 'foo' }, [/'foo' is no mode: expected oidc, jwt, zscaler, api-key/]],
      [{}, [/ZSCALER_MCP_AUTH_JWKS_URI/, /ZSCALER_MCP_AUTH_API_KEY/, /ZSCALER_VANITY_DOMAIN/, /ZSCALER_MCP_AUTH_ENABLED=false/]],
    ];
    for (const [env, wanted] of rows) {
      const { status, stderr } = run([], { ...HTTP, ...env });
      assert.equal(status, 2, stderr);
      for (const line of wanted) assert.match(stderr, line);
    }
  });

  test('--generate-auth-token makes headers that open the server', async (t) => {
    const home = scratch();
    t.after(home.remove);
    const oneapi = await during(t, startOneapi());
    const made = run(['--generate-auth-token'], tenantEnv(oneapi));
    assert.equal(made.status, 0, made.stderr);
    const authorization = /^Header: Authorization: (.+)$/m.exec(made.stdout)[1];
    const snippets = made.stdout.split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l).mcpServers['zscaler-mcp-server']);
    assert.equal(snippets[0].headers.Authorization, authorization);
    const server = await during(t, startServer({ oneapi, home: home.dir, env: HTTP }));
    for (const { headers } of snippets) assert.equal((await ask(server, headers)).status, 200);
    const bearer = run(['--generate-auth-token', 'bearer', '--port', '9000'], { ZSCALER_MCP_AUTH_API_KEY: 'k3y' });
    assert.match(bearer.stdout, /Header: Authorization: Bearer k3y\n/);
    assert.match(bearer.stdout, /mcp-remote http:\/\/localhost:9000\/mcp --header "Authorization: Bearer k3y"/);
    const lacking = run(['--generate-auth-token']);
    assert.equal(lacking.status, 1);
    assert.match(lacking.stderr, /ZSCALER_CLIENT_ID and ZSCALER_CLIENT_SECRET must be set/);
    assert.match(run(['--generate-auth-token=digest']).stderr, /'digest' is not valid: expected basic\|bearer/);
  });
});

test('ZSCALER_MCP_RATE_LIMIT: each caller for itself, 429 with Retry-After, one line of the log', async (t) => {
  const home = scratch();
  t.after(home.remove);
  const oneapi = await during(t, startOneapi());
  const server = await during(t, startServer({ oneapi, home: home.dir, env: { ...HTTP, ...tenantEnv(oneapi), ZSCALER_MCP_AUTH_MODE: 'zscaler', ZSCALER_MCP_RATE_LIMIT: '5' } }));
  const ping = (id) => ask(server, basic(id, 'secret'));
  const answers = [];
  for (let i = 0; i < 8; i++) answers.push(await ping('one'));
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200, 200, 200, 429, 429, 429]);
  const refused = answers.at(-1);
  const wait = Number(refused.headers.get('retry-after'));
  assert.ok(wait >= 1 && wait <= 12, String(wait));
  assert.match(JSON.parse(refused.text).error.message, /wait \d+ seconds \(ZSCALER_MCP_RATE_LIMIT is 5 a minute\)/);
  assert.equal((await ping('another')).status, 200);
  assert.equal(lines(server).filter(({ event }) => /sends more than/.test(event)).length, 1);
});
