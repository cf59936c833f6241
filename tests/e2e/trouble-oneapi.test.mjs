// SPDX-License-Identifier: MIT
// Zscaler's API in trouble: every failure is a tool error that says which side it was and what to do, and the next call
// works as if nothing had been. And calls that end early: a client that leaves, a server that is told to stop.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { program, scratch, sleep, start, startEmulator, startOneapi, startServer } from './lib/programs.mjs';
import { callTool, Client, during, fetchCode, post, raw, rpc, signIn } from './lib/signin.mjs';

const TOOL = 'zia_list_rule_labels';
const PATH = '/zia/api/v1/ruleLabels';

let emulator, oneapi, home, server, token;
const fake = async (method, where, body) => {
  const answer = await fetch(`${oneapi.url}/_fake/${where}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} /_fake/${where}: ${answer.status} ${await answer.text()}`);
  return answer.json().catch(() => null);
};
const spoil = (kind, more = {}) => fake('POST', 'fault', { path: PATH, kind, count: 1, ...more });
const call = (options) => callTool(server, token, TOOL, {}, options);

before(async () => {
  home = scratch();
  [emulator, oneapi] = await Promise.all([startEmulator(), startOneapi()]);
  server = await startServer({ emulator, oneapi, home: home.dir, env: { ZSCALER_MCP_REQUEST_TIMEOUT: '2' } });
  ({ token } = await signIn(server));
});
after(async () => {
  await Promise.all([server.stop(), emulator.stop(), oneapi.stop()]);
  home.remove();
});
beforeEach(() => fake('DELETE', 'fault'));

async function works(options) {
  const { status, body } = await call(options);
  assert.equal(status, 200);
  assert.notEqual(body.result?.isError, true, JSON.stringify(body));
  assert.ok(body.result.structuredContent.result.length > 0);
}

async function failsWith(says) {
  const { status, body } = await call();
  assert.equal(status, 200, 'a tool’s failure is a result, not an HTTP error');
  assert.equal(body.result.isError, true, JSON.stringify(body));
  const [{ text }] = body.result.content;
  for (const pattern of says) assert.match(text, pattern);
  return text;
}

describe('Zscaler’s API in trouble', () => {
  test('in good times it works', () => works());

  const TROUBLES = [
    ['500', {}, [/500/]],
    ['503', { retryAfter: null }, [/503/]],
    ['429', { retryAfter: null }, [/429/]],
    ['cut', { count: 10 }, [/127\.0\.0\.1:\d+/]],
    ['badJson', {}, [/HTTP 200|not JSON|JSON/]],
    ['latency', { ms: 4000 }, [/127\.0\.0\.1:\d+/, /2000 ms|in time/]],
    ['slowBody', { ms: 4000 }, [/127\.0\.0\.1:\d+/, /2000 ms|in time/]],
    ['429', { retryAfter: 3600, count: 10 }, [/429/]],
  ];
  for (const [kind, more, says] of TROUBLES)
    test(`${kind} ${JSON.stringify(more)}: told, and the next call works`, async () => {
      await spoil(kind, more);
      await failsWith(says);
      await fake('DELETE', 'fault');
      await works();
      assert.equal((await fetch(`${server.origin}/health`)).status, 200);
    });

  for (const kind of ['429', '503'])
    test(`${kind} with Retry-After: waited for, the caller sees only the result`, async () => {
      await spoil(kind, { retryAfter: 0 });
      await works();
    });

  test('401: the token is renewed once, the caller sees only the result', async () => {
    const before = await fake('GET', 'stats');
    await fake('POST', 'tokens/expire');
    await Promise.all([works(), works(), works()]);
    const { tokenRequests } = await fake('GET', 'stats');
    assert.equal(tokenRequests - before.tokenRequests, 1);
  });

  test('401 that stays: says what to check', async () => {
    await spoil('401', { count: 10 });
    await failsWith([/401/, /ZSCALER_CLIENT_ID/]);
  });

  test('no failure shows the API’s secret or token', async () => {
    assert.doesNotMatch(server.log(), /e2e-secret/);
  });
});

