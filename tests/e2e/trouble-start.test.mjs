// SPDX-License-Identifier: MIT
// Bad input at the start: every mistake is told at once, with the variable's name, what was expected and an example, and
// nothing serves. What may come later (identity provider down, no state folder) does not stop the start.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { APP, freePort, program, scratch, sleep, start, startEmulator, startServer } from './lib/programs.mjs';
import { during, post, rpc, signIn } from './lib/signin.mjs';

const TENANT_URL = 'https://login.microsoftonline.com/7e57ed00-0000-4000-8000-000000000001';
const REAL = {
  OIDCPROXY_AUTH_ISSUER: `${TENANT_URL}/v2.0`,
  OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT: `${TENANT_URL}/oauth2/v2.0/authorize`,
  OIDCPROXY_AUTH_TOKEN_ENDPOINT: `${TENANT_URL}/oauth2/v2.0/token`,
  OIDCPROXY_AUTH_JWKS_URI: `${TENANT_URL}/discovery/v2.0/keys`,
  OIDCPROXY_AUTH_AUDIENCE: APP,
  ZSCALER_MCP_AUTH_ENABLED: 'false',
  ZSCALER_MCP_ALLOW_HTTP: 'true',
};
const REQUIRED = ['OIDCPROXY_AUTH_ISSUER', 'OIDCPROXY_AUTH_AUDIENCE'];

// Starts the server and waits for its end; one that serves instead is a failed test.
async function refused(env, args = []) {
  const port = await freePort();
  const running = await start(program('zscaler-mcp'), ['--port', String(port), ...args], { env });
  const end = await Promise.race([running.exited, sleep(5000)]);
  await running.stop('SIGKILL');
  assert.ok(end, `it went on:\n${running.log()}`);
  return { ...end, log: running.log() };
}

const without = (name) => Object.fromEntries(Object.entries(REAL).filter(([key]) => key !== name));

