// SPDX-License-Identifier: MIT
// The smallest OAuth client there is: every step of a sign-in on its own, so that a test can repeat one, leave one out,
// or let somebody else take it. And plain JSON-RPC posts to /mcp, which need no client library.
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';
import { Browser } from './browser.mjs';

// Nobody listens there: browsers walk until they are sent to it.
export const REDIRECT = 'http://localhost:6274/callback';

// What a test starts ends with it, also when the test fails.
export async function during(t, starting) {
  const running = await starting;
  t.after(() => running.stop('SIGKILL'));
  return running;
}

const json = (answer) => answer.json().catch(() => null);
const form = (fields) => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});

export class Client {
  constructor(server, { redirect = REDIRECT, name = 'e2e client' } = {}) {
    Object.assign(this, { server, redirect, name });
  }

  async register(more = {}) {
    const answer = await fetch(`${this.server.origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: this.name, redirect_uris: [this.redirect], token_endpoint_auth_method: 'none', ...more }),
    });
    const body = await json(answer);
    this.id = body.client_id;
    return { status: answer.status, body };
  }

  // The URL that a client opens in a browser; a new state and verifier each time.
  begin() {
    this.state = randomBytes(12).toString('base64url');
    this.verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(this.verifier).digest('base64url');
    return `${this.server.origin}/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: this.id,
      redirect_uri: this.redirect,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state: this.state,
      resource: this.server.url,
    })}`;
  }

  async token(fields) {
    const answer = await fetch(`${this.server.origin}/token`, form({ client_id: this.id, ...fields }));
    return { status: answer.status, headers: answer.headers, body: await json(answer) };
  }

  redeem(code, more = {}) {
    return this.token({ grant_type: 'authorization_code', code, redirect_uri: this.redirect, code_verifier: this.verifier, ...more });
  }

  refresh(refresh_token) {
    return this.token({ grant_type: 'refresh_token', refresh_token });
  }
}

// All steps up to the code; the browser may be one that was here before.
export async function fetchCode(server, { browser = new Browser(), client = new Client(server) } = {}) {
  if (!client.id) await client.register();
  const end = await browser.walk(client.begin(), { until: client.redirect });
  return { client, browser, end, code: end.params?.get('code') };
}

export async function signIn(server, options) {
  const flow = await fetchCode(server, options);
  if (!flow.code) throw new Error(`no code: ${flow.end.url} ${flow.end.html ?? ''}\n${server.log()}`);
  const { status, body } = await flow.client.redeem(flow.code);
  if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(body)}\n${server.log()}`);
  return { ...flow, token: body.access_token, refreshToken: body.refresh_token, answer: body };
}

// One POST to /mcp, without a session; resolves to status, headers and the parsed answer.
export async function post(server, token, body, { headers = {}, signal } = {}) {
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    signal,
  });
  const text = await answer.text();
  let parsed = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // not JSON: the text is what there is
  }
  return { status: answer.status, headers: answer.headers, text, body: parsed };
}

export const rpc = (method, params = {}, id = 1) => ({ jsonrpc: '2.0', id, method, params });
export const callTool = (server, token, name, args = {}, options = {}) =>
  post(server, token, rpc('tools/call', { name, arguments: args }), options);

// Bytes to a port as they are; resolves to all that came back until the other side closed, or `ms` passed.
export function raw(port, bytes, { ms = 2000, end = false } = {}) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.write(bytes);
      if (end) socket.end();
    });
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('error', () => {}); // a reset: what came before it counts
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}
