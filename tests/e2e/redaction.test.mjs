// SPDX-License-Identifier: MIT
// Planted secrets, at the highest log level, in every mode of the log: none of them comes out anywhere.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort, program, scratch, startEmulator, startOneapi, startServer } from './lib/programs.mjs';
import { callTool, during, post, rpc, signIn } from './lib/signin.mjs';

// Each with a word of its own, so that a find tells which it was.
const plant = (name) => `planted-${name}-0123456789abcdef0123456789abcdef`;
const home = scratch();
let emulator, oneapi;
before(async () => {
  [emulator, oneapi] = await Promise.all([startEmulator(), startOneapi()]);
});
after(async () => {
  await Promise.all([emulator.stop(), oneapi.stop()]);
  home.remove();
});

function assertHidden(secrets, places) {
  for (const [where, text] of Object.entries(places)) {
    assert.ok(text.length > 0, `${where} is empty`);
    for (const [what, secret] of Object.entries(secrets)) assert.ok(!text.includes(secret), `${what} stands in ${where}: …${text.slice(Math.max(0, text.indexOf(secret) - 120), text.indexOf(secret) + 20)}…`);
  }
}

for (const format of ['text', 'json'])
  describe(`log format ${format}`, () => {
    const port = {};
    before(async () => (port.metrics = await freePort()));
    const base = (name) => ({
      ZSCALER_MCP_DEBUG: 'true',
      ZSCALER_MCP_LOG_FORMAT: format,
      ZSCALER_MCP_LOG_TOOL_CALLS: 'true',
      ZSCALER_MCP_METRICS: `127.0.0.1:${port.metrics}`,
      ZSCALER_MCP_AUDIT: `log,file:${path.join(home.dir, `${name}-${format}.log`)}`,
      ZSCALER_MCP_PID_FILE: path.join(home.dir, `${name}-${format}.pid`),
      ZSCALER_MCP_WRITE_ENABLED: 'true',
      ZSCALER_MCP_WRITE_TOOLS: 'zia_*',
    });
    const places = async (server, env) => ({
      log: server.log(),
      audit: readFileSync(env.ZSCALER_MCP_AUDIT.replace('log,file:', ''), 'utf8'),
      metrics: await (await fetch(`http://127.0.0.1:${port.metrics}/metrics`)).text(),
      'PID file': readFileSync(env.ZSCALER_MCP_PID_FILE, 'utf8'),
      status: execFileSync(program('zscaler-mcp'), ['status'], { env: { HOME: home.dir, ...env }, encoding: 'utf8' }),
    });

    test('sign-in, refresh, calls, a bearer that is none, a write with secrets among its arguments', async (t) => {
      const env = { ...base('proxy'), ZSCALER_MCP_SECRET_KEY: plant('root-key'), OIDCPROXY_OPERATOR_KEY: plant('operator-key') };
      const server = await during(t, startServer({ emulator, oneapi, home: home.dir, env }));
      const { client, token, refreshToken } = await signIn(server);
      const next = await client.refresh(refreshToken);
      await callTool(server, token, 'zia_list_rule_labels');
      await callTool(server, next.body.access_token, 'zia_create_vpn_credential', { type: 'UFQDN', fqdn: 'x@example.com', pre_shared_key: plant('shared-key') });
      const asked = await callTool(server, token, 'zia_delete_rule_label', { label_id: '1' });
      const confirmation = /confirmation_token": "([^"]+)"/.exec(JSON.parse(JSON.stringify(asked.body.result.content[0].text)))[1];
      await callTool(server, token, 'zia_delete_rule_label', { label_id: '1', kwargs: JSON.stringify({ confirmation_token: confirmation }) });
      await post(server, plant('wrong-bearer'), rpc('ping'));
      await fetch(new URL('/introspect', server.url), { method: 'POST', headers: { authorization: `Bearer ${plant('wrong-operator')}`, 'content-type': 'application/x-www-form-urlencoded' }, body: `token=${token}` });
      await fetch(new URL(`/auth/callback?code=${plant('code')}&state=${plant('state')}`, server.url));
      const secrets = {
        'the root key': plant('root-key'),
        'the operator key': plant('operator-key'),
        'the API secret': 'e2e-secret',
        'an access token': token,
        'its signature': token.split('.')[2],
        'a refresh token': refreshToken,
        'the next refresh token': next.body.refresh_token,
        'a shared key among arguments': plant('shared-key'),
        'a confirmation token': confirmation,
        'a wrong bearer': plant('wrong-bearer'),
        'a wrong operator key': plant('wrong-operator'),
        'a code': plant('code'),
        'a state': plant('state'),
      };
      assertHidden(secrets, await places(server, env));
    });

    test('keys of the other modes, and what a start with mistakes says', async (t) => {
      const env = { ...base('key'), ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_AUTH_API_KEY: plant('api-key') };
      const server = await during(t, startServer({ oneapi, home: home.dir, env }));
      await callTool(server, plant('api-key'), 'zia_list_rule_labels');
      await callTool(server, plant('wrong-key'), 'zia_list_rule_labels');
      assertHidden({ 'the API key': plant('api-key'), 'a wrong key': plant('wrong-key') }, await places(server, env));
      const file = path.join(home.dir, 'secrets.env');
      writeFileSync(file, `ZSCALER_MCP_SECRET_KEY=short-planted\nZSCALER_CLIENT_SECRET=${plant('client-secret')}\nZSCALER_MCP_STORE=redis://user:${plant('redis')}@host:port\nOIDCPROXY_AUTH_CLIENT_SECRET=${plant('idp-secret')}\nZSCALER_MCP_REQUEST_STATE_KEYS={"${plant('state-key')}":1}\n`);
      const { status, stdout, stderr } = spawnSync(program('zscaler-mcp'), ['--transport', 'streamable-http', '--debug', '--dotenv-path', file], { env: { HOME: home.dir }, encoding: 'utf8' });
      assert.equal(status, 2);
      assertHidden({ 'a short key': 'short-planted', 'the client secret': plant('client-secret'), 'the password of Redis': plant('redis'), 'the provider’s secret': plant('idp-secret'), 'a state key': plant('state-key') }, { 'the problems': stdout + stderr });
    });
  });