describe('the configuration is wrong', () => {
  for (const name of REQUIRED)
    test(`${name} is missing: named, with an example, status 2`, async (t) => {
      const { code, log } = await refused(without(name));
      assert.equal(code, 2);
      assert.match(log, new RegExp(`${name} is missing.*for example \\S+`));
    });

  for (const name of Object.keys(REAL).filter((key) => /_(ENDPOINT|URI)$/.test(key)))
    test(`${name} is missing: told, and taken from the discovery document`, async (t) => {
      const running = await during(t, start(program('zscaler-mcp'), ['--port', String(await freePort())], { env: without(name) }));
      await running.logged(new RegExp(`WARNING .*${name} is not set: it is taken from the discovery document of OIDCPROXY_AUTH_ISSUER`));
    });

  test('several mistakes: one message tells all of them', async (t) => {
    const { code, log } = await refused({
      ...REAL,
      OIDCPROXY_AUTH_TOKEN_ENDPOINT: 'token',
      OIDCPROXY_AUTH_AUDIENCE: 'api://zscaler-mcp',
      OIDCPROXY_AUTH_SCOPES: 'profile',
      OIDCPROXY_ACCESS_TOKEN_TTL: '12',
      ZSCALER_MCP_WORKERS: 'many',
      ZSCALER_MCP_SECRET_KEY: 'short',
      ZSCALER_MCP_TLS_CERTFILE: '/etc/tls/server.pem',
      ZSCALER_MCP_LOG_FORMAT: 'xml',
    });
    assert.equal(code, 2);
    for (const line of [
      /OIDCPROXY_AUTH_TOKEN_ENDPOINT: 'token' is not valid/,
      /OIDCPROXY_AUTH_AUDIENCE: 'api:\/\/zscaler-mcp' is not the application \(client\) ID/,
      /OIDCPROXY_AUTH_SCOPES: 'profile' lacks openid/,
      /OIDCPROXY_ACCESS_TOKEN_TTL.*12.*600.*86400/,
      /ZSCALER_MCP_WORKERS.*many/,
      /ZSCALER_MCP_SECRET_KEY: each key needs at least 32 characters/,
      /ZSCALER_MCP_TLS_KEYFILE.*the key is missing/,
      /ZSCALER_MCP_LOG_FORMAT.*xml.*text\|json/,
    ])
      assert.match(log, line);
    assert.equal(log.split('\n').filter((line) => line.startsWith('  - ')).length, 8, log);
  });

  const MISTAKES = [
    ['an issuer without /v2.0', { OIDCPROXY_AUTH_ISSUER: `${TENANT_URL}/` }, /OIDCPROXY_AUTH_ISSUER.*must end in \/v2\.0/],
    ['an issuer with a slash behind it', { OIDCPROXY_AUTH_ISSUER: `${TENANT_URL}/v2.0/` }, /OIDCPROXY_AUTH_ISSUER.*must end in \/v2\.0/],
    ['the tenant called common', { OIDCPROXY_AUTH_ISSUER: 'https://login.microsoftonline.com/common/v2.0' }, /OIDCPROXY_AUTH_ISSUER.*names no tenant/],
    ['an endpoint of another tenant', { OIDCPROXY_AUTH_TOKEN_ENDPOINT: TENANT_URL.replace('01', '02') + '/oauth2/v2.0/token' }, /OIDCPROXY_AUTH_TOKEN_ENDPOINT.*another tenant/],
    ['the v1 endpoint', { OIDCPROXY_AUTH_TOKEN_ENDPOINT: `${TENANT_URL}/oauth2/token` }, /OIDCPROXY_AUTH_TOKEN_ENDPOINT.*not the v2\.0 endpoint/],
    ['the tenant ID as audience', { OIDCPROXY_AUTH_AUDIENCE: '7e57ed00-0000-4000-8000-000000000001' }, /OIDCPROXY_AUTH_AUDIENCE is the tenant ID/],
    ['plain http to the provider', { OIDCPROXY_AUTH_JWKS_URI: `${TENANT_URL}/discovery/v2.0/keys`.replace('https', 'http') }, /OIDCPROXY_AUTH_JWKS_URI.*must be https/],
    ['what is no URL', { OIDCPROXY_AUTH_TOKEN_ENDPOINT: 'login.microsoftonline.com' }, /OIDCPROXY_AUTH_TOKEN_ENDPOINT.*login\.microsoftonline\.com/],
    ['a placeholder left in', { OIDCPROXY_AUTH_AUDIENCE: '<CLIENT_ID>' }, /OIDCPROXY_AUTH_AUDIENCE.*<CLIENT_ID>/],
    ['a public URL over http', { OIDCPROXY_BASE_URL: 'http://mcp.example.com' }, /OIDCPROXY_BASE_URL.*must be https/],
    ['two auth layers', { ZSCALER_MCP_AUTH_MODE: 'jwt' }, /ZSCALER_MCP_AUTH_MODE=jwt.*two auth layers/],
    ['a port that is none', { ZSCALER_MCP_PORT: '99999' }, /ZSCALER_MCP_PORT|--port/],
  ];
  for (const [what, env, says] of MISTAKES)
    test(`${what}: named, status 2`, async (t) => {
      const { ZSCALER_MCP_PORT, ...rest } = env;
      const { code, log } = await refused({ ...REAL, ...rest }, ZSCALER_MCP_PORT ? ['--port', ZSCALER_MCP_PORT] : []);
      assert.equal(code, 2, log);
      assert.match(log, says);
    });

  test('an unknown flag, an unknown command: status 2', async (t) => {
    const flag = await refused(REAL, ['--no-such-flag']);
    assert.equal(flag.code, 2);
    assert.match(flag.log, /--no-such-flag/);
    const command = await refused(REAL, ['no-such-command']);
    assert.equal(command.code, 2);
    assert.match(command.log, /no-such-command/);
  });

  test('a variable that is nearly one of ours: did you mean', async (t) => {
    const { log } = await refused({ ...without('OIDCPROXY_AUTH_AUDIENCE'), OIDCPROXY_AUTH_AUDIENCES: APP });
    assert.match(log, /OIDCPROXY_AUTH_AUDIENCES.*OIDCPROXY_AUTH_AUDIENCE/s);
  });

  test('no message repeats a secret', async (t) => {
    const { log } = await refused({ ...without('OIDCPROXY_AUTH_AUDIENCE'), ZSCALER_MCP_SECRET_KEY: 'tooshort-s3cr3t', OIDCPROXY_AUTH_CLIENT_SECRET: 's3cr3t-of-entra' });
    assert.doesNotMatch(log, /s3cr3t/);
  });
});

