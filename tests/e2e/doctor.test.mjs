// SPDX-License-Identifier: MIT
// `zscaler-mcp doctor`: every misconfiguration that can be made here is named by its number, with the fix; good set-ups
// raise no alarm; nothing secret is printed. Each test has an application of its own where it changes one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  clockAhead, freePort, guideEnv, program, root, scratch, start, startEmulator, startOneapi, startServer, TENANT, tenantEnv,
} from './lib/programs.mjs';

const app = (nn) => `c11e0000-0000-4000-8000-0000000000${nn}`;
const [SEED, SRV, WEB, NOURI, OFF, DEVNO, UNKNOWN, DEMO] = ['01', '02', '03', '07', '08', '0a', 'ff', 'd0'].map(app);
const OTHER_TENANT = '7e57ed00-0000-4000-8000-000000000002';
const NO_TENANT = '7e57ed00-0000-4000-8000-0000000000ff';
const PUBLIC = 'https://mcp.example'; // SRV has its /callback; nobody listens there

let emulator;
let oneapi;
let home;

before(async () => {
  home = scratch();
  [emulator, oneapi] = await Promise.all([startEmulator(), startOneapi()]);
});
after(async () => {
  await Promise.all([emulator.stop(), oneapi.stop()]);
  home.remove();
});

// The guide's environment for this application, all that Zscaler needs, and a key.
function envOf(id, more = {}, emu = emulator) {
  const all = {
    HOME: home.dir,
    ...guideEnv(emu, id),
    ...tenantEnv(oneapi),
    ZCELL_CUSTOMER_ID: '1',
    ZSCALER_MCP_SECRET_KEY: 'a-key-of-more-than-thirty-two-characters',
    OIDCPROXY_BASE_URL: PUBLIC,
    ...more,
  };
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
  return all;
}

async function run(env, args = []) {
  const running = await start(program('zscaler-mcp'), ['doctor', ...args], { env });
  const code = await new Promise((resolve) => running.child.once('close', resolve)); // all output is here then
  return { code, text: running.log() };
}

async function examine(env, args = []) {
  const { code, text } = await run(env, [...args, '--json']);
  assert.ok(text.startsWith('{'), `exit code ${code}: ${text}`);
  const report = JSON.parse(text);
  assert.equal(report.exit_code, code);
  assert.ok(report.requests <= 15, `${report.requests} requests`);
  return { code, text, ...report };
}

const numbers = (report, grade) => report.findings.filter((f) => f.grade === grade && f.number).map((f) => f.number);
const find = (report, number) => report.findings.find((f) => f.number === number);

// This number is told as this grade, with a fix that says so; nothing else is called wrong.
function assertNamed(report, number, { grade = 'wrong', code, click, set, also = [] }) {
  const finding = find(report, number);
  assert.ok(finding, `${number} is not in ${report.text}`);
  assert.equal(finding.grade, grade, report.text);
  assert.ok(finding.title && finding.text);
  if (click) assert.match(finding.fix.click, click);
  if (set) assert.match(finding.fix.set, set);
  assert.ok(finding.fix.click || finding.fix.set, 'says what to do');
  const wrong = numbers(report, 'wrong').filter((n) => n !== number && !also.includes(n));
  assert.deepEqual(wrong, [], report.text);
  assert.equal(report.code, code ?? (grade === 'wrong' ? 1 : 0), report.text);
}

function assertNoAlarm(report) {
  const alarms = report.findings.filter((f) => f.grade === 'wrong' || f.grade === 'warning' || f.inconclusive);
  assert.deepEqual(alarms, []);
  assert.equal(report.code, 0);
}

const tenantUrl = (id, emu = emulator) => `${emu.url}/${id}`;
const urlsOf = (segment, emu = emulator) => {
  const tenant = tenantUrl(segment, emu);
  return {
    OIDCPROXY_AUTH_ISSUER: `${tenant}/v2.0`,
    OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT: `${tenant}/oauth2/v2.0/authorize`,
    OIDCPROXY_AUTH_TOKEN_ENDPOINT: `${tenant}/oauth2/v2.0/token`,
    OIDCPROXY_AUTH_JWKS_URI: `${tenant}/discovery/v2.0/keys`,
  };
};

