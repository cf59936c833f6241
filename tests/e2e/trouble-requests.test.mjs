// SPDX-License-Identifier: MIT
// Requests that are too large, malformed, or shaped to be read in two ways: refused with the right status, and the server
// is unharmed afterwards.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, afterEach, before, describe, test } from 'node:test';
import { scratch, sleep, startEmulator, startServer } from './lib/programs.mjs';
import { post, raw, rpc, signIn } from './lib/signin.mjs';

let emulator, server, home, token;
before(async () => {
  home = scratch();
  emulator = await startEmulator();
  server = await startServer({ emulator, home: home.dir });
  ({ token } = await signIn(server));
});
after(async () => {
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  await emulator.stop();
  home.remove();
});
afterEach(async () => assert.equal((await post(server, token, rpc('ping'))).status, 200, 'unharmed'));

const nested = (depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('bodies at /mcp', () => {
  const BODIES = [
    ['nothing', '', -32700],
    ['no JSON', 'hello', -32700],
    ['half a message', '{"jsonrpc":"2.0","id":1,"method":"pi', -32700],
    ['a tail behind the message', '{"jsonrpc":"2.0","id":1,"method":"ping"} x', -32700],
    ['bad UTF-8', Buffer.from([...Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'), 0xc3, 0x28, ...Buffer.from('"}')]), -32700],
    ['an overlong encoding', Buffer.from([...Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'), 0xc0, 0xaf, ...Buffer.from('"}')]), -32700],
    ['a NUL', '{"jsonrpc":"2.0","id":1,"method":"ping\0"}', -32700],
    ['a lone surrogate', '{"jsonrpc":"2.0","id":1,"method":"\\ud800"}', -32700],
    ['arrays 100,000 deep', `{"jsonrpc":"2.0","id":1,"method":"ping","params":${nested(100000)}}`, -32700],
    ['no version', '{"id":1,"method":"ping"}', -32600],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600],
    ['a number for the method', '{"jsonrpc":"2.0","id":1,"method":7}', -32600],
    ['an object for the id', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
    ['an empty batch', '[]', -32600],
    ['a string', '"ping"', -32600],
    ['null', 'null', -32600],
  ];
  for (const [what, body, code] of BODIES)
    test(`${what}: 400 and JSON-RPC ${code}`, async () => {
      const answer = await post(server, token, body);
      assert.equal(answer.status, 400, answer.text);
      assert.equal(answer.body.jsonrpc, '2.0');
      assert.equal(answer.body.error.code, code, answer.text);
      assert.ok(answer.body.error.message.length > 5);
    });

  // Not read to its end: a client that is still sending may find the connection closed before it sees the 413.
  test('5 MiB: 413 before the body is read', async () => {
    const head = `POST /mcp HTTP/1.1\r\nHost: localhost:${server.port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${5 << 20}\r\n\r\n`;
    const text = await raw(server.port, head);
    assert.match(text, /^HTTP\/1\.1 413 /);
    assert.match(text, /larger than 4194304 bytes/);
  });

  test('5 MiB without a length, in chunks: 413 or cut off', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 80; i++) controller.enqueue(new Uint8Array(65536).fill(32));
        controller.close();
      },
    });
    const status = await fetch(server.url, { method: 'POST', body, duplex: 'half', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } }).then((answer) => answer.status, () => 'cut');
    assert.ok(status === 413 || status === 'cut', `${status}`);
  });

  test('the size is judged before the token: a stranger cannot make us read 4 MiB', async () => {
    const head = `POST /mcp HTTP/1.1\r\nHost: localhost:${server.port}\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`;
    assert.match(await raw(server.port, head), /^HTTP\/1\.1 413 /);
  });

  test('wrong media types: 415, 406', async () => {
    assert.equal((await post(server, token, rpc('ping'), { headers: { 'content-type': 'text/plain' } })).status, 415);
    assert.equal((await post(server, token, rpc('ping'), { headers: { accept: 'text/html' } })).status, 406);
  });

  test('wrong methods: 405 with Allow; 404 for other paths', async () => {
    const headers = { authorization: `Bearer ${token}` };
    for (const method of ['GET', 'PUT', 'PATCH']) {
      const answer = await fetch(server.url, { method, headers });
      assert.equal(answer.status, 405, method);
      assert.match(answer.headers.get('allow'), /POST/);
    }
    assert.equal((await fetch(`${server.origin}/mcpx`, { headers })).status, 404);
  });

  test('an unknown method, an unknown tool, wrong arguments', async () => {
    assert.equal((await post(server, token, rpc('no/such'))).body.error.code, -32601);
    const unknown = await post(server, token, rpc('tools/call', { name: 'no_such_tool', arguments: {} }));
    assert.ok(unknown.body.error || unknown.body.result.isError, unknown.text);
    assert.match(unknown.text, /no_such_tool/);
    const wrong = await post(server, token, rpc('tools/call', { name: 'zia_list_rule_labels', arguments: { page: { a: 1 }, nonsense: true } }));
    assert.ok(wrong.body.error || wrong.body.result.isError, wrong.text);
  });

  test('a foreign Origin: 403', async () => {
    assert.equal((await post(server, token, rpc('ping'), { headers: { origin: 'https://evil.example' } })).status, 403);
  });
});

describe('bytes on the wire', () => {
  const lines = (...all) => `${all.join('\r\n')}\r\n\r\n`;
  const body = JSON.stringify(rpc('ping'));
  const good = () => ['POST /mcp HTTP/1.1', `Host: localhost:${server.port}`, `Authorization: Bearer ${token}`, 'Content-Type: application/json', 'Accept: application/json'];
  const second = () => lines('GET /health HTTP/1.1', `Host: localhost:${server.port}`);
  const answers = (text) => [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => status);

  test('as it should be: two requests on one connection, two answers', async () => {
    const text = await raw(server.port, lines(...good(), `Content-Length: ${body.length}`) + body + second(), { ms: 500 });
    assert.deepEqual(answers(text), ['200', '200']);
  });

  // Each one hides a second request in what another reader might take for the body, or the other way round.
  const SHAPES = [
    ['a length and chunks', () => lines(...good(), `Content-Length: ${body.length}`, 'Transfer-Encoding: chunked') + '0\r\n\r\n' + second()],
    ['two lengths', () => lines(...good(), `Content-Length: ${body.length}`, 'Content-Length: 0') + body + second()],
    ['two equal lengths', () => lines(...good(), `Content-Length: ${body.length}`, `Content-Length: ${body.length}`) + body + second()],
    ['a list of lengths', () => lines(...good(), `Content-Length: ${body.length}, 0`) + body + second()],
    ['a length with a sign', () => lines(...good(), `Content-Length: +${body.length}`) + body + second()],
    ['a negative length', () => lines(...good(), 'Content-Length: -1') + second()],
    ['a length in hex', () => lines(...good(), 'Content-Length: 0x10') + second()],
    ['a length beyond 64 bits', () => lines(...good(), 'Content-Length: 18446744073709551617') + second()],
    ['an unknown coding', () => lines(...good(), 'Transfer-Encoding: xchunked') + second()],
    ['chunked twice', () => lines(...good(), 'Transfer-Encoding: chunked, chunked') + '0\r\n\r\n' + second()],
    ['chunked behind a tab', () => lines(...good(), 'Transfer-Encoding:\x0bchunked') + '0\r\n\r\n' + second()],
    ['a blank before the colon', () => lines(...good(), `Content-Length : ${body.length}`) + body + second()],
    ['a folded line', () => lines(...good(), 'X-Note: a', ' Content-Length: 5') + second()],
    ['bare LF', () => `${good().join('\n')}\nContent-Length: 0\n\n${second()}`],
    ['a bare CR in a value', () => lines(...good(), `X-Note: a\rContent-Length: ${body.length}`) + second()],
    ['a NUL in a value', () => lines(...good(), 'X-Note: a\0b', 'Content-Length: 0') + second()],
    ['no Host', () => lines('POST /mcp HTTP/1.1', 'Content-Length: 0') + second()],
    ['two Hosts', () => lines(...good(), 'Host: evil.example', 'Content-Length: 0') + second()],
    ['a Host with a path', () => lines('GET /health HTTP/1.1', 'Host: localhost/evil') + second()],
    ['blanks in the target', () => lines('GET /health x HTTP/1.1', 'Host: localhost') + second()],
    ['dots in the target', () => lines('GET /health/../mcp HTTP/1.1', 'Host: localhost') + second()],
    ['an escaped slash', () => lines('GET /%2e%2e%2fmcp HTTP/1.1', 'Host: localhost') + second()],
    ['a bad chunk size', () => lines(...good(), 'Transfer-Encoding: chunked') + 'zz\r\nabc\r\n0\r\n\r\n' + second()],
    ['HTTP/0.9', () => 'GET /health\r\n\r\n'],
    ['HTTP/9.9', () => lines('GET /health HTTP/9.9', 'Host: localhost') + second()],
    ['HTTP/2 by prior knowledge', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS to the plain port', () => Buffer.from('160301020001000001fc0303', 'hex')],
    ['noise', () => Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 37) % 256))],
  ];
  for (const [what, bytes] of SHAPES)
    test(`${what}: nothing good comes of it`, async () => {
      const statuses = answers(await raw(server.port, bytes(), { ms: 400 }));
      // The hidden request would be answered 200. (libmicrohttpd 0.9.75 writes the head of its own refusals twice.)
      assert.ok(statuses.every((status) => status[0] === '4' || status === '505' || status === '501'), `${statuses}`);
    });

  test('headers of 100 KB, 5,000 headers: refused', async () => {
    for (const more of [[`X-Long: ${'x'.repeat(100000)}`], Array.from({ length: 5000 }, (_, i) => `X-${i}: 1`), [`Cookie: ${'a=b; '.repeat(20000)}`]]) {
      const statuses = answers(await raw(server.port, lines(...good(), ...more, 'Content-Length: 0')));
      assert.ok(statuses.length === 0 || /^4(13|31|00)$/.test(statuses[0]), `${statuses}`);
    }
  });

  test('200 connections that say nothing, 200 that hang up in the middle: others are served at once', async () => {
    const sockets = Array.from({ length: 400 }, (_, i) => {
      const socket = net.connect(server.port, '127.0.0.1');
      socket.on('error', () => {});
      if (i % 2) socket.write(lines(...good(), 'Content-Length: 100').slice(0, -2 * (i % 3)));
      return socket;
    });
    await sleep(100);
    const began = Date.now();
    assert.equal((await post(server, token, rpc('ping'))).status, 200);
    assert.ok(Date.now() - began < 1000);
    for (const socket of sockets) socket.destroy();
  });
});

