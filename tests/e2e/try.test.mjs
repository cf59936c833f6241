// SPDX-License-Identifier: MIT
// `zscaler-mcp try URL`: what an administrator runs to see the whole way without an AI client.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ALICE, Browser, DAVE } from './lib/browser.mjs';
import { Person } from './lib/desk.mjs';
import { freePort, program, start, startAll, startServer } from './lib/programs.mjs';

async function tryServer(url, args, env) {
  const running = await start(program('zscaler-mcp'), ['try', url, ...args], { env });
  const { code } = await running.exited;
  return { code, text: running.log() };
}
const as = ({ login, passwd }, password = passwd) => ['--account', `${login}:${password}`, '--wait', '5'];

describe('zscaler-mcp try', () => {
  let all;
  before(async () => (all = await startAll()));
  after(() => all.stop());

  test('signs in, lists the tools, calls the one asked for: exit 0', async () => {
    const { code, text } = await tryServer(all.server.url, [...as(ALICE), '--tool', 'zia_list_rule_labels']);
    assert.equal(code, 0, text);
    for (const step of [/401 with the address of the metadata/, /registered as a client/, /signed in/, /access token for 3600 s, and a refresh token/, /zia_list_rule_labels/])
      assert.match(text, step);
    assert.match(text, /✓ +\d+ ms +in all: this deployment works/);
    assert.doesNotMatch(text, /Pa55-alice|eyJ[\w-]+\.eyJ/, 'neither password nor token is shown');
  });

  for (const [what, app, device] of [
    ["the guide's registration as it is: its own address is registered, no code", 'c11e0000-0000-4000-8000-000000000001', false],
    ['no address of ours registered: the way of the code', 'c11e0000-0000-4000-8000-000000000002', true],
  ])
    test(what, async () => {
      const server = await startServer({ ...all, home: all.home, env: { OIDCPROXY_AUTH_AUDIENCE: app } });
      const { code, text } = await tryServer(`http://127.0.0.1:${server.port}/mcp`, [...as(ALICE), '--tool', 'zia_list_rule_labels']);
      await server.stop();
      assert.equal(code, 0, text);
      assert.equal(/\/auth\/device → 200/.test(text), device, text);
    });

  test('--device: the code is entered in a browser elsewhere, and nothing is opened here', async (t) => {
    const server = await startServer({ ...all, home: all.home, env: { OIDCPROXY_CLIENT_DEVICE_CODE: 'true' } });
    t.after(() => server.stop());
    const running = await start(program('zscaler-mcp'), ['try', server.url, '--device', '--tool', 'zia_list_rule_labels']);
    const [, uri, code] = await running.logged(/in a browser, on any machine, open\s+(\S+)\s+and enter +(\S+)/);
    const end = await new Browser({ account: { ...ALICE, user_code: code } }).walk(uri);
    assert.match(end.html, /go back to your/i, Person.read(end));
    const ended = await running.exited;
    assert.equal(ended.code, 0, running.log());
    assert.match(running.log(), /device code received[\s\S]*access token for 3600 s/);
  });

  test('--device where the server offers none: says what to set', async () => {
    const { code, text } = await tryServer(all.server.url, ['--device']);
    assert.equal(code, 1);
    assert.match(text, /OIDCPROXY_CLIENT_DEVICE_CODE=true/);
  });

  test('without --tool it finds one that reads', async () => {
    const { code, text } = await tryServer(all.server.url, as(ALICE));
    assert.equal(code, 0, text);
  });

  test('wrong password: not 0, and says what the sign-in page said', async () => {
    const { code, text } = await tryServer(all.server.url, as(ALICE, 'wrong'));
    assert.notEqual(code, 0);
    assert.match(text, /the password was not accepted: .*(incorrect|AADSTS50126)/is);
  });

  test('a person of another tenant: not 0, with Entra’s number', async () => {
    const { code, text } = await tryServer(all.server.url, as(DAVE));
    assert.notEqual(code, 0);
    assert.match(text, /AADSTS50020/);
  });

  test('a tool that is not there: not 0', async () => {
    const { code, text } = await tryServer(all.server.url, [...as(ALICE), '--tool', 'zia_no_such_tool']);
    assert.notEqual(code, 0, text);
    assert.match(text, /zia_no_such_tool/);
  });

  test('nobody there: not 0, and names the address', async () => {
    const port = await freePort();
    const { code, text } = await tryServer(`http://localhost:${port}/mcp`, as(ALICE));
    assert.notEqual(code, 0);
    assert.match(text, new RegExp(`localhost:${port}`));
  });

  test('another name of the same server: not 0, says which name it has', async () => {
    const pinned = await startServer({ ...all, home: all.home, env: { OIDCPROXY_BASE_URL: 'https://mcp.example.com' } });
    const { code, text } = await tryServer(pinned.url, as(ALICE));
    await pinned.stop();
    assert.notEqual(code, 0);
    assert.match(text, /https:\/\/mcp\.example\.com/);
  });

  test('an open server: says that no sign-in is asked for, and calls a tool', async () => {
    const open = await startServer({ oneapi: all.oneapi, home: all.home, args: ['--transport', 'streamable-http'], env: { ZSCALER_MCP_AUTH_ENABLED: 'false' } });
    const { code, text } = await tryServer(open.url, ['--tool', 'zia_list_rule_labels']);
    await open.stop();
    assert.equal(code, 0, text);
    assert.match(text, /no sign-in is asked for/);
  });
});
