// SPDX-License-Identifier: MIT
// Clients without a browser: mcp-remote --device-code on a machine that has none, the person at another one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Desk, Person } from './lib/desk.mjs';
import { sleep, startAll } from './lib/programs.mjs';

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
