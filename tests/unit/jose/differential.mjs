// SPDX-License-Identifier: MIT
// The other side of test_diff_node.c: Node's own crypto verifies our tokens, and signs tokens for us.
// Usage: node differential.mjs IN OUT. Prints what differs; exit status 1 if anything does.
import crypto from 'node:crypto';
import fs from 'node:fs';

const bits = ['256', '384', '512'];
const rsa = (modulusLength) => () => crypto.generateKeyPairSync('rsa', { modulusLength });
const pss = (n) => ({ padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: n / 8 });
const curves = { 256: 'P-256', 384: 'P-384', 512: 'P-521' };
const ALGS = {
  ...Object.fromEntries(bits.map((n) => [`RS${n}`, { hash: `sha${n}`, options: {}, make: rsa(3072) }])),
  ...Object.fromEntries(bits.map((n) => [`PS${n}`, { hash: `sha${n}`, options: pss(n), make: rsa(2048) }])),
  ...Object.fromEntries(bits.map((n) => [`ES${n}`, {
    hash: `sha${n}`,
    options: { dsaEncoding: 'ieee-p1363' },
    make: () => crypto.generateKeyPairSync('ec', { namedCurve: curves[n] }),
  }])),
  EdDSA: { hash: null, options: {}, make: () => crypto.generateKeyPairSync('ed25519') },
};
const encode = (value) => Buffer.from(value).toString('base64url');
const failures = [];

function verify({ alg, jwk, token, payload }) {
  const [header, body, signature] = token.split('.');
  const key = crypto.createPublicKey({ key: jwk, format: 'jwk' });
  const { hash, options } = ALGS[alg];
  const input = Buffer.from(`${header}.${body}`);
  const raw = Buffer.from(signature, 'base64url');
  if (JSON.parse(Buffer.from(header, 'base64url')).alg !== alg) failures.push(`${alg}: header`);
  if (Buffer.from(body, 'base64url').toString() !== payload) failures.push(`${alg}: payload`);
  if (!crypto.verify(hash, input, { key, ...options }, raw)) failures.push(`${alg}: signature refused`);
  raw[raw.length >> 1] ^= 1;
  if (crypto.verify(hash, input, { key, ...options }, raw)) failures.push(`${alg}: changed signature accepted`);
}

function sign(alg, kid, privateKey, text) {
  const input = `${encode(JSON.stringify({ alg, typ: 'JWT', kid }))}.${encode(text)}`;
  const { hash, options } = ALGS[alg];
  return `${input}.${encode(crypto.sign(hash, Buffer.from(input), { key: privateKey, ...options }))}`;
}

function make() {
  const keys = [], tokens = [];
  for (const alg of Object.keys(ALGS)) {
    const { publicKey, privateKey } = ALGS[alg].make();
    const kid = `node-${alg}`;
    keys.push({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' });
    for (const text of ['{}', '{"sub":"Zo\u00eb \u2713","n":1}', JSON.stringify({ pad: 'x'.repeat(5000) })]) {
      const token = sign(alg, kid, privateKey, text);
      const [header, body, signature] = token.split('.');
      const raw = Buffer.from(signature, 'base64url');
      raw[0] ^= 1;
      tokens.push({ alg, token, good: true });
      tokens.push({ alg, token: `${header}.${body}.${encode(raw)}`, good: false });
      tokens.push({ alg, token: `${header}.${encode('{"sub":"mallory"}')}.${signature}`, good: false });
    }
  }
  return { jwks: JSON.stringify({ keys }), tokens };
}

const [input, output] = process.argv.slice(2);
JSON.parse(fs.readFileSync(input, 'utf8')).tokens.forEach(verify);
fs.writeFileSync(output, JSON.stringify(make()));
for (const failure of failures) console.error(failure);
process.exit(failures.length ? 1 : 0);