describe('never open', () => {
  // A half-made OIDCProxy with the guide's AUTH_ENABLED=false would be an open server, were it taken for "no sign-in".
  const PROXY = {
    ...REAL,
    OIDCPROXY_AUTH_CLIENT_ID: APP,
    OIDCPROXY_AUTH_CLIENT_SECRET: 'x',
    OIDCPROXY_AUTH_SCOPES: 'openid',
    OIDCPROXY_CONFIG_URL: `${TENANT_URL}/v2.0/.well-known/openid-configuration`,
    OIDCPROXY_CLIENT_ID: APP,
    OIDCPROXY_AUDIENCE: APP,
  };
  for (const name of Object.keys(PROXY).filter((key) => key.startsWith('OIDCPROXY_')))
    for (const value of [PROXY[name], ''])
      test(`${name}=${value ? '…' : ''} alone: /mcp does not answer without a token`, async (t) => {
        const port = await freePort();
        const env = { [name]: value, ZSCALER_MCP_AUTH_ENABLED: 'false', ZSCALER_MCP_ALLOW_HTTP: 'true' };
        const running = await during(t, start(program('zscaler-mcp'), ['--transport', 'streamable-http', '--port', String(port)], { env }));
        const answer = await firstAnswer(port, running);
        assert.notEqual(answer?.status, 200, `${name} alone opened the server:\n${running.log()}`);
        assert.equal(running.child.exitCode, 2, running.log());
      });

  for (const name of ['OIDCPROXY_AUTH_ISUER', 'OIDCPROXY_CLIENT_SECRET', 'OIDCPROXY_REQUIRED_SCOPES', 'OIDCPROXY_BASE_URL'])
    test(`${name}, misspelt or lonely: not taken for an open server`, async () => {
      const env = { [name]: 'https://mcp.example.com', ZSCALER_MCP_AUTH_ENABLED: 'false' };
      const { code, log } = await refused(env, ['--transport', 'streamable-http']);
      assert.equal(code, 2);
      assert.match(log, name.includes('ISUER') ? /did you mean OIDCPROXY_AUTH_ISSUER/ : /would open the server to everybody/);
    });

  async function firstAnswer(port, running) {
    for (let i = 0; i < 100; i++) {
      if (running.child.exitCode !== null) return null;
      const answer = await post({ url: `http://127.0.0.1:${port}/mcp` }, null, rpc('tools/list')).catch(() => null);
      if (answer) return answer;
      await sleep(20);
    }
    return null;
  }

  test('HTTP without any way to sign in does not start', async (t) => {
    const { code, log } = await refused({}, ['--transport', 'streamable-http']);
    assert.equal(code, 2);
    assert.match(log, /no way to sign in is configured/);
  });

  test('the whole guide: 401 without a token, with the way to sign in', async (t) => {
    const home = scratch();
    t.after(home.remove);
    const emulator = await during(t, startEmulator());
    const server = await during(t, startServer({ emulator, home: home.dir }));
    const answer = await post(server, null, rpc('tools/list'));
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate'), /resource_metadata="http:\/\/localhost:\d+\/\.well-known\/oauth-protected-resource/);
  });
});

describe('the surroundings are not as they should be', () => {
  let home;
  before(() => (home = scratch()));
  after(() => home.remove());

  test('port in use: says which, ends with a status', async (t) => {
    const holder = net.createServer();
    const port = await freePort();
    await new Promise((resolve) => holder.listen(port, '127.0.0.1', resolve));
    const running = await start(program('zscaler-mcp'), ['--port', String(port)], { env: { ...REAL, HOME: home.dir } });
    const { code } = await running.exited;
    holder.close();
    assert.equal(code, 1);
    assert.match(running.log(), new RegExp(`${port}.*in use`, 'i'));
  });

  test('a state folder that cannot be made: starts, warns, serves', async (t) => {
    writeFileSync(path.join(home.dir, 'file'), '');
    const emulator = await during(t, startEmulator());
    const server = await during(t, startServer({ emulator, home: home.dir, env: { ZSCALER_MCP_STATE_DIR: path.join(home.dir, 'file/state') } }));
    assert.match(server.log(), /WARNING .*no writable state folder.*ZSCALER_MCP_STATE_DIR/);
    const { token } = await signIn(server);
    assert.equal((await post(server, token, rpc('ping'))).status, 200);
  });

  test('a damaged root key file: refused by name, not replaced', async (t) => {
    const state = path.join(home.dir, 'damaged');
    mkdirSync(state);
    writeFileSync(path.join(state, 'secret.key'), 'short\n', { mode: 0o600 });
    const { code, log } = await refused({ ...REAL, HOME: home.dir, ZSCALER_MCP_STATE_DIR: state });
    assert.equal(code, 1);
    assert.match(log, /secret\.key/);
    assert.equal(readFileSync(path.join(state, 'secret.key'), 'utf8'), 'short\n');
  });

  test('the root key is for its owner only', async (t) => {
    const emulator = await during(t, startEmulator());
    const server = await during(t, startServer({ emulator, home: home.dir }));
    const key = path.join(home.dir, '.local/state/zscaler-mcp/secret.key');
    assert.ok(existsSync(key));
    assert.equal(statSync(key).mode & 0o077, 0);
  });

  test('TLS files that do not exist: named', async (t) => {
    const { code, log } = await refused({ ...REAL, HOME: home.dir, ZSCALER_MCP_TLS_CERTFILE: '/no/such.pem', ZSCALER_MCP_TLS_KEYFILE: '/no/such.key' });
    assert.equal(code, 1);
    assert.match(log, /\/no\/such\.pem/);
  });

  test('a folder that only others may write to', { skip: process.getuid() === 0 && 'root may write anywhere' }, async (t) => {
    const state = path.join(home.dir, 'readonly');
    mkdirSync(state);
    chmodSync(state, 0o500);
    const emulator = await during(t, startEmulator());
    const server = await during(t, startServer({ emulator, home: home.dir, env: { ZSCALER_MCP_STATE_DIR: state } }));
    assert.match(server.log(), /no writable state folder/);
  });
});