describe('calls that end early', () => {
  // Its own server: slow calls need patience, and some tests stop it.
  let own, ownHome, bearer;
  const settled = async (t, env = {}, args = []) => {
    ownHome = scratch();
    t.after(ownHome.remove);
    own = await during(t, startServer({ emulator, oneapi, home: ownHome.dir, env, args }));
    bearer = (await signIn(own)).token;
    await callTool(own, bearer, TOOL); // the API's token is there
  };

  test('a client that leaves: its worker is free at once, the others are served', async (t) => {
    await settled(t, { ZSCALER_MCP_WORKERS: '1', ZSCALER_MCP_QUEUE: '4' });
    await spoil('latency', { ms: 8000 });
    const leave = new AbortController();
    const left = callTool(own, bearer, TOOL, {}, { signal: leave.signal }).catch((error) => error.name);
    await sleep(150);
    leave.abort();
    assert.equal(await left, 'AbortError');
    const began = Date.now();
    const { body } = await callTool(own, bearer, TOOL);
    assert.notEqual(body.result.isError, true, JSON.stringify(body));
    assert.ok(Date.now() - began < 4000, `the only worker waited for nobody: ${Date.now() - began} ms`);
  });

  test('queue full: 503 with Retry-After, who needs no worker is answered, afterwards all is well', async (t) => {
    await settled(t, { ZSCALER_MCP_WORKERS: '1', ZSCALER_MCP_QUEUE: '1' });
    await spoil('latency', { ms: 700, count: 3 });
    const many = Array.from({ length: 8 }, () => callTool(own, bearer, TOOL));
    await sleep(100);
    assert.equal((await post(own, bearer, rpc('ping'))).status, 200);
    const answers = await Promise.all(many);
    const full = answers.filter(({ status }) => status === 503);
    assert.ok(full.length >= 5, `${full.length} refused`);
    for (const { headers } of full) assert.match(headers.get('retry-after'), /^\d+$/);
    for (const { status, body } of answers) if (status !== 503) assert.notEqual(body.result.isError, true);
    assert.notEqual((await callTool(own, bearer, TOOL)).body.result.isError, true);
  });

  test('SIGTERM in the middle of a call: the call finishes, new ones do not begin, status 0', async (t) => {
    await settled(t);
    await spoil('latency', { ms: 1000 });
    const running = callTool(own, bearer, TOOL);
    await sleep(200);
    own.child.kill('SIGTERM');
    await own.logged(/stopping/);
    await sleep(50);
    assert.equal(await raw(own.port, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n', { ms: 300 }), '', 'the port is closed');
    const { status, body } = await running;
    assert.equal(status, 200);
    assert.notEqual(body.result.isError, true);
    assert.deepEqual(await own.exited, { code: 0, signal: null });
    assert.match(own.log(), /stopped/);
  });

  test('SIGTERM in the middle of a sign-in: it is finished after the restart', async (t) => {
    await settled(t);
    const client = new Client(own);
    await client.register();
    const browser = new Browser();
    const at = await browser.walk(client.begin(), { until: `${emulator.url}/` });
    assert.deepEqual(await own.stop('SIGTERM'), { code: 0, signal: null });
    const again = await during(t, startServer({ emulator, oneapi, home: ownHome.dir, port: own.port }));
    const end = await browser.walk(at.url, { until: client.redirect });
    const { status, body } = await client.redeem(end.params.get('code'));
    assert.equal(status, 200);
    assert.equal((await post(again, body.access_token, rpc('ping'))).status, 200);
  });

  test('two SIGTERMs, and SIGINT: still status 0', async (t) => {
    await settled(t);
    own.child.kill('SIGINT');
    own.child.kill('SIGTERM');
    assert.deepEqual(await own.exited, { code: 0, signal: null });
  });

  test('two servers on one state folder: a token of one opens the other, a code is spent for both', async (t) => {
    await settled(t);
    const second = await during(t, startServer({ emulator, oneapi, home: ownHome.dir }));
    const { client, code } = await fetchCode(own);
    const redeemAt = (port) => rawPost(port, '/token', own.port, new URLSearchParams({ grant_type: 'authorization_code', client_id: client.id, code, redirect_uri: client.redirect, code_verifier: client.verifier }));
    const both = await Promise.all([redeemAt(own.port), redeemAt(second.port), redeemAt(own.port), redeemAt(second.port)]);
    assert.ok(both.filter(({ status }) => status === 200).length <= 1, JSON.stringify(both.map(({ status }) => status)));
    const opened = await rawPost(second.port, '/mcp', own.port, JSON.stringify(rpc('ping')), { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' });
    assert.equal(opened.status, 200, opened.text);
  });

  test('wrong credentials of the API: the tool says which variables, the sign-in is not hurt', async (t) => {
    const config = `${home.dir}/clients.json`;
    writeFileSync(config, JSON.stringify({ clients: [{ clientId: 'right', clientSecret: 'right-secret' }] }));
    const strict = await during(t, startOneapi(['--config', config]));
    const wrongHome = scratch();
    t.after(wrongHome.remove);
    const wrong = await during(t, startServer({ emulator, oneapi: strict, home: wrongHome.dir }));
    const { token: good } = await signIn(wrong);
    const { status, body } = await callTool(wrong, good, TOOL);
    assert.equal(status, 200);
    assert.equal(body.result.isError, true);
    assert.match(body.result.content[0].text, /refused the API credentials.*ZSCALER_CLIENT_ID.*ZSCALER_CLIENT_SECRET/s);
    assert.doesNotMatch(body.result.content[0].text + wrong.log(), /e2e-secret/);
  });

  test('no credentials of the API at all: the tool names what is not set', async (t) => {
    const bareHome = scratch();
    t.after(bareHome.remove);
    const bare = await during(t, startServer({ emulator, home: bareHome.dir }));
    const { body } = await callTool(bare, (await signIn(bare)).token, TOOL);
    assert.equal(body.result.isError, true);
    assert.match(body.result.content[0].text, /ZSCALER_CLIENT_ID.*ZSCALER_VANITY_DOMAIN.*ZSCALER_CLIENT_SECRET/s);
  });
});

// A POST to one server in the name of another, as behind a load balancer.
function rawPost(port, where, namedPort, body, headers = { 'content-type': 'application/x-www-form-urlencoded' }) {
  return new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', path: where, headers: { host: `localhost:${namedPort}`, ...headers } }, (answer) => {
      let text = '';
      answer.on('data', (data) => (text += data));
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    request.on('error', reject);
    request.end(body.toString());
  });
}

describe('the API is not there', () => {
  test('told which host and what to check; taken up again when it is back', async (t) => {
    const gone = await startOneapi();
    t.after(() => gone.stop('SIGKILL'));
    const otherHome = scratch();
    t.after(otherHome.remove);
    const waiting = await during(t, startServer({ emulator, oneapi: gone, home: otherHome.dir }));
    const { token: good } = await signIn(waiting);
    await gone.stop();
    const { body } = await callTool(waiting, good, TOOL);
    assert.equal(body.result.isError, true);
    assert.match(body.result.content[0].text, new RegExp(`127\\.0\\.0\\.1:${gone.port}`));
    assert.match(body.result.content[0].text, /check/i);
    await during(t, start(program('fake-oneapi'), ['--port', String(gone.port)], { port: gone.port }));
    const again = await callTool(waiting, good, TOOL);
    assert.notEqual(again.body.result.isError, true, JSON.stringify(again.body));
  });
});