describe('wrong values', { concurrency: 4 }, () => {
  const rows = [
    ['E01', 'a tenant that is not there', () => urlsOf(NO_TENANT), { set: /Directory \(tenant\) ID/ }],
    ['E02', 'the placeholder is still in the URLs', () => urlsOf('<TENANT_ID>'), { click: /Directory \(tenant\) ID/ }],
    ['E02', 'a tenant that can be none', () => urlsOf('not_a_tenant'), { click: /placeholder|Directory/ }],
    ['E04', 'the client ID is the tenant ID', () => ({ OIDCPROXY_AUTH_AUDIENCE: TENANT }), { set: /Application \(client\) ID/ }],
    ['E04', 'a client ID that nobody has', () => ({ OIDCPROXY_AUTH_AUDIENCE: UNKNOWN }), { set: /OIDCPROXY_AUTH_AUDIENCE/ }],
    ['E05', 'common instead of the tenant', () => urlsOf('common'), { click: /Directory \(tenant\) ID/ }],
    ['E06', 'the issuer ends in a slash', () => ({ OIDCPROXY_AUTH_ISSUER: `${tenantUrl(TENANT)}/v2.0/` }), { set: /\/v2\.0$/ }],
    ['E06', 'the issuer of version 1', () => ({ OIDCPROXY_AUTH_ISSUER: `${tenantUrl(TENANT)}` }), { set: /\/v2\.0$/ }],
    ['E07', 'the token endpoint of another tenant', () => ({ OIDCPROXY_AUTH_TOKEN_ENDPOINT: `${tenantUrl(OTHER_TENANT)}/oauth2/v2.0/token` }), { also: ['E04'], set: /same host and tenant/ }],
    ['E08', 'the authorization endpoint of version 1', () => ({ OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT: `${tenantUrl(TENANT)}/oauth2/authorize` }), { set: /v2\.0/, code: 1 }],
    ['E09', 'keys where there are none', () => ({ OIDCPROXY_AUTH_JWKS_URI: `${tenantUrl(TENANT)}/discovery/v2.0/nokeys` }), { set: /JWKS_URI=.*keys/ }],
    ['E10', 'audience and client ID differ', () => ({ OIDCPROXY_AUTH_CLIENT_ID: SRV, OIDCPROXY_AUTH_AUDIENCE: UNKNOWN }), { set: new RegExp(`OIDCPROXY_AUTH_AUDIENCE=${SRV}`) }],
    ['E11', 'an API identifier as audience', () => ({ OIDCPROXY_AUTH_AUDIENCE: `api://${SRV}` }), { set: /Application \(client\) ID/ }],
    ['E30', 'a scope of nobody', () => ({ OIDCPROXY_AUTH_SCOPES: 'openid profile offline_access mcp.read' }), { set: /openid profile offline_access/ }],
    ['E31', 'a scope of an API that is not there', () => ({ OIDCPROXY_AUTH_SCOPES: 'openid profile offline_access api://nowhere/x' }), { set: /openid profile offline_access/ }],
    ['E32', 'scopes of two APIs', () => ({ OIDCPROXY_AUTH_SCOPES: `openid profile offline_access api://${app('06')}/legacy.read https://mcp.example/mcp/mcp.access` }), { set: /openid profile offline_access/ }],
    ['E34', 'no openid', () => ({ OIDCPROXY_AUTH_SCOPES: 'profile offline_access' }), { set: /openid profile/ }],
    ['E35', 'no offline_access', () => ({ OIDCPROXY_AUTH_SCOPES: 'openid profile' }), { grade: 'warning', set: /offline_access/ }],
    ['E36', 'no profile', () => ({ OIDCPROXY_AUTH_SCOPES: 'openid offline_access' }), { grade: 'warning', set: /profile/ }],
    ['E41', 'a second middleware', () => ({ ZSCALER_MCP_AUTH_ENABLED: 'true' }), { grade: 'warning', set: /ZSCALER_MCP_AUTH_ENABLED=false/ }],
    ['E42', 'the public address is not https', () => ({ OIDCPROXY_BASE_URL: 'http://mcp.example' }), { set: /OIDCPROXY_BASE_URL=https/ }],
    ['E58', 'a domain instead of the tenant ID', () => urlsOf('contoso.example'), { set: new RegExp(`OIDCPROXY_AUTH_ISSUER=.*${TENANT}/v2\\.0`) }],
  ];
  for (const [number, what, env, expected] of rows)
    test(`${number}: ${what}`, async () => assertNamed(await examine(envOf(SRV, env())), number, expected));

  test('E03: a registration of another tenant', async () => {
    const report = await examine(envOf(SRV, urlsOf(OTHER_TENANT)));
    assertNamed(report, 'E04', { click: /Overview/ });
    assert.match(find(report, 'E04').text, /registered in another tenant \(E03\)/);
    assert.ok(report.not_tried.includes('callback'), 'what could only repeat it was not asked');
  });

  test('E17: the ID of a secret instead of its value', async () => {
    const report = await examine(envOf(WEB, { OIDCPROXY_AUTH_CLIENT_SECRET: UNKNOWN, OIDCPROXY_BASE_URL: 'https://web.example' }));
    assertNamed(report, 'E17', { set: /Value/ });
    assert.equal(find(report, 'E17').evidence.aadsts, 7000215);
  });

  test('unknown variables and missing ones are told as the server tells them', async () => {
    const report = await examine(envOf(SRV, { OIDCPROXY_AUTH_AUDIENCE: undefined, OIDCPROXY_AUTH_TOKEN_ENDPOINT: undefined, OIDCPROXY_AUTH_TOKEN_ENDPONT: 'x' }));
    assert.equal(report.code, 1);
    const texts = report.findings.map((f) => f.text).join('\n');
    assert.match(texts, /OIDCPROXY_AUTH_AUDIENCE is missing/);
    assert.match(texts, /OIDCPROXY_AUTH_TOKEN_ENDPOINT is not set: it is taken from the discovery document/);
    assert.match(texts, /did you mean OIDCPROXY_AUTH_TOKEN_ENDPOINT/);
  });
});

