// SPDX-License-Identifier: MIT
// Clients that do not register: by the URL of their metadata document, and by an id that somebody typed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Desk, Person } from './lib/desk.mjs';
import { startDocuments } from './lib/documents.mjs';
import { APP, program, scratch, start, startAll } from './lib/programs.mjs';
import { python, serve } from './lib/python.mjs';
import { Client, fetchCode, signIn } from './lib/signin.mjs';

const TOOL = 'zia_list_rule_labels';

async function works(desk, url, args) {
  const peer = await desk.mcpRemote(url, { args });
  await peer.initialize();
  const result = await peer.request('tools/call', { name: TOOL, arguments: {} });
  assert.ok(result.structuredContent.result.length > 0);
  assert.deepEqual(await peer.close(), { code: 0, signal: null }, peer.stderr);
  return peer;
}

const registrations = (desk) => readdirSync(desk.home, { recursive: true }).filter((name) => name.endsWith('_client_info.json'));

describe('a metadata document as the client id', () => {
  let all;
  let documents;
  before(async () => {
    documents = await startDocuments();
    all = await startAll({ env: { OIDCPROXY_CLIENT_DOCUMENT_HOSTS: documents.host, SSL_CERT_FILE: documents.ca } });
  });
  after(async () => {
    await all.stop();
    await documents.stop();
  });

  test('mcp-remote --client-metadata-url: one sign-in, no registration, the page says who publishes', async (t) => {
    const url = documents.publish('/mcp-remote.json', { client_name: 'MCP from a document', redirect_uris: ['http://localhost/oauth/callback'] });
    const desk = Desk.during(t);
    await works(desk, all.server.url, ['--client-metadata-url', url]);
    assert.equal(desk.person.windows.length, 1);
    const page = Person.read((await desk.person.lastWindow()).pages[0]);
    assert.match(page, new RegExp(`MCP from a document published by ${documents.host}`));
    assert.match(page, /any program on this computer can claim to be this application/);
    for (const name of registrations(desk)) assert.equal(JSON.parse(readFileSync(path.join(desk.home, name))).client_id, url);
    assert.deepEqual(documents.requests.map((request) => request.path), ['/mcp-remote.json'], 'fetched once for all steps');
    const { headers } = documents.requests[0];
    assert.equal(headers.accept, 'application/json');
    assert.equal(headers.cookie, undefined);

    // Its host goes down: who is signed in stays so, and the document of an hour ago would still do.
    await works(desk, all.server.url, ['--client-metadata-url', url]);
    assert.equal(desk.person.windows.length, 1);
    assert.equal(documents.requests.length, 1);
  });

  test('Python client_metadata_url', async (t) => {
    const url = documents.publish('/python.json', { client_name: 'py-document', redirect_uris: ['http://localhost:3030/callback'] });
    const home = scratch();
    const person = new Person();
    const browser = await serve(person);
    t.after(() => {
      browser.close();
      home.remove();
    });
    const state = path.join(home.dir, 'state.json');
    const run = () => python(['http', all.server.url, state, browser.address, 'auto', TOOL, url]);
    assert.equal((await run()).isError, false);
    assert.equal((await run()).isError, false);
    assert.equal(person.windows.length, 1);
    assert.equal(JSON.parse(readFileSync(state)).client.client_id, url);
    assert.match(Person.read(person.windows[0].pages[0]), /py-document published by localhost/);
  });

  test('what the document does not allow, nobody gets; the reason is in the log alone', async () => {
    const cases = [
      ['/missing.json', null, /its host answered HTTP 404/],
      ['/moved.json', { status: 302, headers: { location: `${documents.origin}/mcp-remote.json` } }, /its host answered HTTP 302/],
      ['/big.json', { body: JSON.stringify({ client_id: `${documents.origin}/big.json`, x: 'y'.repeat(6000) }) }, /larger than 5120 bytes/],
      ['/other.json', { body: JSON.stringify({ client_id: `${documents.origin}/else.json` }) }, /its client_id is not its URL/],
      ['/secret.json', { body: JSON.stringify({ client_id: `${documents.origin}/secret.json`, client_name: 'x', client_secret: 'y' }) }, /client secret/],
    ];
    const texts = new Set();
    for (const [where, more, reason] of cases) {
      if (more) documents.publish(where, {}, more);
      const client = new Client(all.server);
      client.id = documents.origin + where;
      const { end } = await fetchCode(all.server, { client });
      assert.equal(end.status, 400);
      texts.add(Person.read(end).replace(/Request [0-9a-f]+/, ''));
      await all.server.logged(reason);
      const { status, body } = await client.redeem('x');
      assert.equal(status, 401);
      assert.equal(body.error, 'invalid_client');
    }
    assert.equal(texts.size, 1, [...texts].join('\n'));
  });

  test('addresses of this machine and of private networks are never asked, unless listed', async (t) => {
    const other = await startDocuments();
    t.after(() => other.stop());
    const client = new Client(all.server);
    client.id = other.publish('/a.json', { redirect_uris: [client.redirect] });
    assert.equal((await fetchCode(all.server, { client })).end.status, 400);
    await all.server.logged(/its port is not 443, and OIDCPROXY_CLIENT_DOCUMENT_HOSTS does not list it/);
    client.id = 'https://localhost/a.json';
    assert.equal((await fetchCode(all.server, { client })).end.status, 400);
    await all.server.logged(/not an address of the public internet/);
    assert.equal(other.requests.length, 0);
  });

  test('switched off: the metadata say so, and the client registers', async (t) => {
    await all.restartServer({ env: { OIDCPROXY_CLIENT_DOCUMENTS: 'false' } });
    const metadata = await (await fetch(`${all.server.origin}/.well-known/oauth-authorization-server`)).json();
    assert.equal(metadata.client_id_metadata_document_supported, undefined);
    const desk = Desk.during(t);
    await works(desk, all.server.url, ['--client-metadata-url', `${documents.origin}/mcp-remote.json`]);
    assert.match(Person.read((await desk.person.lastWindow()).pages[0]), /MCP CLI Proxy wants to use/);
  });
});