describe('the identity provider is not there', () => {
  let home;
  before(() => (home = scratch()));
  after(() => home.remove());

  test('at the start: starts, says so, answers 503 to a provider’s token, recovers by itself', async (t) => {
    const port = await freePort();
    const emulator = { url: `http://127.0.0.1:${port}` };
    const server = await during(t, startServer({ emulator, home: home.dir }));
    await server.logged(/identity provider cannot be reached yet/);
    assert.equal((await fetch(`${server.origin}/health`)).status, 200);
    const unknown = await post(server, await foreignToken(), rpc('ping'));
    assert.equal(unknown.status, 503, 'who signed cannot be known: never a 401 that sends people round in circles');
    assert.match(unknown.headers.get('retry-after'), /^\d+$/);
    assert.match(unknown.body.error_description, /OIDCPROXY_AUTH_JWKS_URI/);

    const back = await during(t, start(program('entra-emulator'), ['--port', String(port)], { port }));
    const { token } = await signInWhenBack(server);
    assert.equal((await post(server, token, rpc('ping'))).status, 200);
  });

  // The server asks again by itself after one second, then two, four…
  async function signInWhenBack(server) {
    for (let i = 0; ; i++) {
      try {
        return await signIn(server);
      } catch (error) {
        if (i >= 20) throw error;
        await sleep(500);
      }
    }
  }

  test('later: who is signed in goes on working; a new sign-in is told to try again', async (t) => {
    const emulator = await during(t, startEmulator());
    const server = await during(t, startServer({ emulator, home: home.dir }));
    const { token, client, browser, refreshToken } = await signIn(server);
    await emulator.control('POST', 'fault', { endpoint: 'token', kind: 'status503', count: 1 });
    const end = await browser.walk(client.begin(), { until: client.redirect });
    assert.equal(end.status, 503, 'the page at the callback');
    assert.match(end.html, /could not be asked just now/);
    assert.match(end.html, /[Tt]ry again/);
    assert.equal(browser.pages.at(-1).headers.get('retry-after'), '5');
    assert.match(end.html, /error=temporarily_unavailable/, 'the way back to the client');
    await emulator.stop();
    assert.equal((await post(server, token, rpc('ping'))).status, 200);
    const refresh = await client.refresh(refreshToken);
    assert.equal(refresh.status, 503, JSON.stringify(refresh.body));
    assert.equal(refresh.body.error, 'temporarily_unavailable', 'not invalid_grant: clients would throw the token away');
  });

  for (const [kind, says] of [['badJson', /JSON/], ['close', /cannot be asked/]])
    test(`its token endpoint answers with ${kind}: a page that says so, the next sign-in works`, async (t) => {
      const emulator = await during(t, startEmulator());
      const server = await during(t, startServer({ emulator, home: home.dir }));
      const { client, browser } = await signIn(server);
      await emulator.control('POST', 'fault', { endpoint: 'token', kind, count: 9 }); // a kept connection that dies is tried once more
      const end = await browser.walk(client.begin(), { until: client.redirect });
      assert.ok(end.status >= 400, `${end.status}`);
      assert.match(end.html, says);
      await emulator.control('POST', 'reset');
      await signIn(server);
    });

  // Shaped as Entra's, signed by nobody we know.
  async function foreignToken() {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ typ: 'JWT', alg: 'RS256', kid: 'unknown' })}.${part({ aud: APP })}.${'A'.repeat(342)}`;
  }
});