describe('wrong registrations', { concurrency: 4 }, () => {
  let emu; // its behaviour and applications are changed here
  before(async () => (emu = await startEmulator()));
  after(() => emu.stop());
  const patch = (id, body) => emu.control('PATCH', `apps/${id}`, body);
  const at = (id, more) => envOf(id, more, emu);

  test('E12: no callback, and no other way', async () => {
    const report = await examine(at(NOURI, { OIDCPROXY_DEVICE_CODE: 'false' }));
    assertNamed(report, 'E12', { click: new RegExp(`Mobile and desktop applications.*${PUBLIC}/auth/callback`), set: /OIDCPROXY_DEVICE_CODE=true/ });
    const { evidence } = find(report, 'E12');
    assert.equal(evidence.aadsts, 50011);
    assert.match(evidence.said, /https:\/\/mcp\.example\/auth\/callback/, 'the URI as Entra saw it');
    assert.match(evidence.client_request_id, /^[\da-f-]{36}$/);
    assert.equal(report.verdict.way, 'none');
  });

  test('E12 with a secret names the platform Web', async () => {
    const report = await examine(at(WEB, { OIDCPROXY_AUTH_CLIENT_SECRET: 's3cret-web', OIDCPROXY_DEVICE_CODE: 'false' }));
    assertNamed(report, 'E12', { click: /Web: https:\/\/mcp\.example\/auth\/callback/ });
  });

  test('E13: only the guide’s address, and no device code', async () => {
    const report = await examine(at(SEED, { OIDCPROXY_DEVICE_CODE: 'false' }));
    assertNamed(report, 'E13', { grade: 'warning', click: /--callback-path \/callback/ });
    assert.equal(report.verdict.way, 'loopback');
  });

  test('E14, E15: the platform cannot be seen, and that is said', async () => {
    const report = await examine(at(SRV));
    assertNamed(report, 'E14', { grade: 'unseen', click: /zscaler-mcp try .*Mobile and desktop applications/ });
    assert.match(find(report, 'E14').text, /Single-page application \(E15\)/);
  });

  test('E16, E62: a secret where there may be none', async () => {
    const report = await examine(at(WEB, { OIDCPROXY_AUTH_CLIENT_SECRET: 's3cret-web', OIDCPROXY_BASE_URL: 'https://web2.example' }));
    assert.equal(report.code, 0, report.text); // not registered: the device way
    await patch(WEB, { web: { redirectUris: ['https://web.example/cb', 'https://web2.example/auth/callback'] } });
    const registered = await examine(at(WEB, { OIDCPROXY_AUTH_CLIENT_SECRET: 's3cret-web', OIDCPROXY_BASE_URL: 'https://web2.example' }));
    assertNamed(registered, 'E16', { grade: 'unseen', click: /Remove the client secret/ });
    assert.match(find(registered, 'E16').text, /E62/);
  });

  test('E17: a wrong secret', async () => {
    const report = await examine(at(WEB, { OIDCPROXY_AUTH_CLIENT_SECRET: 'never-right' }));
    assertNamed(report, 'E17', { set: /OIDCPROXY_AUTH_CLIENT_SECRET=<Value/ });
  });

  test('E18: an expired secret', async () => {
    const report = await examine(at(WEB, { OIDCPROXY_AUTH_CLIENT_SECRET: 'old-web' }));
    assertNamed(report, 'E18', { click: /New client secret/ });
  });

  test('E63, E64: a federated token that does not fit, or is not there', async () => {
    const file = path.join(home.dir, 'federated-token');
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + 600;
    writeFileSync(file, `${part({ alg: 'RS256', kid: 'k' })}.${part({ iss: 'https://cluster.example/', sub: 'pod', aud: 'api://AzureADTokenExchange', exp })}.c2ln`);
    const env = { OIDCPROXY_AUTH_CLIENT_ASSERTION: file };
    const report = await examine(at(WEB, env));
    assertNamed(report, 'E63', { click: /Federated credentials/ });
    assert.match(find(report, 'E63').evidence.said, /cluster\.example/, 'the issuer as Entra saw it');
    const missing = await examine(at(WEB, { OIDCPROXY_AUTH_CLIENT_ASSERTION: `${file}-not-there` }));
    assertNamed(missing, 'E64', { click: /assign the identity/ });
    assert.match(find(missing, 'E64').text, /cannot read .*federated-token-not-there/);
    assert.doesNotMatch(report.text + missing.text, /eyJ/);
  });

  test('a certificate, registered and not', async () => {
    const pem = path.join(home.dir, 'doctor-client.pem');
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${pem}.key`, '-out', pem, '-days', '60', '-subj', '/CN=doctor'], { stdio: 'ignore' });
    chmodSync(`${pem}.key`, 0o600);
    const env = { OIDCPROXY_AUTH_CLIENT_CERTIFICATE: pem, OIDCPROXY_AUTH_CLIENT_KEY: `${pem}.key` };
    const stranger = await examine(at(WEB, env));
    const refused = stranger.findings.find((f) => f.check === 'secret');
    assert.equal(refused.grade, 'wrong', stranger.text);
    assert.match(refused.text, /the client certificate is refused/);
    assert.match(refused.fix.click, /Certificates & secrets/);
    await patch(WEB, { keyCredentials: [{ key: new X509Certificate(readFileSync(pem)).raw.toString('base64') }] });
    const known = await examine(at(WEB, env));
    assert.equal(known.findings.find((f) => f.check === 'secret').text, 'the client certificate is accepted');
  });

  test('E28: the application is switched off', async () => {
    const report = await examine(at(OFF));
    assertNamed(report, 'E28', { click: /Enabled for users to sign in/ });
    assert.equal(find(report, 'E28').evidence.aadsts, 7000112);
  });

  test('E44: registered with a slash at its end', async () => {
    const id = app('04');
    await patch(id, { publicClient: { redirectUris: [`${PUBLIC}/auth/callback/`] }, spa: { redirectUris: [] } });
    const report = await examine(at(id, { OIDCPROXY_DEVICE_CODE: 'false' }));
    assertNamed(report, 'E44', { click: /no slash at its end/ });
  });

  test('E45: 127.0.0.1 where localhost is used', async () => {
    const id = app('09');
    await patch(id, { publicClient: { redirectUris: ['http://127.0.0.1:6274/callback'] } });
    const report = await examine(at(id), ['--deep']);
    assertNamed(report, 'E45', { grade: 'warning', click: /register http:\/\/localhost:6274\/callback/ });
  });

  test('E23: a person of another tenant, by the domain alone', async () => {
    const report = await examine(at(SRV), ['--user', 'dave@fabrikam.example']);
    assertNamed(report, 'E23', { grade: 'warning', click: /guest/ });
    const journal = JSON.stringify(await emu.journal());
    assert.match(journal, /fabrikam\.example/);
    assert.doesNotMatch(journal, /dave/);
  });

  test('E24: a person of no tenant', async () => {
    const report = await examine(at(SRV), ['--user', 'someone@nowhere.example']);
    assertNamed(report, 'E24', { grade: 'warning', click: /work or school account/ });
  });

  test('a person of this tenant', async () => assertNoAlarm(await examine(at(SRV), ['--user', 'alice@contoso.example'])));
});

// Each with an emulator of its own: the switch is the whole emulator's.
describe('tenants that answer in another way', { concurrency: 4 }, () => {
  async function with_(t, setUp) {
    const emu = await startEmulator();
    t.after(() => emu.stop());
    await setUp(emu);
    return emu;
  }
  const behave = (body) => (emu) => emu.control('PATCH', 'behaviour', body);
  const fault = (body) => (emu) => emu.control('POST', 'fault', { count: 20, ...body });

  test('E19: public client flows are off, said at the request', async (t) => {
    const emu = await with_(t, behave({ deviceCodeClientCheck: 'onRequest' }));
    const report = await examine(envOf(DEVNO, {}, emu));
    assertNamed(report, 'E19', { click: /Allow public client flows = Yes/, also: ['E12'] });
    assert.equal(report.verdict.way, 'none');
  });

  test('E19: … said at the poll, with --deep', async (t) => {
    const emu = await with_(t, behave({ deviceCodeClientCheck: 'onPoll' }));
    const report = await examine(envOf(DEVNO, {}, emu), ['--deep']);
    assertNamed(report, 'E19', { also: ['E12'] });
    assert.equal(find(report, 'E19').evidence.aadsts, 7000218);
  });

  test('E56: a wildcard is registered', async (t) => {
    const emu = await with_(t, async (emu) => {
      await behave({ allowWildcardRedirects: true })(emu);
      await emu.control('PATCH', `apps/${SRV}`, { web: { redirectUris: ['https://mcp.example/*'] } });
    });
    assertNamed(await examine(envOf(SRV, {}, emu)), 'E56', { click: /remove the redirect URI with \*/ });
  });

  test('redirect URIs judged after the sign-in only: nothing is concluded, exit 2', async (t) => {
    const emu = await with_(t, fault({ endpoint: 'authorize', kind: 'p5defer' }));
    const report = await examine(envOf(SRV, {}, emu));
    assert.equal(report.code, 2, report.text);
    assert.deepEqual(numbers(report, 'wrong'), []);
    assert.ok(report.findings.some((f) => f.check === 'callback' && f.inconclusive));
  });

  test('503 at the authorization endpoint: nothing is concluded, exit 2', async (t) => {
    const emu = await with_(t, fault({ endpoint: 'authorize', kind: 'status503', seconds: 1 }));
    const report = await examine(envOf(SRV, {}, emu));
    assert.equal(report.code, 2, report.text);
    assert.deepEqual(numbers(report, 'wrong'), []);
  });

  test('pages with status 400 are read as those with 200', async (t) => {
    const emu = await with_(t, behave({ errorPageStatus: 400 }));
    const report = await examine(envOf(SEED, { OIDCPROXY_SIGN_IN: 'callback' }, emu));
    assertNamed(report, 'E12', {});
  });

  test('E48: the clock runs ahead', async (t) => {
    const dir = scratch();
    t.after(() => dir.remove());
    assertNamed(await examine(envOf(SRV, clockAhead(600, dir.dir))), 'E48', { click: /Synchronise/ });
    assertNamed(await examine(envOf(SRV, clockAhead(120, dir.dir))), 'E48', { grade: 'warning' });
  });

  test('E54: nobody there', async () => {
    const port = await freePort();
    const report = await examine(envOf(SRV, urlsOf(TENANT, { url: `http://127.0.0.1:${port}` })));
    assertNamed(report, 'E54', { click: /egress/ });
    assert.ok(report.not_tried.includes('client'));
  });

  test('E54: a portal answers in place of the provider', async (t) => {
    const portal = await serve(t, { '*': [200, { 'content-type': 'text/html' }, '<h1>Please log in to the network</h1>'] });
    assertNamed(await examine(envOf(SRV, urlsOf(TENANT, portal))), 'E54', {});
  });

  test('E54: TLS that nobody trusts, until SSL_CERT_FILE says so', async (t) => {
    const dir = scratch();
    const [key, cert] = [path.join(dir.dir, 'key.pem'), path.join(dir.dir, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1',
      '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
    const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, answer) => answer.writeHead(503).end());
    const port = await freePort();
    await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    t.after(() => {
      server.close();
      dir.remove();
    });
    const env = urlsOf(TENANT, { url: `https://localhost:${port}` });
    const report = await examine(envOf(SRV, env));
    assertNamed(report, 'E54', { click: /inspecting CA/, set: /SSL_CERT_FILE=/ });
    const trusted = await examine(envOf(SRV, { ...env, SSL_CERT_FILE: cert }));
    assert.equal(find(trusted, 'E54').evidence.status, 503, 'it is reached, and busy');
    assert.equal(trusted.code, 2);
  });
});

