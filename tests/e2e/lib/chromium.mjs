// SPDX-License-Identifier: MIT
// A real Chromium, and https in front of a server under test. Names are mapped inside the browser (mcp.test, claude.ai),
// so that addresses look as in production, cookies carry __Host-, and nothing leaves this machine.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { freePort } from './programs.mjs';

const program = () => process.env.CHROMIUM ?? execFileSync('which', ['chromium-headless-shell'], { encoding: 'utf8' }).trim();

// A certificate of our own, for any name: the browser is told to take it.
function certificate(dir) {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(dir, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=test', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

async function listening(server) {
  const port = await freePort();
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, close: () => (server.close(), server.closeAllConnections()) };
}

// Ends TLS for `name` and passes on as an ingress does: Host as it came, X-Forwarded-Proto set. Remembers what went
// through; `hold` may keep an answer back.
export async function startIngress(server, { name, dir, hold }) {
  const seen = [];
  const proxy = https.createServer(certificate(dir), (request, answer) => {
    const headers = { ...request.headers, 'x-forwarded-proto': 'https' };
    const upstream = http.request({ host: '127.0.0.1', port: server.port, method: request.method, path: request.url, headers }, async (reply) => {
      seen.push({ method: request.method, url: request.url, request: request.headers, status: reply.statusCode, headers: reply.headers });
      await hold?.(request);
      answer.writeHead(reply.statusCode, reply.rawHeaders);
      reply.pipe(answer);
    });
    upstream.on('error', () => answer.destroy());
    request.pipe(upstream);
  });
  const at = await listening(proxy);
  // A form posted from outside a browser, under the name that people use: tokens are bound to it.
  const post = (where, form) =>
    new Promise((resolve, reject) => {
      const headers = { host: name, 'content-type': 'application/x-www-form-urlencoded' };
      const request = https.request({ host: '127.0.0.1', port: at.port, path: where, method: 'POST', headers, rejectUnauthorized: false }, (reply) => {
        let text = '';
        reply.on('data', (data) => (text += data));
        reply.on('end', () => resolve({ status: reply.statusCode, text }));
      });
      request.on('error', reject);
      request.end(new URLSearchParams(form).toString());
    });
  return { ...at, post, seen, origin: `https://${name}`, url: `https://${name}/mcp` };
}

// Answers every request with one page, over https or (for a page of a stranger's) http.
export async function startSite(html, dir) {
  const seen = [];
  const handler = (request, answer) => {
    seen.push({ url: request.url, headers: request.headers });
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(typeof html === 'function' ? html(request) : html);
  };
  const site = dir ? https.createServer(certificate(dir), handler) : http.createServer(handler);
  return { ...(await listening(site)), seen };
}

export function startChromium(names) {
  const rules = Object.entries(names).map(([name, port]) => `MAP ${name} 127.0.0.1:${port}`);
  return puppeteer.launch({
    executablePath: program(),
    acceptInsecureCerts: true,
    args: ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=${rules.join(', ')}`],
  });
}
