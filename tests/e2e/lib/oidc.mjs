// SPDX-License-Identifier: MIT
// A certified OpenID provider (npm oidc-provider) in this process, with plain forms that lib/browser.mjs can submit, and
// a registration for each way in which a client can prove who it is.
import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import Provider from 'oidc-provider';
import { freePort } from './programs.mjs';

export const ADA = { login: 'ada@example.com', passwd: 'Pa55-ada' };
export const API = 'https://mcp.example.com/mcp';
export const SECRET = 'a secret: with/odd+signs%';

export function keyPair(type, options, alg) {
  const { privateKey, publicKey } = generateKeyPairSync(type, options);
  return {
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    privateJwk: { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg, kid: `${type}-key` },
    publicJwk: { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg, kid: `${type}-key` },
  };
}
const rsa = (alg = 'RS256') => keyPair('rsa', { modulusLength: 2048 }, alg);
const ec = () => keyPair('ec', { namedCurve: 'P-256' }, 'ES256');

const page = (answer, html, status = 200) => {
  answer.writeHead(status, { 'content-type': 'text/html' });
  answer.end(`<!doctype html><title>identity provider</title>${html}`);
};

async function formOf(request) {
  let body = '';
  for await (const part of request) body += part;
  return new URLSearchParams(body);
}

// The first visit of an interaction shows a form, its answer ends it.
async function interact(provider, request, answer) {
  const details = await provider.interactionDetails(request, answer);
  const { prompt, params, session } = details;
  if (request.method === 'GET')
    return page(
      answer,
      prompt.name === 'login'
        ? '<form method="post"><input name="login"><input name="passwd"><button>Sign in</button></form>'
        : '<form method="post"><button name="decision" value="yes">Yes</button><button name="decision" value="no">No</button></form>',
    );
  const form = await formOf(request);
  if (prompt.name === 'login') {
    const good = form.get('login') === ADA.login && form.get('passwd') === ADA.passwd;
    return good ? provider.interactionFinished(request, answer, { login: { accountId: 'ada' } }, { mergeWithLastSubmission: false }) : page(answer, 'wrong password', 403);
  }
  if (form.get('decision') === 'no')
    return provider.interactionFinished(request, answer, { error: 'access_denied' }, { mergeWithLastSubmission: false });
  const grant = details.grantId ? await provider.Grant.find(details.grantId) : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(' '));
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(prompt.details.missingResourceScopes ?? {})) grant.addResourceScope(resource, scopes.join(' '));
  return provider.interactionFinished(request, answer, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

const CALLBACK = 'http://localhost/auth/callback'; // any port: an application of type native
const client = (client_id, more) => ({
  client_id,
  application_type: 'native',
  redirect_uris: [CALLBACK],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  ...more,
});
const confidential = (client_id, token_endpoint_auth_method, more) => client(client_id, { token_endpoint_auth_method, client_secret: SECRET, ...more });
const withKey = (client_id, key, more) =>
  client(client_id, { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: key.publicJwk.alg, jwks: { keys: [key.publicJwk] }, ...more });

// change: edits the configuration; document: edits the discovery document on its way out.
export async function startProvider({ port, change = (config) => config, document } = {}) {
  port ??= await freePort();
  const url = `http://localhost:${port}`;
  const signing = rsa();
  const keys = { rsa: rsa(), ps: rsa('PS256'), ec: ec() };
  const config = {
    jwks: { keys: [signing.privateJwk] },
    cookies: { keys: ['e2e'] },
    clients: [
      client('public', { token_endpoint_auth_method: 'none' }),
      client('elsewhere', { token_endpoint_auth_method: 'none', redirect_uris: ['http://localhost/not/here'] }),
      confidential('elsewhere-basic', 'client_secret_basic', { redirect_uris: ['http://localhost/not/here'] }),
      confidential('basic', 'client_secret_basic'),
      confidential('post', 'client_secret_post'),
      withKey('rsa', keys.rsa),
      withKey('ps', keys.ps),
      withKey('ec', keys.ec),
      withKey('elsewhere-ec', keys.ec, { redirect_uris: ['http://localhost/not/here'] }),
      confidential('machine', 'client_secret_basic', { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }),
      confidential('stranger', 'client_secret_basic', { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }),
    ],
    claims: { profile: ['name', 'preferred_username'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Ada', preferred_username: ADA.login, email: ADA.login }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: (_, who) => who.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (ctx, form) => void (ctx.body = form),
        userCodeConfirmSource: (ctx, form) => void (ctx.body = form),
        successSource: (ctx) => void (ctx.body = 'you are signed in'),
      },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({ scope: 'mcp.read mcp.write', audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
      },
    },
    ttl: { AccessToken: 3600, ClientCredentials: 600, IdToken: 3600, Interaction: 600, Session: 3600, Grant: 3600, RefreshToken: 86400, DeviceCode: 600, AuthorizationCode: 60 },
  };
  const provider = new Provider(url, change(config));
  const journal = [];
  const callback = provider.callback();
  const server = http.createServer(async (request, answer) => {
    const path = request.url.split('?')[0];
    journal.push({ method: request.method, path, authorization: request.headers.authorization });
    try {
      if (path === '/token' && isBasicFor('post', request)) refuseClient(answer);
      else if (path.startsWith('/interaction/')) await interact(provider, request, answer);
      else if (document && path === '/.well-known/openid-configuration') await documented(callback, request, answer, document);
      else callback(request, answer);
    } catch (error) {
      page(answer, String(error.stack), 500);
    }
  });
  await new Promise((resolve) => server.listen(port, 'localhost', resolve));
  return {
    url,
    port,
    keys,
    journal,
    provider,
    configUrl: `${url}/.well-known/openid-configuration`,
    asked: (path) => journal.filter((entry) => entry.path === path),
    machineToken: (id, scope, resource = API) => machineToken(url, id, scope, resource),
    forget() {
      for (const model of [provider.RefreshToken, provider.Grant]) model.find = async () => undefined;
    },
    stop: () => new Promise((resolve) => server.close(resolve) && server.closeAllConnections()),
  };
}

// The library takes a registered secret either way; many providers take it only in the registered one.
function isBasicFor(client, request) {
  const credential = /^Basic (.+)$/.exec(request.headers.authorization ?? '');
  return credential && Buffer.from(credential[1], 'base64').toString().startsWith(`${client}:`);
}

function refuseClient(answer) {
  answer.writeHead(401, { 'content-type': 'application/json' });
  answer.end(JSON.stringify({ error: 'invalid_client' }));
}

async function documented(callback, request, answer, change) {
  const end = answer.end.bind(answer);
  answer.end = (body) => {
    const text = JSON.stringify(change(JSON.parse(body.toString())));
    answer.setHeader('content-length', Buffer.byteLength(text));
    return end(text);
  };
  callback(request, answer);
}

// A JWT access token of the provider (RFC 9068) for an API.
async function machineToken(url, id, scope, resource) {
  const answer = await fetch(`${url}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${new URLSearchParams([['', SECRET]]).toString().slice(1)}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource, ...(scope && { scope }) }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body.access_token;
}
