// SPDX-License-Identifier: MIT
// T36: requests that a proxy in front and this server could read differently, sent through a real one (HAProxy, told to
// let through what it would refuse, and to share its connections to us among clients). Whatever it makes of them: we
// never see a request more than it forwarded, and no client gets the answer to somebody else's request.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort, scratch, sleep, start, startEmulator, startServer } from './lib/programs.mjs';
import { raw } from './lib/signin.mjs';

const config = (port, server) => `
global
  log stdout format raw local0
defaults
  mode http
  log global
  log-format "forwarded=%s status=%ST"
  option accept-invalid-http-request
  timeout connect 2s
  timeout client 3s
  timeout server 3s
frontend front
  bind 127.0.0.1:${port}
  default_backend back
backend back
  http-reuse always
  server us 127.0.0.1:${server}
`;

const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n';
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`;
const head = (...lines) => `${['POST /token HTTP/1.1', 'Host: localhost', ...lines].join('\r\n')}\r\n\r\n`;
const codings = ['chunked', ' chunked', '\tchunked', '\x0bchunked', 'chunked ', 'Chunked', 'xchunked', 'chunked, identity', 'identity, chunked', 'chunked\r\nTransfer-Encoding: identity', 'identity\r\nTransfer-Encoding: chunked', '"chunked"', 'chunked;q=1', '\r\n chunked', '\r\n\tchunked', ''];

const SHAPES = [
  ...codings.map((coding) => [`CL and TE:${JSON.stringify(coding)}`, head(`Content-Length: ${HIDDEN.length + 5}`, `Transfer-Encoding:${coding}`) + `0\r\n\r\n${HIDDEN}`]),
  ...codings.map((coding) => [`TE:${JSON.stringify(coding)} and CL`, head(`Transfer-Encoding:${coding}`, 'Content-Length: 4') + `${chunk(HIDDEN)}0\r\n\r\n`]),
  ['a blank before the colon', head('Transfer-Encoding : chunked', `Content-Length: ${HIDDEN.length + 5}`) + `0\r\n\r\n${HIDDEN}`],
  ['two lengths', head('Content-Length: 0', `Content-Length: ${HIDDEN.length}`) + HIDDEN],
  ['two lengths, turned', head(`Content-Length: ${HIDDEN.length}`, 'Content-Length: 0') + HIDDEN],
  ['a list of lengths', head(`Content-Length: 0, ${HIDDEN.length}`) + HIDDEN],
  ['a length with a sign', head(`Content-Length: +${HIDDEN.length}`) + HIDDEN],
  ['a length with zeros', head(`Content-Length: 000${HIDDEN.length}`) + HIDDEN],
  ['a length in hex', head('Content-Length: 0x0') + HIDDEN],
  ['a length on a folded line', head('X-Note: a', ` Content-Length: ${HIDDEN.length}`) + HIDDEN],
  ['a length after a bare CR', head(`X-Note: a\rContent-Length: ${HIDDEN.length}`) + HIDDEN],
  ['a length after a bare LF', head(`X-Note: a\nContent-Length: ${HIDDEN.length}`) + HIDDEN],
  ['a length after a NUL', head(`X-Note: a\0Content-Length: ${HIDDEN.length}`) + HIDDEN],
  ['a GET with a body', `GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
  ['a GET with chunks', `GET /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(HIDDEN)}0\r\n\r\n`],
  ['a chunk with an extension', head('Transfer-Encoding: chunked') + `0;${'x'.repeat(100)}\r\n\r\n`],
  ['a chunk size with blanks', head('Transfer-Encoding: chunked') + `0 \r\n\r\n`],
  ['a chunk size in many digits', head('Transfer-Encoding: chunked') + `${'0'.repeat(40)}\r\n\r\n`],
  ['a chunk size beyond 64 bits', head('Transfer-Encoding: chunked') + `10000000000000000\r\n${HIDDEN}\r\n0\r\n\r\n`],
  ['a negative chunk', head('Transfer-Encoding: chunked') + `-1\r\n${HIDDEN}\r\n0\r\n\r\n`],
  ['chunks ended by LF', head('Transfer-Encoding: chunked') + `3\nabc\n0\n\n${HIDDEN}`],
  ['a trailer that is a length', head('Transfer-Encoding: chunked') + `0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n`],
  ['an upgrade to h2c', `GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n${HIDDEN}`],
  ['an upgrade to a socket', `GET /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\n\r\n${HIDDEN}`],
  ['Expect that is never met', head('Expect: 100-continue', `Content-Length: ${HIDDEN.length}`) + HIDDEN],
  ['Connection names the length', head('Connection: Content-Length', `Content-Length: ${HIDDEN.length}`) + HIDDEN],
  ['a target that is another request', `GET /health\x0bHTTP/1.1\r\nHost: localhost\r\n\r\n`],
  ['a target with a line in it', 'GET /health%0d%0aHost:%20evil HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['an absolute target and another Host', 'GET http://localhost/health HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
  ['HTTP/1.0 with chunks', `POST /token HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(HIDDEN)}0\r\n\r\n`],
];

describe('T36: behind a proxy', () => {
  let home, emulator, server, proxy, port;
  before(async () => {
    home = scratch();
    emulator = await startEmulator();
    server = await startServer({ emulator, home: home.dir, args: ['--debug'] });
    port = await freePort();
    const file = path.join(home.dir, 'haproxy.cfg');
    writeFileSync(file, config(port, server.port));
    proxy = await start('haproxy', ['-db', '-f', file], { port, env: { PATH: `${process.env.PATH}:/usr/sbin` } });
  });
  after(async () => {
    await proxy.stop('SIGKILL');
    await server.stop();
    await emulator.stop();
    home.remove();
  });

  const forwarded = () => proxy.log().match(/forwarded=us /g)?.length ?? 0;
  const seen = () => server.log().match(/event="request" /g)?.length ?? 0;

  // Each of a few honest clients gets what it asked for.
  async function honest() {
    for (const [where, status, words] of [['/health', 200, /status/], ['/.well-known/nothing', 404, /error/], ['/.well-known/oauth-authorization-server', 200, /"issuer"/]]) {
      const answer = await fetch(`http://localhost:${port}${where}`);
      assert.equal(answer.status, status, where);
      assert.match(await answer.text(), words, where);
    }
  }

  test('as it should be: two requests on one connection, two answers', async () => {
    const before_ = seen();
    const text = await raw(port, HIDDEN + HIDDEN.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    assert.equal(text.match(/HTTP\/1\.1 404 /g).length, 2);
    await sleep(20);
    assert.equal(seen() - before_, 2, 'the log of the server counts requests');
    assert.ok(forwarded() >= 2, 'and that of the proxy');
    await honest();
  });

  for (const [what, bytes] of SHAPES)
    test(what, async () => {
      await sleep(10);
      const [theirs, ours] = [forwarded(), seen()];
      await raw(port, bytes, { ms: 250, end: false });
      await honest();
      await sleep(20);
      assert.ok(seen() - ours <= forwarded() - theirs, `${seen() - ours} seen, ${forwarded() - theirs} forwarded`);
    });
});
