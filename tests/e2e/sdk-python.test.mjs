// SPDX-License-Identifier: MIT
// The official Python client: auto mode (its default: the stateless era first) and legacy mode.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Person } from './lib/desk.mjs';
import { program, scratch, startAll, startOneapi, tenantEnv } from './lib/programs.mjs';
import { python, serve } from './lib/python.mjs';

const TOOL = 'zia_list_rule_labels';

const VERSIONS = { auto: '2026-07-28', legacy: '2025-11-25' };

function worked(session, mode) {
  assert.equal(session.protocol, VERSIONS[mode]);
  assert.equal(session.isError, false);
  assert.ok(session.tools.includes(TOOL));
  assert.ok(session.result.result.length > 0);
}

for (const mode of ['auto', 'legacy'])
  describe(`Python client, ${mode}`, () => {
    const person = new Person();
    const home = scratch();
    const state = path.join(home.dir, 'state.json');
    let all;
    let browser;
    before(async () => {
      all = await startAll();
      browser = await serve(person);
    });
    after(async () => {
      browser.close();
      await all.stop();
      home.remove();
    });
    const run = () => python(['http', all.server.url, state, browser.address, mode, TOOL]);
    const kept = () => JSON.parse(readFileSync(state, 'utf8'));
    const edit = (change) => writeFileSync(state, JSON.stringify({ ...kept(), tokens: { ...kept().tokens, ...change } }));

    test('signs in once; list and call', async () => {
      worked(await run(), mode);
      assert.equal(person.windows.length, 1);
      assert.equal(kept().client.token_endpoint_auth_method, 'none');
    });

    test('restart with the kept tokens: no sign-in', async () => {
      worked(await run(), mode);
      assert.equal(person.windows.length, 1);
    });

    test('restart of the server: not noticed', async () => {
      await all.restartServer();
      worked(await run(), mode);
      assert.equal(person.windows.length, 1);
    });

    test('access token dead after a restart: this client signs in again, and the person only presses Continue', async () => {
      edit({ access_token: `${kept().tokens.access_token.slice(0, -6)}AAAAAA` });
      worked(await run(), mode);
      assert.equal(person.windows.length, 2);
      const { pages } = person.windows[1];
      assert.equal(pages.length, 1, pages.map(Person.read).join('\n'));
      assert.match(Person.read(pages[0]), /Continue to sign-in/);
    });
  });

for (const mode of ['auto', 'legacy'])
  test(`Python client, ${mode}, over stdio`, async (t) => {
    const home = scratch();
    const oneapi = await startOneapi();
    t.after(() => oneapi.stop().then(home.remove));
    worked(await python(['stdio', program('zscaler-mcp'), mode, TOOL], { HOME: home.dir, ...tenantEnv(oneapi) }), mode);
  });
