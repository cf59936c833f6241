// SPDX-License-Identifier: MIT
// The official TypeScript clients, both lines: @modelcontextprotocol/client 2.x and @modelcontextprotocol/sdk 1.x.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as v2 from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { UnauthorizedError as V1Unauthorized } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Person } from './lib/desk.mjs';
import { program, scratch, startAll, startOneapi, tenantEnv } from './lib/programs.mjs';

const TOOL = { name: 'zia_list_rule_labels', arguments: {} };
const REDIRECT = 'http://localhost:3040/callback'; // nobody listens there: the person stops in front of it

// What a host application keeps for the SDK, and the person who signs in.
class Host {
  constructor(person = new Person()) {
    Object.assign(this, { person, redirects: 0 });
  }
  get redirectUrl() {
    return REDIRECT;
  }
  get clientMetadata() {
    return { client_name: 'ts-host', redirect_uris: [REDIRECT], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] };
  }
  state() {
    return 'state of the host';
  }
  clientInformation() {
    return this.registration;
  }
  saveClientInformation(registration) {
    this.registration = registration;
  }
  tokens() {
    return this.kept;
  }
  saveTokens(tokens) {
    this.kept = tokens;
  }
  saveCodeVerifier(verifier) {
    this.verifier = verifier;
  }
  codeVerifier() {
    return this.verifier;
  }
  async redirectToAuthorization(url) {
    this.redirects++;
    this.callback = await this.person.signIn(url.toString(), REDIRECT);
  }
  invalidateCredentials(what) {
    if (what === 'all' || what === 'tokens') this.kept = undefined;
    if (what === 'all' || what === 'client') this.registration = undefined;
  }
}

const lines = [
  {
    title: 'client 2.x',
    Unauthorized: v2.UnauthorizedError,
    client: () => new v2.Client({ name: 'ts-host', version: '1' }, { capabilities: {} }),
    http: (url, host) => new v2.StreamableHTTPClientTransport(new URL(url), { authProvider: host }),
    stdio: (options) => new V2Stdio(options),
    finish: (transport, params) => transport.finishAuth(params),
  },
  {
    title: 'client 2.x, auto',
    version: '2026-07-28',
    Unauthorized: v2.UnauthorizedError,
    client: () => new v2.Client({ name: 'ts-host', version: '1' }, { capabilities: {}, versionNegotiation: { mode: 'auto' } }),
    http: (url, host) => new v2.StreamableHTTPClientTransport(new URL(url), { authProvider: host }),
    stdio: (options) => new V2Stdio(options),
    finish: (transport, params) => transport.finishAuth(params),
  },
  {
    title: 'sdk 1.x',
    Unauthorized: V1Unauthorized,
    client: () => new V1Client({ name: 'ts-host', version: '1' }, { capabilities: {} }),
    http: (url, host) => new V1Http(new URL(url), { authProvider: host }),
    stdio: (options) => new V1Stdio(options),
    finish: (transport, params) => transport.finishAuth(params.get('code')),
  },
];

async function connect(line, url, host) {
  for (let attempt = 0; ; attempt++) {
    const client = line.client();
    const transport = line.http(url, host);
    try {
      await client.connect(transport);
      return { client, transport };
    } catch (error) {
      if (!(error instanceof line.Unauthorized) || attempt) throw error;
      await line.finish(transport, host.callback);
    }
  }
}

// A call whose token and refresh token are dead ends in Unauthorized; the host finishes the sign-in and calls again.
async function call(line, { client, transport }, host) {
  try {
    return await client.callTool(TOOL);
  } catch (error) {
    if (!(error instanceof line.Unauthorized)) throw error;
    await line.finish(transport, host.callback);
    return client.callTool(TOOL);
  }
}

const worked = (result) => {
  assert.notEqual(result.isError, true, JSON.stringify(result.content));
  assert.ok(result.structuredContent.result.length > 0);
};
const broken = (token) => `${token.slice(0, -6)}AAAAAA`;