describe('an id that somebody typed', () => {
  const secret = 'e2e+secret/of a%client';
  let all;
  let file;
  const home = scratch();
  before(async () => {
    file = path.join(home.dir, 'clients.json');
    writeFileSync(
      file,
      JSON.stringify([
        { client_id: 'typed-public', client_name: 'Typed', redirect_uris: ['http://localhost/oauth/callback'] },
        {
          client_id: 'typed-secret',
          client_name: 'Typed with a secret',
          redirect_uris: ['http://localhost/oauth/callback'],
          client_secret_sha256: createHash('sha256').update(secret).digest('hex'),
        },
      ]),
    );
    all = await startAll({ env: { OIDCPROXY_CLIENTS: file } });
  });
  after(async () => {
    await all.stop();
    home.remove();
  });

  for (const info of [{ client_id: 'typed-public' }, { client_id: 'typed-secret', client_secret: secret }, { client_id: APP }])
    test(`mcp-remote --static-oauth-client-info with ${info.client_id}`, async (t) => {
      const desk = Desk.during(t);
      await works(desk, all.server.url, ['--static-oauth-client-info', JSON.stringify(info)]);
      assert.equal(desk.person.windows.length, 1);
    });

  test('claude.ai with the application id: its redirect URI, and no other host', async () => {
    const client = new Client(all.server, { redirect: 'https://claude.ai/api/mcp/auth_callback' });
    client.id = APP;
    assert.ok((await signIn(all.server, { client })).token);
    const evil = new Client(all.server, { redirect: 'https://evil.example/api/mcp/auth_callback' });
    evil.id = APP;
    assert.equal((await new Browser().walk(evil.begin(), { until: evil.redirect })).status, 400);
  });

  test('a wrong secret gets nothing', async () => {
    const client = new Client(all.server, { redirect: 'http://localhost:6274/oauth/callback' });
    client.id = 'typed-secret';
    const { code } = await fetchCode(all.server, { client });
    for (const more of [{}, { client_secret: 'wrong' }]) assert.equal((await client.redeem(code, more)).status, 401);
    assert.equal((await client.redeem(code, { client_secret: secret })).status, 200, 'the tries did not burn the code');
  });

  test('a list that cannot be read stops the start, with the reason', async () => {
    for (const [value, says] of [
      ['/nonexistent/clients.json', /OIDCPROXY_CLIENTS.*nonexistent/],
      ['[{"client_id":"a","redirect_uris":["http://evil.example/"]}]', /OIDCPROXY_CLIENTS: client 1: redirect URI/],
    ]) {
      const env = { HOME: home.dir, OIDCPROXY_CLIENTS: value };
      for (const name of ['ISSUER', 'AUTHORIZATION_ENDPOINT', 'TOKEN_ENDPOINT', 'JWKS_URI']) env[`OIDCPROXY_AUTH_${name}`] = `${all.emulator.url}/x`;
      const running = await start(program('zscaler-mcp'), ['--port', '0'], { env: { ...env, OIDCPROXY_AUTH_AUDIENCE: 'x' } });
      assert.notEqual((await running.exited).code, 0);
      assert.match(running.log(), says);
    }
  });
});
