// SPDX-License-Identifier: MIT
// Clients that do not register: by the URL of their metadata document, and by an id that somebody typed.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Browser } from './lib/browser.mjs';
import { Desk, Person } from './lib/desk.mjs';
import { startDocuments } from './lib/documents.mjs';
import { APP, freePort, program, scratch, start, startAll } from './lib/programs.mjs';
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

// A client that holds a key, as ChatGPT does: RFC 7523, with nothing of ours in it.
class KeyHolder extends Client {
  constructor(server, kid) {
    super(server);
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    Object.assign(this, { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } });
  }

  assertion(claims = {}) {
    const exp = Math.floor(Date.now() / 1000) + 120;
    const payload = { iss: this.id, sub: this.id, aud: this.server.origin, jti: randomUUID(), exp, ...claims };
    const input = [{ alg: 'RS256', typ: 'JWT', kid: this.kid }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${input}.${sign('sha256', input, this.privateKey).toString('base64url')}`;
  }

  token(fields) {
    return super.token({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: this.assertion(),
      ...fields,
    });
  }
}

describe('a client that proves itself with a key', () => {
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

  const publish = (client, where, more = {}) => {
    client.id = documents.publish(where, {
      redirect_uris: [client.redirect],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: documents.put('/keys.json', { keys: [client.jwk] }),
      ...more,
    });
  };

  test('signs in, refreshes and signs out with assertions, and not without', async () => {
    const metadata = await (await fetch(`${all.server.origin}/.well-known/oauth-authorization-server`)).json();
    assert.ok(metadata.token_endpoint_auth_methods_supported.includes('private_key_jwt'));
    assert.ok(metadata.token_endpoint_auth_signing_alg_values_supported.includes('RS256'));
    const client = new KeyHolder(all.server, 'one');
    publish(client, '/holder.json');
    const { code } = await fetchCode(all.server, { client });
    const stranger = new KeyHolder(all.server, 'one');
    const bad = [{ client_assertion: undefined }, { client_assertion: client.assertion({ aud: 'https://other.example' }) }];
    stranger.id = client.id;
    bad.push({ client_assertion: stranger.assertion() });
    for (const more of bad) {
      if (more.client_assertion === undefined) more.client_assertion = '';
      const { status, body } = await client.redeem(code, more);
      assert.deepEqual([status, body.error], [401, 'invalid_client']);
    }
    await all.server.logged(/client assertion refused.*aud/);
    const used = client.assertion({ aud: metadata.token_endpoint });
    const first = await client.redeem(code, { client_assertion: used });
    assert.equal(first.status, 200, JSON.stringify(first.body));
    assert.equal((await client.token({ grant_type: 'refresh_token', refresh_token: first.body.refresh_token, client_assertion: used })).status, 401);
    await all.server.logged(/its jti was used before/);
    const second = await client.refresh(first.body.refresh_token);
    assert.equal(second.status, 200, JSON.stringify(second.body));
    const out = (more) =>
      fetch(`${all.server.origin}/revoke`, { method: 'POST', body: new URLSearchParams({ token: second.body.refresh_token, client_id: client.id, ...more }) });
    assert.equal((await out({})).status, 401);
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    assert.equal((await out({ client_assertion_type: type, client_assertion: client.assertion() })).status, 200);
    assert.equal((await client.refresh(second.body.refresh_token)).body.error, 'invalid_grant');
    assert.deepEqual(documents.requests.map((request) => request.path).sort(), ['/holder.json', '/keys.json'], 'each fetched once');
  });

  test('a key set with the private half proves nothing', async () => {
    const client = new KeyHolder(all.server, 'two');
    const jwk = { ...client.privateKey.export({ format: 'jwk' }), kid: 'two', use: 'sig' };
    publish(client, '/leaked.json', { jwks_uri: documents.put('/leaked-keys.json', { keys: [jwk] }) });
    const { code } = await fetchCode(all.server, { client });
    assert.equal((await client.redeem(code)).status, 401);
    await all.server.logged(/none of the 1 keys/);
  });

  test('keys on an address of this machine are never asked for, unless listed', async (t) => {
    const other = await startDocuments();
    t.after(() => other.stop());
    const client = new KeyHolder(all.server, 'three');
    for (const jwks_uri of [other.put('/k.json', { keys: [client.jwk] }), 'https://127.0.0.1/k.json', 'https://localhost/k.json']) {
      publish(client, `/inner-${new URL(jwks_uri).port}-${new URL(jwks_uri).hostname}.json`, { jwks_uri });
      assert.equal((await client.token({ grant_type: 'refresh_token', refresh_token: 'x' })).status, 401);
    }
    assert.equal(other.requests.length, 0);
  });
});

// A proxy as a company has one; it knows where docs.example is, and nobody else does.
async function startProxy(port) {
  const asked = [];
  const server = http.createServer((_, answer) => answer.writeHead(405).end());
  server.on('connect', (request, socket, head) => {
    asked.push(request.url);
    if (request.url !== 'docs.example:443') return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const inner = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inner.write(head);
      inner.pipe(socket).pipe(inner);
    });
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
  });
  const at = await freePort();
  await new Promise((resolve) => server.listen(at, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${at}`, asked, stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) };
}

describe('documents through a company’s proxy', () => {
  test('any public name goes through it, whatever NO_PROXY says; what it refuses is refused', async (t) => {
    const documents = await startDocuments();
    const proxy = await startProxy(documents.port);
    t.after(() => Promise.all([documents.stop(), proxy.stop()]));
    const env = { SSL_CERT_FILE: documents.ca, HTTPS_PROXY: proxy.url, NO_PROXY: 'docs.example,inside.example' };
    const all = await startAll({ env: { ...env, OIDCPROXY_CLIENT_DOCUMENTS: 'proxy' } });
    t.after(() => all.stop());
    await all.server.logged(/documents of strangers are fetched through the outgoing proxy/);
    const client = new Client(all.server);
    client.id = documents.publish('/app.json', { redirect_uris: [client.redirect] }, { at: 'https://docs.example' });
    assert.ok((await signIn(all.server, { client })).token);
    assert.deepEqual(proxy.asked, ['docs.example:443']);
    client.id = 'https://inside.example/app.json';
    assert.equal((await fetchCode(all.server, { client })).end.status, 400);
    assert.deepEqual(proxy.asked, ['docs.example:443', 'inside.example:443']);
    await all.restartServer({ env: { OIDCPROXY_CLIENT_DOCUMENTS: 'true' } });
    client.id = 'https://docs.example/other.json';
    assert.equal((await fetchCode(all.server, { client })).end.status, 400);
    assert.equal(proxy.asked.length, 2, 'strangers’ names go to no proxy that is not trusted');
  });

  test('without a proxy such a server does not start, and says why', async () => {
    const all = await startAll();
    const home = scratch();
    const env = { HOME: home.dir, OIDCPROXY_CLIENT_DOCUMENTS: 'proxy', OIDCPROXY_AUTH_AUDIENCE: APP };
    for (const name of ['ISSUER', 'AUTHORIZATION_ENDPOINT', 'TOKEN_ENDPOINT', 'JWKS_URI']) env[`OIDCPROXY_AUTH_${name}`] = `${all.emulator.url}/x`;
    const running = await start(program('zscaler-mcp'), ['--port', '0'], { env });
    assert.notEqual((await running.exited).code, 0);
    assert.match(running.log(), /OIDCPROXY_CLIENT_DOCUMENTS=proxy needs a proxy/);
    await all.stop();
    home.remove();
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
