// SPDX-License-Identifier: MIT
// An https host on loopback that publishes client metadata documents, with a certificate authority of its own.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { freePort, scratch } from './programs.mjs';

// A self-signed certificate for localhost (and docs.example, which only a proxy finds here) that is its own authority.
function certificate(dir) {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(dir, name));
  const names = 'subjectAltName=DNS:localhost,DNS:docs.example,IP:127.0.0.1';
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  execFileSync('openssl', [...args, '-addext', names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert), file: cert };
}

export async function startDocuments() {
  const home = scratch();
  const tls = certificate(home.dir);
  const port = await freePort();
  const published = new Map();
  const requests = [];
  const server = https.createServer(tls, (request, answer) => {
    requests.push({ path: request.url, headers: request.headers });
    const found = published.get(request.url);
    if (!found) return answer.writeHead(404).end();
    const { status = 200, headers = {}, body } = found;
    return answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `https://localhost:${port}`;
  return {
    origin,
    host: `localhost:${port}`,
    ca: tls.file,
    requests,
    port,
    // The URL of a document with these members; more: status, headers, another body, another origin.
    publish(where, members, more = {}) {
      const url = `${more.at ?? origin}${where}`;
      const document = { client_id: url, client_name: 'Published client', token_endpoint_auth_method: 'none', ...members };
      published.set(where, { body: JSON.stringify(document), ...more });
      return url;
    },
    // The URL of any JSON.
    put(where, json) {
      published.set(where, { body: JSON.stringify(json) });
      return `${origin}${where}`;
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve(home.remove())));
    },
  };
}
