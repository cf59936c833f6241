// SPDX-License-Identifier: MIT
// TLS of the server's own: versions, renewal by reload, client certificates, and what is wrong with files.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import { freePort, program, scratch, start } from './lib/programs.mjs';
import { during, rpc } from './lib/signin.mjs';

const home = scratch();
const at = (name) => path.join(home.dir, name);
const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe', cwd: home.dir });

function authority(name) {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`);
}
function certificate(name, ca, { usage = 'serverAuth', password } = {}) {
  writeFileSync(at(`${name}.ext`), `subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=${usage}\n`);
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...(password ? ['-passout', `pass:${password}`] : ['-nodes']), '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  openssl('x509', '-req', '-days', '2', '-in', `${name}.csr`, '-CA', `${ca}.pem`, '-CAkey', `${ca}.key`, '-CAcreateserial', '-extfile', `${name}.ext`, '-out', `${name}.pem`);
}
before(() => {
  for (const name of ['ca', 'other']) authority(name);
  certificate('server', 'ca');
  certificate('renewed', 'ca');
  certificate('locked', 'ca', { password: 'open sesame' });
  certificate('ada', 'ca', { usage: 'clientAuth' });
  certificate('stranger', 'other', { usage: 'clientAuth' });
});
after(home.remove);

const ENV = { HOME: home.dir, ZSCALER_MCP_TRANSPORT: 'streamable-http', ZSCALER_MCP_STORE: 'memory', ZSCALER_MCP_AUTH_API_KEY: 'key', ZSCALER_MCP_PID_FILE: at('pid') };
const files = (name) => ({ ZSCALER_MCP_TLS_CERTFILE: at(`${name}.pem`), ZSCALER_MCP_TLS_KEYFILE: at(`${name}.key`) });
async function serve(t, env) {
  const port = await freePort();
  return { ...(await during(t, start(program('zscaler-mcp'), ['--port', String(port)], { port, env: { ...ENV, ...env } }))), port };
}
const subject = (server) =>
  new Promise((resolve, reject) => {
    const socket = tls.connect({ port: server.port, host: '127.0.0.1', servername: 'localhost', ca: readFileSync(at('ca.pem')) }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.on('error', reject);
  });
const ask = (server, { client, path: where = '/mcp', ...more } = {}) =>
  new Promise((resolve, reject) => {
    const request = https.request(
      {
        port: server.port,
        host: 'localhost',
        path: where,
        method: where === '/mcp' ? 'POST' : 'GET',
        ca: readFileSync(at('ca.pem')),
        ...(client && { cert: readFileSync(at(`${client}.pem`)), key: readFileSync(at(`${client}.key`)) }),
        headers: { authorization: 'Bearer key', 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        agent: false,
        ...more,
      },
      async (answer) => {
        let text = '';
        for await (const piece of answer) text += piece;
        resolve({ status: answer.statusCode, text });
      },
    );
    request.on('error', reject);
    request.end(where === '/mcp' ? JSON.stringify(rpc('ping')) : undefined);
  });

describe('TLS', () => {
  test('1.2 and 1.3, nothing older; the key may have a password', async (t) => {
    const server = await serve(t, { ...files('locked'), ZSCALER_MCP_TLS_KEYFILE_PASSWORD: 'open sesame' });
    for (const version of ['TLSv1.2', 'TLSv1.3']) assert.equal((await ask(server, { minVersion: version, maxVersion: version })).status, 200);
    await assert.rejects(ask(server, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }));
  });

  test('a renewed certificate counts after a reload; one that does not fit changes nothing', async (t) => {
    for (const end of ['pem', 'key']) copyFileSync(at(`server.${end}`), at(`live.${end}`));
    const server = await serve(t, files('live'));
    assert.equal(await subject(server), 'server');
    copyFileSync(at('renewed.pem'), at('live.pem'));
    server.child.kill('SIGHUP');
    await server.logged(/not reloaded.*what="TLS certificate".*does not belong to certificate/);
    assert.equal(await subject(server), 'server');
    copyFileSync(at('renewed.key'), at('live.key'));
    server.child.kill('SIGHUP');
    await server.logged(/event="reloaded" what="TLS certificate"/);
    assert.equal(await subject(server), 'renewed');
    assert.equal((await ask(server)).status, 200);
  });

  test('client certificates are really required, and of the right authority and purpose', async (t) => {
    const server = await serve(t, { ...files('server'), ZSCALER_MCP_TLS_CA_CERTS: at('ca.pem') });
    assert.equal((await ask(server, { client: 'ada' })).status, 200);
    for (const [client, why] of [[undefined, /a client certificate is needed/], ['stranger', /none of the authorities that count/], ['renewed', /none of the authorities|purpose|cannot be checked/]]) {
      const { status, text } = await ask(server, { client });
      assert.equal(status, 403, `${client}: ${text}`);
      assert.match(text, why);
    }
    assert.equal((await ask(server, { client: 'ada', headers: {} })).status, 401, 'besides the key, not instead');
    for (const where of ['/health', '/ready']) assert.equal((await ask(server, { path: where })).status, 200);
    await server.logged(/reason="a client certificate is needed"/);
  });

  test('what is wrong with the files is told, and the server does not start', () => {
    const rows = [
      [{ ZSCALER_MCP_TLS_CERTFILE: at('server.pem') }, /TLS needs both/],
      [{ ...files('server'), ZSCALER_MCP_TLS_KEYFILE: at('renewed.key') }, /does not belong to certificate/],
      [files('locked'), /cannot be read.*password/],
      [{ ...files('server'), ZSCALER_MCP_TLS_CERTFILE: at('nowhere.pem') }, /nowhere\.pem/],
      [{ ...files('server'), ZSCALER_MCP_TLS_CERTFILE: at('server.key') }, /has no -----BEGIN CERTIFICATE----- block/],
      [{ ZSCALER_MCP_TLS_CA_CERTS: at('ca.pem') }, /ZSCALER_MCP_TLS_CA_CERTS asks clients for certificates, which needs/],
      [{ ...files('server'), ZSCALER_MCP_TLS_CA_CERTS: at('server.key') }, /client authorities .*has no/],
    ];
    for (const [env, why] of rows) {
      const { status, stderr } = spawnSync(program('zscaler-mcp'), ['--port', '0'], { env: { ...ENV, ...env }, encoding: 'utf8' });
      assert.ok(status > 0, stderr);
      assert.match(stderr, why);
    }
  });
});
