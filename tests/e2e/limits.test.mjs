// SPDX-License-Identifier: MIT
// Floods (T31, T58): memory stays flat, and nobody is locked out by a neighbour.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { startAll } from './lib/programs.mjs';
import { signIn } from './lib/signin.mjs';

const body = JSON.stringify({ redirect_uris: ['http://localhost:6274/callback'], client_name: 'flood' });
const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

// Posts registrations over kept connections; resolves to how often each status came.
async function flood(server, count, { width = 32, headers = {} } = {}) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: width });
  const statuses = {};
  let left = count;
  const one = () =>
    new Promise((resolve, reject) => {
      const request = http.request(`${server.origin}/register`, { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } });
      request.on('error', reject);
      request.on('response', (answer) => {
        statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
        answer.resume().on('end', () => resolve(answer.headers));
      });
      request.end(body);
    });
  const worker = async () => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: width }, worker));
  agent.destroy();
  return statuses;
}

// Floods until buffers and arenas have found their size; resolves to what is resident then.
async function settled(server) {
  let last = rss(server.child.pid);
  for (let quiet = 0, round = 0; quiet < 2 && round < 10; round++) {
    await flood(server, 15000);
    const now = rss(server.child.pid);
    quiet = Math.abs(now - last) < 128 * 1024 ? quiet + 1 : 0;
    last = now;
  }
  return last;
}

describe('registrations without limits', () => {
  let all;
  before(async () => (all = await startAll({ env: { OIDCPROXY_RATE_LIMIT: '0' } })));
  after(() => all.stop());

  test('T31: 100,000 of them leave the memory as it was', async () => {
    const { server } = all;
    const before_ = await settled(server);
    const statuses = await flood(server, 100000);
    assert.deepEqual(statuses, { 201: 100000 });
    const grown = rss(server.child.pid) - before_;
    assert.ok(grown < 1024 * 1024, `grew by ${grown} bytes`);
  });
});

describe('registrations with limits', () => {
  let all;
  // No ZSCALER_MCP_ALLOW_HTTP: nothing is in front, each address counts for itself.
  before(async () => (all = await startAll({ env: { OIDCPROXY_RATE_LIMIT: '100', ZSCALER_MCP_ALLOW_HTTP: undefined } })));
  after(() => all.stop());

  test('T31, T58: a flood is turned away, cheaply, and a refresh from the same address passes', async () => {
    const { server } = all;
    const { client, refreshToken } = await signIn(server);
    const before_ = await settled(server);
    const statuses = await flood(server, 50000);
    assert.ok(statuses[429] > 49000, JSON.stringify(statuses));
    const grown = rss(server.child.pid) - before_;
    assert.ok(grown < 1024 * 1024, `grew by ${grown} bytes`);
    const refreshed = await client.refresh(refreshToken);
    assert.equal(refreshed.status, 200);
    for (let i = 0; i < 100; i++) await client.refresh('a guess');
    const guess = await client.refresh('a guess');
    assert.equal(guess.status, 429);
    assert.ok(Number(guess.headers.get('retry-after')) >= 1);
    assert.equal((await client.refresh(refreshed.body.refresh_token)).status, 200);
    const lines = server.log().match(/rate limit reached.*/g);
    assert.equal(lines.filter((line) => /endpoint=register/.test(line)).length, 1, 'one line a minute');
  });

  test('behind a named proxy each client has a budget, behind a hidden one all share a large one', async () => {
    const named = { ZSCALER_MCP_ALLOW_HTTP: 'true', ZSCALER_MCP_TRUSTED_PROXIES: '127.0.0.1', OIDCPROXY_RATE_LIMIT: '20' };
    await all.restartServer({ env: named });
    for (const address of ['192.0.2.1', '192.0.2.2', '2001:db8::1']) {
      const statuses = await flood(all.server, 25, { width: 1, headers: { 'x-forwarded-for': address } });
      assert.ok(statuses[201] >= 20 && statuses[429] >= 1, `${address} ${JSON.stringify(statuses)}`);
    }
    const neighbour = await flood(all.server, 5, { width: 1, headers: { 'x-forwarded-for': '2001:db8::ffff' } });
    assert.ok(neighbour[429] >= 4, 'the same /64');
    assert.doesNotMatch(all.server.log(), /hides who calls/);
    await all.restartServer({ env: { ...named, ZSCALER_MCP_TRUSTED_PROXIES: undefined } });
    await all.server.logged(/hides who calls.*ZSCALER_MCP_TRUSTED_PROXIES/);
    const shared = await flood(all.server, 990, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    assert.deepEqual(shared, { 201: 990 });
  });
});