for (const line of lines)
  describe(line.title, () => {
    let all;
    const host = new Host();
    before(async () => (all = await startAll()));
    after(() => all.stop());

    test('signs in once; list and call', async () => {
      const session = await connect(line, all.server.url, host);
      const { tools } = await session.client.listTools();
      assert.ok(tools.some(({ name }) => name === TOOL.name));
      worked(await session.client.callTool(TOOL));
      assert.equal(host.redirects, 1);
      if (line.version) assert.equal(session.client.getNegotiatedProtocolVersion(), line.version);
      await session.client.close();
    });

    test('a new process with the kept tokens: no sign-in', async () => {
      const { client } = await connect(line, all.server.url, host);
      worked(await client.callTool(TOOL));
      await client.close();
      assert.equal(host.redirects, 1);
    });

    test('access token refused: refreshed, the call is repeated', async () => {
      const session = await connect(line, all.server.url, host);
      const { refresh_token } = host.kept;
      host.kept = { ...host.kept, access_token: broken(host.kept.access_token) };
      worked(await session.client.callTool(TOOL));
      assert.equal(host.redirects, 1);
      assert.notEqual(host.kept.refresh_token, refresh_token, 'rotated');
      await session.client.close();
    });

    test('access and refresh token dead: one new sign-in, same registration, no password', async () => {
      const session = await connect(line, all.server.url, host);
      const { client_id } = host.registration;
      host.kept = { ...host.kept, access_token: broken(host.kept.access_token), refresh_token: broken(host.kept.refresh_token) };
      worked(await call(line, session, host));
      assert.equal(host.redirects, 2);
      assert.equal(host.registration.client_id, client_id);
      assert.ok(!host.person.windows.at(-1).pages.some((page) => /type="password"/.test(page.html)));
      await session.client.close();
    });

    test('terminateSession: the session is gone, and a new one starts without a sign-in', async () => {
      const { client, transport } = await connect(line, all.server.url, host);
      const id = transport.sessionId;
      await transport.terminateSession();
      await client.close();
      if (id) {
        const headers = { authorization: `Bearer ${host.kept.access_token}`, 'mcp-session-id': id };
        assert.equal((await fetch(all.server.url, { method: 'DELETE', headers })).status, 404);
      }
      const again = await connect(line, all.server.url, host);
      worked(await again.client.callTool(TOOL));
      await again.client.close();
      assert.equal(host.redirects, 2);
    });

    test('the server lost everything: registers again, one new sign-in', async () => {
      await all.restartServer({ env: { ZSCALER_MCP_STATE_DIR: `${all.home}/another` } });
      const { client_id } = host.registration;
      const { client } = await connect(line, all.server.url, host);
      worked(await client.callTool(TOOL));
      assert.equal(host.redirects, 3);
      assert.notEqual(host.registration.client_id, client_id);
      await client.close();
    });

    test('consent refused: the host learns access_denied with state and iss', async () => {
      const refusing = new Host(new Person({ refuse: true }));
      const client = line.client();
      await assert.rejects(client.connect(line.http(all.server.url, refusing)), line.Unauthorized);
      assert.equal(refusing.callback.get('error'), 'access_denied');
      assert.equal(refusing.callback.get('state'), 'state of the host');
      assert.equal(refusing.callback.get('iss'), all.server.origin);
    });
  });

for (const line of lines)
  test(`${line.title} over stdio: list, call, ping, close`, async (t) => {
    const home = scratch();
    const oneapi = await startOneapi();
    t.after(() => oneapi.stop().then(home.remove));
    const transport = line.stdio({ command: program('zscaler-mcp'), args: ['--transport', 'stdio'], env: { HOME: home.dir, ...tenantEnv(oneapi) }, stderr: 'pipe' });
    const client = line.client();
    await client.connect(transport);
    const child = transport._process;
    const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    assert.equal(client.getServerVersion().name, 'zscaler-mcp');
    assert.ok((await client.listTools()).tools.length > 50);
    worked(await client.callTool(TOOL));
    if (!line.version) await client.ping(); // the stateless era has none
    await client.close();
    assert.deepEqual(await exited, { code: 0, signal: null });
  });