describe('forms and queries of the sign-in', () => {
  const form = (where, text, type = 'application/x-www-form-urlencoded') => fetch(`${server.origin}${where}`, { method: 'POST', headers: { 'content-type': type }, body: text });

  test('/token: doubled, missing, foreign and oversized parameters are OAuth errors in JSON', async () => {
    const { client } = await signIn(server);
    assert.ok((await form('/token', '')).status >= 400);
    for (const [fields, error] of [
      ['code=a', 'invalid_request'],
      ['grant_type=authorization_code&grant_type=refresh_token', 'invalid_request'],
      ['grant_type=password&username=a&password=b', 'unsupported_grant_type'],
      ['grant_type=authorization_code&code=a&code=b', 'invalid_request'],
      ['grant_type=refresh_token&refresh_token=%00%ff', /invalid_(request|grant|client)/],
    ]) {
      const text = `${fields}&client_id=${client.id}`;
      const answer = await form('/token', text);
      assert.ok(answer.status === 400 || answer.status === 401, `${text}: ${answer.status}`);
      assert.match((await answer.json()).error, error instanceof RegExp ? error : new RegExp(`^${error}$`), text);
      assert.match(answer.headers.get('cache-control'), /no-store/);
    }
    assert.equal((await form('/token', `code=${'x'.repeat(70000)}`)).status, 413);
    assert.ok((await form('/token', '{"grant_type":"refresh_token"}', 'application/json')).status >= 400);
  });

  test('/register: what is no metadata', async () => {
    for (const text of ['', '[]', '{"redirect_uris":"x"}', '{"redirect_uris":[]}', '{"redirect_uris":["javascript:alert(1)"]}', '{"redirect_uris":["http://evil.example/cb"]}', `{"redirect_uris":${nested(5000)}}`]) {
      const answer = await form('/register', text, 'application/json');
      assert.equal(answer.status, 400, text.slice(0, 60));
      assert.match((await answer.json()).error, /^invalid_(redirect_uri|client_metadata|request)$/);
    }
  });

  test('/authorize: never a redirect to what was not registered', async () => {
    const { client } = await signIn(server);
    const good = new URL(client.begin());
    for (const [name, value] of [['redirect_uri', 'https://evil.example/cb'], ['redirect_uri', 'http://localhost.evil.example:6274/callback'], ['redirect_uri', 'http://localhost:6274@evil.example/callback'], ['client_id', 'unknown'], ['client_id', '']]) {
      const url = new URL(good);
      url.searchParams.set(name, value);
      const answer = await fetch(url, { redirect: 'manual' });
      assert.ok(answer.status >= 400 && answer.status < 500, `${name}=${value}: ${answer.status}`);
      assert.equal(answer.headers.get('location'), null);
    }
    for (const [name, value] of [['code_challenge_method', 'plain'], ['code_challenge', ''], ['response_type', 'token'], ['resource', 'https://other.example/mcp']]) {
      const url = new URL(good);
      url.searchParams.set(name, value);
      const answer = await fetch(url, { redirect: 'manual' });
      const to = new URL(answer.headers.get('location'));
      assert.equal(`${to.origin}${to.pathname}`, client.redirect);
      assert.ok(to.searchParams.get('error'), `${name}=${value}`);
      assert.equal(to.searchParams.get('state'), client.state);
    }
  });
});
