// SPDX-License-Identifier: MIT
// The deployment guide, verbatim: its registration (one redirect URI, http://localhost:6274/callback; public client
// flows on) and its environment, with an unmodified mcp-remote.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { ALICE, Browser } from './lib/browser.mjs';
import { Desk, Person } from './lib/desk.mjs';
import { freePort, guideEnv, sleep, startAll, startServer } from './lib/programs.mjs';

const SEED = 'c11e0000-0000-4000-8000-000000000001';
const TOOL = 'zia_list_rule_labels';

async function works(peer) {
  await peer.initialize();
  const result = await peer.request('tools/call', { name: TOOL, arguments: {} });
  assert.notEqual(result.isError, true, result.content[0].text);
}

// Stands where the guide has Cloud Run or an ingress: TLS ends there, the name is public, only X-Forwarded-Proto tells.
async function publicFront(target) {
  const port = await freePort();
  const server = http.createServer((request, answer) => {
    const headers = { ...request.headers, 'x-forwarded-proto': 'https', host: 'mcp.example.com' };
    const onward = http.request({ port: target, host: '127.0.0.1', method: request.method, path: request.url, headers }, (from) => {
      answer.writeHead(from.statusCode, from.rawHeaders);
      from.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, stop: () => server.close() };
}

const authorizeUrl = (origin, clientId, redirectUri) =>
  `${origin}/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 's',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })}`;

async function register(origin, redirectUri) {
  const answer = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'probe', redirect_uris: [redirectUri] }),
  });
  return (await answer.json()).client_id;
}

describe("the guide's registration, as it is", () => {
  let all;
  before(async () => {
    all = await startAll();
    await all.server.stop();
    // 127.0.0.1 is another host than the registered localhost, as a public name would be.
    all.server = await startServer({ emulator: all.emulator, oneapi: all.oneapi, home: all.home, env: guideEnv(all.emulator, SEED) });
    all.url = `http://127.0.0.1:${all.server.port}/mcp`;
  });
  after(() => all.stop());

  test('a plain mcp-remote signs in with a code, once', async (t) => {
    const desk = Desk.during(t, new Person());
    const peer = await desk.mcpRemote(all.url);
    await works(peer).catch((error) => assert.fail(`${error.message}\n${peer.stderr}\n${all.server.log()}`));
    const window = await desk.person.lastWindow();
    const page = window.pages.find((each) => each.url.includes('/auth/device'));
    assert.match(Person.read(page), /Go on only if you started this yourself/);
    assert.match(window.end.html, /Authorization successful/);
    await peer.close();
    const again = await desk.mcpRemote(all.url);
    await works(again);
    assert.equal(desk.person.windows.length, 1, 'no second sign-in');
    await again.close();
  });

  test('the log names the way, the reason, and the one change that makes it better', async () => {
    const [line] = await all.server.logged(/.*event="the way people sign in" way=device.*/);
    assert.match(line, /WARNING/);
    assert.match(line, /register http:\/\/127\.0\.0\.1:\d+\/auth\/callback/);
    assert.match(line, /Mobile and desktop applications/);
  });

  test('mcp-remote URL 6274 --callback-path /callback needs no code: its own address is registered', async (t) => {
    const desk = Desk.during(t, new Person());
    const port = String(await freePort()); // Entra ignores the port; 6274 may be taken here
    const peer = await desk.mcpRemote(all.url, { args: [port, '--callback-path', '/callback'] });
    await works(peer).catch((error) => assert.fail(`${error.message}\n${peer.stderr}\n${all.server.log()}`));
    const window = await desk.person.lastWindow();
    assert.ok(!window.pages.some((each) => each.url.includes('/auth/device')), 'no code was shown');
    assert.ok(window.end.url.startsWith(`http://localhost:${port}/callback?`));
    await peer.close();
  });

  test('somebody who takes longer than mcp-remote waits: the next start takes one click and no second sign-in', async (t) => {
    const desk = Desk.during(t, new Person({ patience: 0 }));
    const first = await desk.mcpRemote(all.url, { args: ['--auth-timeout', '2'] });
    desk.person.think = 27000 / 3; // three pages of the person's own thinking
    first.initialize().catch(() => {});
    const window = await desk.person.opened(30000);
    await Promise.race([window.done, sleep(60000)]);
    const told = window.pages.find((each) => /You are signed in/.test(each.html));
    assert.ok(told, `${window.trace.join('\n')}\n${all.server.log()}`);
    assert.match(Person.read(told), /Connect again .* one click, and not to sign in again/);
    first.child.kill('SIGKILL');
    desk.person.think = 0;
    desk.person.patience = 50;
    const logins = async () => (await all.emulator.journal()).filter((row) => row.endpoint === 'devicecode').length;
    const before = await logins();
    const second = await desk.mcpRemote(all.url);
    await works(second);
    const last = await desk.person.lastWindow();
    assert.match(Person.read(last.pages[0]), /You are signed in already/);
    assert.equal(await logins(), before, 'the provider was not asked for another code');
    await second.close();
  });

  test('OIDCPROXY_DEVICE_CODE=false forbids codes and says what to register', async () => {
    const server = await startServer({
      emulator: all.emulator, oneapi: all.oneapi, home: all.home,
      env: { ...guideEnv(all.emulator, SEED), OIDCPROXY_DEVICE_CODE: 'false' },
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const uri = 'http://localhost:3334/oauth/callback';
    const end = await new Browser({ account: ALICE }).walk(authorizeUrl(origin, await register(origin, uri), uri));
    assert.equal(end.status, 400);
    assert.match(end.html, new RegExp(`${origin}/auth/callback`));
    await server.stop();
  });

  test('a server on localhost itself needs no code: Entra ignores the port of /callback', async (t) => {
    const desk = Desk.during(t, new Person());
    const peer = await desk.mcpRemote(all.server.url);
    await works(peer);
    const window = await desk.person.lastWindow();
    assert.ok(!window.pages.some((each) => each.url.includes('/auth/device')));
    await all.server.logged(/way=callback because="the callback of this server is registered" redirect_uri=http:\/\/localhost:\d+\/callback/);
    await peer.close();
  });

  test('a public name behind TLS that ends upstream: a code, and metadata of that name', async () => {
    const front = await publicFront(all.server.port);
    const origin = `http://127.0.0.1:${front.port}`;
    const metadata = await (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json();
    assert.equal(metadata.issuer, 'https://mcp.example.com');
    assert.equal(metadata.authorization_response_iss_parameter_supported, false, 'Entra sends no iss on the loopback way');
    await all.server.logged(/register https:\/\/mcp\.example\.com\/auth\/callback/).catch(() => null);
    front.stop();
  });
});