// A server that answers as told: { path: [status, headers, body] }, '*' for the rest.
async function serve(t, answers) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const server = http.createServer((request, answer) => {
    const [status, headers, body] = answers[request.url] ?? answers['*'] ?? [404, {}, ''];
    answer.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { url, port, answers };
}

describe('the public address', { concurrency: 4 }, () => {
  const PRM = '/.well-known/oauth-protected-resource/mcp';
  const AS = '/.well-known/oauth-authorization-server';
  const good = (url) => ({
    [PRM]: [200, {}, { resource: `${url}/mcp`, authorization_servers: [url] }],
    [AS]: [200, {}, {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      registration_endpoint: `${url}/register`,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
    }],
    '/mcp': [401, { 'www-authenticate': `Bearer resource_metadata="${url}${PRM}"` }, ''],
  });
  async function look(t, change) {
    const front = await serve(t, {});
    Object.assign(front.answers, good(front.url));
    change(front.answers, front.url);
    return examine(envOf(DEMO, { OIDCPROXY_BASE_URL: front.url }));
  }

  test('good documents', async (t) => assertNoAlarm(await look(t, () => {})));
  test('E46: the metadata name the identity provider', async (t) =>
    assertNamed(await look(t, (a) => (a[PRM][2].authorization_servers = [`${emulator.url}/${TENANT}/v2.0`])), 'E46', { click: /reach this server/ }));
  test('E46: no document at all', async (t) => assertNamed(await look(t, (a) => delete a[PRM]), 'E46', {}));
  test('E47: no S256', async (t) => assertNamed(await look(t, (a) => delete a[AS][2].code_challenge_methods_supported), 'E47', { click: /reach this server/ }));
  test('E42: the proxy does not say https', async (t) => {
    const report = await look(t, (a, url) => (a[PRM][2].resource = `${url}/mcp`.replace('http:', 'https:')));
    assertNamed(report, 'E42', { click: /X-Forwarded-Proto/, set: /OIDCPROXY_BASE_URL=/ });
  });
  test('E55: the metadata are for another address', async (t) =>
    assertNamed(await look(t, (a) => (a[PRM][2].resource = 'https://internal.example/mcp')), 'E55', { set: /OIDCPROXY_BASE_URL=/ }));
  test('E37: the platform’s own sign-in stands in front', async (t) => {
    const report = await look(t, (a) => (a[PRM] = [302, { location: 'https://login.microsoftonline.com/common/oauth2/authorize?x=y' }, '']));
    assertNamed(report, 'E37', { click: /Authentication: remove the identity provider/ });
  });
  test('E37: … or refuses on its own', async (t) => assertNamed(await look(t, (a) => (a['/mcp'] = [403, {}, ''])), 'E37', {}));
  test('strangers are let in', async (t) => {
    const report = await look(t, (a) => (a['/mcp'] = [200, {}, {}]));
    assert.equal(report.code, 1);
    assert.match(report.text, /lets strangers in/);
  });
  test('nobody answers at --url', async () => {
    const port = await freePort();
    const report = await examine(envOf(DEMO, { OIDCPROXY_BASE_URL: undefined }), ['--url', `http://localhost:${port}/mcp`]);
    assert.equal(report.code, 1);
    assert.match(report.text, new RegExp(`nobody answers at http://localhost:${port}`));
  });
});

describe('good set-ups', { concurrency: 4 }, () => {
  test('a public callback, with the server running', async (t) => {
    const dir = scratch();
    const server = await startServer({ emulator, oneapi, home: dir.dir });
    t.after(async () => {
      await server.stop();
      dir.remove();
    });
    const report = await examine(envOf(DEMO, { HOME: dir.dir, OIDCPROXY_BASE_URL: undefined }), ['--url', server.url]);
    assertNoAlarm(report);
    assert.equal(report.verdict.way, 'callback');
    assert.match(report.verdict.set, new RegExp(`OIDCPROXY_BASE_URL=${server.origin}`));
    const checked = new Set(report.findings.filter((f) => f.grade === 'ok').map((f) => f.check));
    for (const check of ['settings', 'discovery', 'keys', 'client', 'wildcard', 'callback', 'device', 'resource', 'metadata', 'challenge', 'oneapi', 'key', 'folder'])
      assert.ok(checked.has(check), `${check} is not ok`);
  });

  test('a callback with a secret', async (t) => {
    const emu = await startEmulator();
    t.after(() => emu.stop());
    await emu.control('PATCH', `apps/${WEB}`, { web: { redirectUris: [`${PUBLIC}/auth/callback`] } });
    const report = await examine(envOf(WEB, { OIDCPROXY_AUTH_CLIENT_SECRET: 's3cret-web' }, emu));
    assertNoAlarm(report);
    assert.match(report.verdict.text, /with the client secret/);
    assert.ok(report.findings.some((f) => f.check === 'secret' && f.grade === 'ok'));
  });

  test('a callback with a federated token', async (t) => {
    const emu = await startEmulator();
    t.after(() => emu.stop());
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: 'https://cluster.example/', sub: 'pod', aud: 'api://AzureADTokenExchange', nbf: now - 5, exp: now + 600 };
    const input = [{ alg: 'RS256', kid: 'k' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const file = path.join(home.dir, 'good-token');
    writeFileSync(file, `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`);
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' };
    await emu.control('PATCH', `apps/${WEB}`, {
      web: { redirectUris: [`${PUBLIC}/auth/callback`] },
      federatedIdentityCredentials: [{ issuer: claims.iss, subject: claims.sub, jwks: { keys: [key] } }],
    });
    const report = await examine(envOf(WEB, { OIDCPROXY_AUTH_CLIENT_ASSERTION: file }, emu));
    assertNoAlarm(report);
    assert.match(report.verdict.text, /with the federated token/);
    assert.match(report.findings.find((f) => f.check === 'secret').text, /the federated token is accepted/);
  });

  const EXPLICIT = ['ISSUER', 'AUTHORIZATION_ENDPOINT', 'TOKEN_ENDPOINT', 'JWKS_URI', 'AUDIENCE'].map((name) => `OIDCPROXY_AUTH_${name}`);
  const discovered = (tenant, id, more, emu) =>
    envOf(id, {
      ...Object.fromEntries(EXPLICIT.map((name) => [name, undefined])),
      OIDCPROXY_AUTH_SCOPES: undefined,
      OIDCPROXY_CONFIG_URL: `${(emu ?? emulator).url}/${tenant}/v2.0/.well-known/openid-configuration`,
      OIDCPROXY_CLIENT_ID: id,
      ...more,
    });

  test('all of it discovered', async () => {
    const report = await examine(discovered(TENANT, DEMO, { OIDCPROXY_BASE_URL: 'http://localhost:1' }), ['--url', 'http://localhost:1']);
    assert.deepEqual(report.findings.filter((f) => f.grade === 'wrong' && f.check !== 'resource' && f.check !== 'metadata' && f.check !== 'challenge' && f.check !== 'server').map((f) => f.text), []);
    assert.ok(report.findings.some((f) => f.check === 'discovery' && f.grade === 'ok'));
    assert.equal(report.issuer, `${emulator.url}/${TENANT}/v2.0`);
  });

  test('several tenants, each named', async () => {
    const report = await examine(discovered('organizations', app('0b'), { OIDCPROXY_ALLOWED_TENANTS: TENANT }));
    assert.ok(!find(report, 'E05'), JSON.stringify(find(report, 'E05')));
    assertNamed(await examine(discovered('organizations', app('0b'))), 'E05', {});
  });

  test('the guide as it is written: the device way, and what would make it better', async () => {
    const report = await examine(envOf(SEED, { OIDCPROXY_BASE_URL: undefined }));
    assertNoAlarm(report);
    assert.equal(report.verdict.way, 'device');
    const known = await examine(envOf(SEED));
    assert.equal(known.code, 0);
    assertNamed(known, 'E12', { grade: 'warning', click: /Mobile and desktop applications/ });
    assert.match(known.verdict.change, /register https:\/\/mcp\.example\/auth\/callback/);
    assert.ok(find(known, 'E19'), 'what only a sign-in shows of the device code is named');
  });

  test('stdio without any sign-in', async () => {
    const { HOME, ...more } = tenantEnv(oneapi);
    const report = await examine({ HOME: home.dir, ...more, ZCELL_CUSTOMER_ID: '1', ...(HOME && {}) });
    assertNoAlarm(report);
    assert.equal(report.verdict.way, 'none');
  });
});

// A certified OpenID provider that knows no AADSTS numbers.
describe('another provider', { concurrency: 4 }, () => {
  let provider;
  before(async () => {
    const { default: Provider } = await import('oidc-provider');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const client = { grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: [`${PUBLIC}/auth/callback`] };
    const oidc = new Provider(url, {
      clients: [
        { ...client, client_id: 'public', token_endpoint_auth_method: 'none' },
        { ...client, client_id: 'confidential', client_secret: 'a-secret-of-the-client', token_endpoint_auth_method: 'client_secret_post' },
        { ...client, client_id: 'elsewhere', token_endpoint_auth_method: 'none', redirect_uris: ['https://other.example/cb'] },
      ],
    });
    const server = http.createServer(oidc.callback());
    await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    provider = { url, server };
  });
  after(() => provider.server.close());
  const at = (id, more) =>
    envOf(id, {
      OIDCPROXY_AUTH_ISSUER: provider.url,
      OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT: `${provider.url}/auth`,
      OIDCPROXY_AUTH_TOKEN_ENDPOINT: `${provider.url}/token`,
      OIDCPROXY_AUTH_JWKS_URI: `${provider.url}/jwks`,
      ...more,
    });

  test('a good registration raises no alarm', async () => {
    const report = await examine(at('public'));
    assertNoAlarm(report);
    assert.equal(report.verdict.way, 'callback');
    for (const check of ['client', 'wildcard', 'callback'])
      assert.equal(report.findings.find((f) => f.check === check).grade, 'ok', report.text);
  });

  test('with a secret, good and wrong', async () => {
    const report = await examine(at('confidential', { OIDCPROXY_AUTH_CLIENT_SECRET: 'a-secret-of-the-client' }));
    assertNoAlarm(report);
    const wrong = await examine(at('confidential', { OIDCPROXY_AUTH_CLIENT_SECRET: 'another-secret' }));
    assertNamed(wrong, 'E17', {});
  });

  test('E12: a callback that is not registered', async () => {
    const report = await examine(at('elsewhere'));
    assertNamed(report, 'E12', { click: /Add https:\/\/mcp\.example\/auth\/callback to the redirect URIs/ });
  });

  test('E04: a client that nobody knows', async () => assertNamed(await examine(at('nobody')), 'E04', { click: /./ }));

  test('E06: another issuer than the provider’s own', async () =>
    assertNamed(await examine(at('public', { OIDCPROXY_AUTH_ISSUER: `${provider.url}/` })), 'E06', { set: new RegExp(`=${'http'}.*\\d$`) }));

  test('E09: keys elsewhere', async () =>
    assertNamed(await examine(at('public', { OIDCPROXY_AUTH_JWKS_URI: `${provider.url}/no-keys` })), 'E09', { set: /\/jwks$/ }));
});

describe('Zscaler and the state', { concurrency: 4 }, () => {
  const plain = (more) => ({ HOME: home.dir, ...tenantEnv(oneapi), ZCELL_CUSTOMER_ID: '1', ...more });
  const of = (report, check) => report.findings.filter((f) => f.check === check);

  test('credentials that are missing', async () => {
    const report = await examine(plain({ ZSCALER_CLIENT_SECRET: '' }));
    assert.equal(report.code, 1);
    assert.match(of(report, 'oneapi')[0].text, /not set: ZSCALER_CLIENT_SECRET/);
  });

  test('credentials that are refused; products that are not bought; a customer ID that lacks', async (t) => {
    const dir = scratch();
    const config = path.join(dir.dir, 'oneapi.json');
    writeFileSync(config, JSON.stringify({ clients: [{ clientId: 'e2e-client', clientSecret: 'right-secret' }], services: ['ZIA', 'ZPA'] }));
    const some = await startOneapi(['--config', config]);
    t.after(async () => {
      await some.stop();
      dir.remove();
    });
    const env = (more) => ({ HOME: home.dir, ...tenantEnv(some), ...more });
    const refused = await examine(env({}));
    assert.equal(refused.code, 1);
    assert.match(of(refused, 'oneapi')[0].text, /refused the API credentials/);
    const lacking = await examine(env({ ZSCALER_CLIENT_SECRET: 'right-secret', ZSCALER_CUSTOMER_ID: '' }));
    assert.equal(lacking.code, 0);
    const [products, customer] = of(lacking, 'oneapi');
    assert.match(products.text, /not for zcc,.*zdx/);
    assert.equal(products.fix.set, 'ZSCALER_MCP_SERVICES=zia,zpa');
    assert.match(customer.fix.set, /ZSCALER_CUSTOMER_ID=/);
    const fitting = await examine(env({ ZSCALER_CLIENT_SECRET: 'right-secret', ZSCALER_MCP_SERVICES: 'zia,zpa' }));
    assertNoAlarm(fitting);
  });

  test('a key that others can read, a folder that cannot be used, a container without a key', async (t) => {
    const dir = scratch();
    t.after(() => dir.remove());
    const state = path.join(dir.dir, 'state');
    mkdirSync(state, { mode: 0o700 });
    writeFileSync(path.join(state, 'secret.key'), 'k'.repeat(64), { mode: 0o644 });
    chmodSync(path.join(state, 'secret.key'), 0o644);
    const open = await examine(plain({ ZSCALER_MCP_STATE_DIR: state }));
    assert.equal(open.code, 1);
    assert.match(of(open, 'key')[0].fix.click, /chmod 600/);
    chmodSync(path.join(state, 'secret.key'), 0o600);
    assertNoAlarm(await examine(plain({ ZSCALER_MCP_STATE_DIR: state })));
    writeFileSync(path.join(dir.dir, 'file'), '');
    const blocked = await examine(plain({ ZSCALER_MCP_STATE_DIR: path.join(dir.dir, 'file', 'state') }));
    assert.match(of(blocked, 'folder')[0].text, /cannot be written/);
    const container = await examine(plain({ K_SERVICE: 'x' }));
    assert.match(of(container, 'key')[0].fix.set, /ZSCALER_MCP_SECRET_KEY=/);
    assert.equal(container.code, 0);
  });
});

describe('a store that replicas share', () => {
  const store = (report) => report.findings.find((f) => f.check === 'store');

  test('Redis that answers, with and without a key in common; Redis that is not there', async (t) => {
    const port = await freePort();
    const password = 'pass-of-redis';
    const redis = await start('redis-server', ['--port', String(port), '--save', '', '--requirepass', password, '--dir', home.dir], { port });
    t.after(() => redis.stop('SIGKILL'));
    const at = (more) => envOf(DEMO, { ZSCALER_MCP_STORE: `redis://:${password}@127.0.0.1:${port}`, ...more });
    const good = await examine(at());
    assert.equal(store(good).grade, 'ok', good.text);
    assert.ok(good.findings.some((f) => f.check === 'folder' && /none is needed/.test(f.text)));
    const keyless = await examine(at({ ZSCALER_MCP_SECRET_KEY: undefined }));
    assert.equal(store(keyless).grade, 'warning');
    assert.match(store(keyless).fix.set, /ZSCALER_MCP_SECRET_KEY=/);
    const locked = await examine(at({ ZSCALER_MCP_STORE: `redis://:another-password@127.0.0.1:${port}` }));
    assert.equal(store(locked).grade, 'wrong', locked.text);
    await redis.stop('SIGKILL');
    const gone = await examine(at());
    assert.equal(gone.code, 1);
    assert.match(store(gone).text, /Redis does not answer at/);
    for (const { text } of [good, keyless, locked, gone]) assert.doesNotMatch(text, /pass-of-redis|another-password/);
  });

  test('a value that no store can be made of', async () => {
    const report = await examine(envOf(DEMO, { ZSCALER_MCP_STORE: 'postgres://x' }));
    assert.equal(report.code, 1);
    assert.match(report.text, /ZSCALER_MCP_STORE/);
  });
});

describe('the report', { concurrency: 4 }, () => {
  test('as a table: marks, numbers, what to click and to set, the verdict', async () => {
    const { code, text } = await run(envOf(UNKNOWN));
    assert.equal(code, 1);
    for (const line of [/✓ .*discovery/, /✗ {2}E04 {2}client ID/, /saw .*unauthorized_client, AADSTS700016 at 20.*client-request-id [\da-f-]{36}/, /do .*Overview/, /set .*OIDCPROXY_AUTH_AUDIENCE=/, /Not tried.*E04: wildcard/, /Verdict: /])
      assert.match(text, line);
  });

  test('no secret, code or token in it, whatever is asked', async (t) => {
    const emu = await startEmulator();
    t.after(() => emu.stop());
    const env = envOf(WEB, { OIDCPROXY_AUTH_CLIENT_SECRET: 's3cret-web' }, emu);
    for (const args of [['--verbose', '--deep'], ['--json', '--deep']]) {
      const { text } = await run(env, args);
      for (const secret of ['s3cret-web', 'e2e-secret', 'a-key-of-more-than-thirty-two-characters'])
        assert.ok(!text.includes(secret), `${secret} is in ${text}`);
      assert.doesNotMatch(text, /eyJ[\w-]+\.|device_code|\b[A-Z0-9]{9}\b/);
    }
  });

  test('ground rules: few requests, apart, an honest name, an id each, no person; the secret once', async (t) => {
    const seen = [];
    const port = await freePort();
    const front = http.createServer(async (request, answer) => {
      let body = '';
      for await (const part of request) body += part;
      seen.push({ at: performance.now(), url: request.url, method: request.method, headers: request.headers, body });
      const { host, connection, ...headers } = request.headers;
      const from = await fetch(emulator.url + request.url, { method: request.method, headers, body: body || undefined, redirect: 'manual' });
      answer.writeHead(from.status, Object.fromEntries([...from.headers].filter(([name]) => !/^(content-length|content-encoding|transfer-encoding|connection)$/.test(name))));
      answer.end(await from.text());
    });
    await new Promise((resolve) => front.listen(port, '127.0.0.1', resolve));
    t.after(() => front.close());
    const env = envOf(WEB, { ...urlsOf(TENANT, { url: `http://127.0.0.1:${port}` }), OIDCPROXY_AUTH_CLIENT_SECRET: 's3cret-web' });
    const { text } = await run(env, ['--verbose', '--deep', '--user', 'alice@contoso.example']);
    assert.match(text, /watched by security teams/);
    assert.ok(seen.length >= 10 && seen.length <= 15, `${seen.length} requests`);
    const ids = new Set();
    for (const [i, { at, headers, url, body }] of seen.entries()) {
      assert.match(headers['user-agent'], /^zscaler-mcp\/[\d.]+ \(doctor\)$/);
      assert.match(headers['client-request-id'], /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
      ids.add(headers['client-request-id']);
      assert.ok(i === 0 || at - seen[i - 1].at > 200, `request ${i} came too early`);
      assert.ok(!headers.cookie && !headers.authorization);
      assert.doesNotMatch(url + body, /login_hint|username=|password=|alice/);
      if (url.includes('/authorize')) assert.match(url, /prompt=none/);
    }
    assert.equal(ids.size, seen.length);
    const secret = seen.filter(({ url, body }) => (url + body).includes('s3cret-web'));
    assert.equal(secret.length, 1);
    assert.match(secret[0].body, /grant_type=client_credentials/);
  });

  test('wrong usage: 2, and the usage', async () => {
    const rows = [
      [['--nonsense'], /usage: zscaler-mcp/],
      [['--user'], /usage: zscaler-mcp/],
      [['extra'], /usage: zscaler-mcp/],
      [['--url', 'mcp.example.com'], /--url 'mcp\.example\.com' is not the address of a server/],
      [['--user', 'ada'], /--user 'ada' is not a name like/],
      [['--user', 'ada@a/b'], /is not a name like/],
    ];
    for (const [args, says] of rows) {
      const { code, text } = await run({ HOME: home.dir }, args);
      assert.equal(code, 2);
      assert.match(text, says);
    }
  });

  test('docs/doctor.md has the table of numbers that the program prints', async () => {
    const { code, text } = await run({ HOME: home.dir }, ['--numbers']);
    assert.equal(code, 0);
    assert.ok(readFileSync(path.join(root, 'docs/doctor.md'), 'utf8').includes(text), 'zscaler-mcp doctor --numbers');
  });
});
