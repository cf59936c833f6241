// SPDX-License-Identifier: MIT
// The Entra emulator as a program: its flags, TLS, playing the real hosts, and golden keys. What it answers is tested in
// tests/unit/dev_entra.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { CONTROL, TENANT, freePort, program, scratch, start } from './lib/programs.mjs';

const SEED = 'c11e0000-0000-4000-8000-000000000001';
const LOGIN = 'login.microsoftonline.com';
let home, cert, key;

before(() => {
  home = scratch();
  cert = path.join(home.dir, 'cert.pem');
  key = path.join(home.dir, 'key.pem');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert,
    '-subj', '/CN=emulator', '-addext', `subjectAltName=DNS:localhost,DNS:${LOGIN},DNS:graph.microsoft.com,IP:127.0.0.1`], { stdio: 'ignore' });
});
after(() => home.remove());

async function emulator(t, args = []) {
  const port = await freePort();
  const running = await start(program('entra-emulator'), ['--port', String(port), '--control-token', CONTROL, ...args], { port });
  t.after(() => running.stop());
  return { ...running, port };
}

const tls = () => ['--set', `listen.tls.certFile=${cert}`, '--set', `listen.tls.keyFile=${key}`];

// As a client whose resolver sends every name to this machine.
function ask(port, host, where, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = https.request({
      host, port, path: where, method, headers, ca: readFileSync(cert),
      lookup: (_name, options, done) => options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
    }, (answer) => {
      let text = '';
      answer.on('data', (data) => (text += data));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

async function signIn(port, host) {
  const asked = new URLSearchParams({ client_id: SEED, response_type: 'code', scope: 'openid profile', redirect_uri: 'http://localhost:6274/callback' });
  const sent = await ask(port, host, `/${TENANT}/oauth2/v2.0/authorize?${asked}`, { headers: { 'x-emu-user': 'alice@contoso.example', 'x-emu-consent': 'accept' } });
  const code = new URL(sent.headers.location).searchParams.get('code');
  const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: SEED, code, redirect_uri: 'http://localhost:6274/callback' });
  const answer = await ask(port, host, `/${TENANT}/oauth2/v2.0/token`, { method: 'POST', headers: FORM, body: String(body) });
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text);
}

const refusals = [
  [['--set', 'behaviour.issParameter=perhaps'], /behaviour\.issParameter: must be one of false\|true/],
  [['--set', 'tenants.0.users.0.id=x'], /tenants\[0\]\.users\[0\]\.id: must be a GUID/],
  [['--set', 'tenants.7.userConsent=allow'], /leads nowhere/],
  [['--set', 'nothing'], /is not PATH=VALUE/],
  [['--host', '0.0.0.0'], /--listen-anywhere/],
  [['--colour'], /--colour: unknown/],
  [['--port', '70000'], /is no port/],
  [['--config', '/does/not/exist.json'], /exist\.json/],
];

for (const [args, says] of refusals) {
  test(`refused: ${args.join(' ')}`, async () => {
    const running = await start(program('entra-emulator'), args);
    const { code } = await running.exited;
    assert.equal(code, 2);
    assert.match(running.log(), says);
  });
}

test('a file of its own, and the environment lines', async (t) => {
  const file = path.join(home.dir, 'one.json');
  const app = { appId: SEED, displayName: 'One', publicClient: { redirectUris: ['http://localhost/cb'] } };
  writeFileSync(file, JSON.stringify({ tenants: [{ id: TENANT, domains: ['one.example'], applications: [app] }] }));
  const running = await emulator(t, ['--config', file, '--print-env', SEED]);
  await running.logged(/TEST accounts and TEST tokens only/);
  const lines = (await running.logged(/(export [^]*AUTH_ENABLED=false)/))[1].split('\n');
  assert.equal(lines.filter((line) => line.startsWith('export ')).length, 7);
});

test('over TLS, under the name it was asked to have', async (t) => {
  const { port } = await emulator(t, tls());
  const answer = await ask(port, 'localhost', `/${TENANT}/v2.0/.well-known/openid-configuration`);
  assert.equal(JSON.parse(answer.text).issuer, `https://127.0.0.1:${port}/${TENANT}/v2.0`);
  await assert.rejects(fetch(`https://localhost:${port}/`), (error) => /self-signed|certificate/i.test(String(error.cause?.message)));
  await assert.rejects(fetch(`http://localhost:${port}/`));
});

test('in the place of the real hosts', async (t) => {
  const { port } = await emulator(t, [...tls(), '--set', 'issuerMode=real']);
  const issuer = `https://${LOGIN}/${TENANT}/v2.0`;
  const document = JSON.parse((await ask(port, LOGIN, `/${TENANT}/v2.0/.well-known/openid-configuration`)).text);
  assert.equal(document.issuer, issuer);
  assert.equal(document.token_endpoint, `https://${LOGIN}/${TENANT}/oauth2/v2.0/token`);
  assert.equal(document.userinfo_endpoint, 'https://graph.microsoft.com/oidc/userinfo');
  const tokens = await signIn(port, LOGIN);
  assert.equal(claimsOf(tokens.id_token).iss, issuer);
  assert.equal(claimsOf(tokens.access_token).iss, `https://sts.windows.net/${TENANT}/`);
  const person = await ask(port, 'graph.microsoft.com', '/oidc/userinfo', { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.equal(JSON.parse(person.text).name, 'Alice Example');
  const device = await ask(port, LOGIN, `/${TENANT}/oauth2/v2.0/devicecode`, { method: 'POST', headers: FORM, body: `client_id=${SEED}&scope=openid` });
  assert.equal(JSON.parse(device.text).verification_uri, 'https://login.microsoft.com/device');
});

test('a seed and a fixed clock make two runs alike', async (t) => {
  const args = [...tls(), '--set', 'seed=golden', '--set', 'clock.mode=fixed', '--set', 'clock.now=2027-01-01T00:00:00Z', '--set', 'issuerMode=real'];
  const runs = [];
  for (let i = 0; i < 2; i++) {
    const { port } = await emulator(t, args);
    const keys = JSON.parse((await ask(port, LOGIN, `/${TENANT}/discovery/v2.0/keys`)).text).keys;
    runs.push({ keys: keys.map((each) => JSON.stringify(each)), tokens: await signIn(port, LOGIN) });
  }
  assert.deepEqual(runs[0], runs[1]);
  assert.equal(claimsOf(runs[0].tokens.id_token).exp, Date.UTC(2027, 0, 1) / 1000 + 3600);
});
