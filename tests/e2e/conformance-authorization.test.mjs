// SPDX-License-Identifier: MIT
// The official conformance suite's scenarios for authorization servers, against the OIDCProxy.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { Person } from './lib/desk.mjs';
import { freePort, root, sleep, startAll } from './lib/programs.mjs';

const folder = path.join(root, 'tests/conformance');

test('metadata and authorization code grant', async (t) => {
  execFileSync(path.join(folder, 'install'));
  const all = await startAll();
  t.after(all.stop);
  const { origin, url } = all.server;
  const port = await freePort();
  const registered = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [`http://127.0.0.1:${port}/callback`], token_endpoint_auth_method: 'none' }),
  });
  const { client_id } = await registered.json();

  const suite = path.join(folder, 'node_modules/conformance/dist/index.js');
  const child = spawn(process.execPath, [suite, 'authorization', '--url', origin, '--client-id', client_id, '--resource', url, '-p', String(port)]);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let out = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (out += data));
  t.after(() => child.kill());
  const authorize = () => out.match(new RegExp(`${origin}/authorize\\S*`));
  for (let waited = 0; !authorize() && waited < 15000; waited += 50) await sleep(50);
  assert.ok(authorize(), out);
  new Person().open(authorize()[0]);
  assert.equal(await exited, 0, out);
  assert.match(out, /authorization-server-metadata-endpoint: [1-9]\d* passed, 0 failed/);
  assert.match(out, /authorization-code-grant: [1-9]\d* passed, 0 failed/);
});
