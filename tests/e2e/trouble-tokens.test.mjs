// SPDX-License-Identifier: MIT
// Tokens that are not good, keys that change, the guide's table of errors, and what attackers do with links, codes and
// cookies: over the real programs.
import assert from 'node:assert/strict';
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Browser, DAVE } from './lib/browser.mjs';
import { APP, scratch, sleep, startEmulator, startServer, TENANT } from './lib/programs.mjs';
import { Client, during, fetchCode, post, rpc, signIn } from './lib/signin.mjs';

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unpart = (text) => JSON.parse(Buffer.from(text, 'base64url'));
const ping = (server, token) => post(server, token, rpc('ping'));
const SRV = 'c11e0000-0000-4000-8000-000000000002'; // a registration without our callback
const nextNonce = () => Math.random().toString(36).slice(2);

let emulator, server, home, signedIn;
before(async () => {
  home = scratch();
  emulator = await startEmulator();
  // as the manifest of an application whose tokens are v2.0
  await emulator.control('PATCH', `apps/${APP}`, { api: { requestedAccessTokenVersion: 2 } });
  server = await startServer({ emulator, home: home.dir });
  signedIn = await signIn(server);
});
after(async () => {
  await Promise.all([server.stop(), emulator.stop()]);
  home.remove();
});

// 401 with the reason in the JSON and, for clients that show it, in the challenge.
async function refused(token, says, { status = 401 } = {}) {
  const answer = await ping(server, token);
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.body.error, 'invalid_token');
  assert.match(answer.body.error_description, says);
  const challenge = answer.headers.get('www-authenticate');
  assert.match(challenge, /^Bearer /);
  assert.match(challenge, /resource_metadata="/);
  assert.match(challenge, /error="invalid_token"/);
  return answer;
}

describe('tokens that are not good', () => {
  const claims = () => unpart(signedIn.token.split('.')[1]);
  const header = () => unpart(signedIn.token.split('.')[0]);
  const withParts = (h, c, s = signedIn.token.split('.')[2]) => `${part(h)}.${part(c)}.${s}`;

  test('the good one is accepted', async () => assert.equal((await ping(server, signedIn.token)).status, 200));

  test('a flipped signature', () => {
    const at = signedIn.token.length - 20;
    const flipped = signedIn.token[at] === 'A' ? 'B' : 'A';
    return refused(signedIn.token.slice(0, at) + flipped + signedIn.token.slice(at + 1), /signature/i);
  });
  test('other claims under the old signature', () => refused(withParts(header(), { ...claims(), sub: 'somebody-else' }), /signature/i));
  test('alg none', () => refused(withParts({ ...header(), alg: 'none' }, claims(), ''), /./));
  test('alg HS256, signed with the public key', async () => {
    const { keys } = await (await fetch(`${server.origin}/.well-known/jwks.json`)).json().catch(() => ({ keys: [{}] }));
    const text = `${part({ ...header(), alg: 'HS256' })}.${part(claims())}`;
    return refused(`${text}.${createHmac('sha256', JSON.stringify(keys[0])).update(text).digest('base64url')}`, /./);
  });
  test('signed by another key under the same kid', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const text = `${part(header())}.${part(claims())}`;
    return refused(`${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`, /signature/i);
  });
  test('a key of its own in the header', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const text = `${part({ ...header(), jwk: publicKey.export({ format: 'jwk' }), kid: undefined })}.${part(claims())}`;
    return refused(`${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`, /./);
  });
  for (const [what, token] of [['half a token', 'eyJhbGciOi'], ['two dots', 'a..b'], ['dots only', '..'], ['a long one', 'a'.repeat(9000)], ['not base64url', '§.§.§'.replaceAll('§', '~')]])
    test(`${what}`, async () => assert.equal((await ping(server, token)).status, 401));
  test('no bearer but Basic', async () => {
    const answer = await post(server, null, rpc('ping'), { headers: { authorization: 'Basic YTpi' } });
    assert.equal(answer.status, 401);
    assert.match(answer.body.error_description, /Bearer/);
  });

  test('the refresh token, the code and the client id are no access tokens', async () => {
    const { code, client } = await fetchCode(server, signedIn);
    for (const token of [signedIn.refreshToken, code, client.id]) assert.equal((await ping(server, token)).status, 401);
  });

  test('another audience: minted for this server under another name', async () => {
    const other = { ...server, url: `http://127.0.0.1:${server.port}/mcp` };
    const answer = await ping(other, signedIn.token);
    assert.equal(answer.status, 401);
    assert.match(answer.body.error_description, /localhost/);
  });

  test('another issuer: of a server with another key', async (t) => {
    const strangerHome = scratch();
    t.after(strangerHome.remove);
    const stranger = await during(t, startServer({ emulator, home: strangerHome.dir }));
    const theirs = await signIn(stranger);
    await refused(theirs.token, /./);
  });

  describe('of the identity provider', () => {
    test('its access token for this application is accepted', async () => assert.equal((await ping(server, await idpToken())).status, 200));
    test('its ID token is refused: it opens nothing', async () => refused(await idpToken({ member: 'id_token' }), /ID token/));
    test('for another application: invalid_audience is named, with what to set', async () => {
      const answer = await refused(await idpToken({ fault: 'token:aud' }), /invalid_audience/);
      assert.match(answer.body.error_description, /OIDCPROXY_AUTH_AUDIENCE/);
      assert.match(answer.headers.get('www-authenticate'), /invalid_audience/);
    });
    for (const [fault, says] of [
      ['token:iss', /issuer/i],
      ['token:tid', /tenant/i],
      ['token:exp', /expired/i],
      ['token:nbf', /valid from \d+ on/],
      ['token:algnone', /./],
      ['token:hs256', /./],
      ['token:sig', /signature/i],
      ['token:kid', /key|kid|sign/i],
    ])
      test(`${fault}`, async () => refused(await idpToken({ fault }), says));
    test('the access token for Graph: told what it is', async () => refused(await idpToken({ scope: 'openid profile' }), /Microsoft Graph/));
  });
});

// What Entra ID gives to a public client that runs the code flow by itself; a fault spoils the tokens.
async function idpToken({ provider = emulator, fault, member = 'access_token', app = APP, scope = `openid ${app}/.default` } = {}) {
  const redirect = 'http://localhost/auth/callback';
  const verifier = nextNonce().repeat(6);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const base = `${provider.url}/${TENANT}/oauth2/v2.0`;
  const query = { client_id: app, response_type: 'code', redirect_uri: redirect, scope, code_challenge: challenge, code_challenge_method: 'S256' };
  const away = await fetch(`${base}/authorize?${new URLSearchParams(query)}`, {
    redirect: 'manual',
    headers: { 'x-emu-user': 'alice@contoso.example', 'x-emu-consent': 'accept' },
  });
  const code = new URL(away.headers.get('location')).searchParams.get('code');
  if (fault) await provider.control('POST', 'fault', { endpoint: 'token', kind: fault, count: 1 });
  const answer = await fetch(`${base}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', client_id: app, code, redirect_uri: redirect, code_verifier: verifier }),
  });
  return (await answer.json())[member];
}

describe('the guide’s table of errors', () => {
  test('401 invalid_audience at the sign-in: page, log and the client’s error say what to set', async () => {
    await emulator.control('POST', 'fault', { endpoint: 'token', kind: 'token:aud', count: 1 });
    const browser = new Browser();
    const { end } = await fetchCode(server, { browser, client: signedIn.client });
    assert.equal(end.status, 400);
    assert.match(end.html, /Code: invalid_audience/);
    assert.match(end.html, /OIDCPROXY_AUTH_AUDIENCE/);
    assert.match(end.html, /client\) ID/);
    const back = /href="(http:\/\/localhost:6274\/callback\?[^"]*)"/.exec(end.html)[1].replaceAll('&amp;', '&');
    assert.equal(new URL(back).searchParams.get('error'), 'server_error');
    assert.match(new URL(back).searchParams.get('error_description'), /invalid_audience/);
    assert.match(server.log(), /WARNING .*code=invalid_audience.*OIDCPROXY_AUTH_AUDIENCE/);
  });

  test('401 invalid_audience at a restart with another value: the old credential is refused by that name', async (t) => {
    const otherHome = scratch();
    t.after(otherHome.remove);
    const wrong = await during(t, startServer({ emulator, home: otherHome.dir, env: { OIDCPROXY_AUTH_AUDIENCE: SRV } }));
    const answer = await ping(wrong, await idpToken());
    assert.equal(answer.status, 401);
    assert.match(answer.body.error_description, /invalid_audience.*OIDCPROXY_AUTH_AUDIENCE/s);
  });

  for (const [number, behaviour] of [
    ['AADSTS50020', '50020'],
    ['AADSTS70001', '70001'],
  ])
    test(`${number}, an account of another tenant: the provider’s page, and what we say of it`, async (t) => {
      await emulator.control('PATCH', 'behaviour', { wrongTenantError: behaviour });
      t.after(() => emulator.control('PATCH', 'behaviour', { wrongTenantError: '50020' }));
      const browser = new Browser({ account: DAVE });
      const { end } = await fetchCode(server, { browser, client: signedIn.client });
      assert.match(end.url, /^http:\/\/127\.0\.0\.1/, 'it happens at the provider, not here');
      assert.match(end.html, new RegExp(number));
      // Where the provider does send it back, our page explains it: cause and fix.
      const state = await stateAtProvider(browser, signedIn.client);
      const url = `${server.origin}/auth/callback?${new URLSearchParams({ error: 'access_denied', error_description: `${number}: Application is not allowed for the user.`, state })}`;
      const page = await browser.walk(url);
      assert.equal(page.status, 400);
      assert.match(page.html, new RegExp(`Code: ${number}`));
      assert.match(page.html, /<h2>Why<\/h2>[^]*tenant[^]*<h2>What to do<\/h2>/);
      assert.match(server.log(), new RegExp(`WARNING .*code=${number}`));
    });

  test('the redirect URI does not match: the provider’s AADSTS50011 is met with our redirect URI', async (t) => {
    // A registration without our callback, and the way is fixed (auto would take another).
    const otherHome = scratch();
    t.after(otherHome.remove);
    const guide = await during(t, startServer({ emulator, home: otherHome.dir, env: { OIDCPROXY_AUTH_AUDIENCE: SRV, OIDCPROXY_SIGN_IN: 'callback' } }));
    const { end } = await fetchCode(guide);
    assert.match(end.html, /AADSTS50011/);
    assert.match(end.html, /\/auth\/callback/);
    assert.match(guide.log(), /redirect URI to register at the identity provider.*\/auth\/callback/);
  });

  test('403 after sign-in, ZSCALER_MCP_AUTH_ENABLED=true: warned of at the start, and no 403', async (t) => {
    const otherHome = scratch();
    t.after(otherHome.remove);
    const both = await during(t, startServer({ emulator, home: otherHome.dir, env: { ZSCALER_MCP_AUTH_ENABLED: 'true' } }));
    assert.match(both.log(), /WARNING .*ZSCALER_MCP_AUTH_ENABLED=true.*403.*ZSCALER_MCP_AUTH_ENABLED=false/);
    const { token } = await signIn(both);
    assert.equal((await ping(both, token)).status, 200);
  });
});

// Begins a sign-in, allows it, and reads the state that goes to the provider.
async function stateAtProvider(browser, client) {
  const at = await browser.walk(client.begin(), { until: `${emulator.url}/` });
  return at.params.get('state');
}

describe('keys of the identity provider', () => {
  const api = { api: { requestedAccessTokenVersion: 2 } };
  let own;
  before(async () => {
    own = await startEmulator();
    await own.control('PATCH', `apps/${APP}`, api);
  });
  after(() => own.stop());
  const fetches = async () => (await own.journal()).filter((entry) => JSON.stringify(entry).includes('/keys')).length;
  const withOwnServer = async (t) => {
    const otherHome = scratch();
    t.after(otherHome.remove);
    return during(t, startServer({ emulator: own, home: otherHome.dir }));
  };

  test('rollover in the middle: nobody notices', async (t) => {
    const fresh = await withOwnServer(t);
    const old = await idpToken({ provider: own });
    assert.equal((await ping(fresh, old)).status, 200);
    const flow = await signIn(fresh);
    for (const op of ['publish', 'activate']) await own.control('POST', 'keys', { op });
    assert.equal((await ping(fresh, await idpToken({ provider: own }))).status, 200, 'signed with the next key');
    assert.equal((await ping(fresh, old)).status, 200);
    await own.control('POST', 'keys', { op: 'retire' });
    await signIn(fresh, flow);
    assert.equal((await flow.client.refresh(flow.refreshToken)).status, 200);
  });

  test('emergency: a key nobody announced is fetched once; a flood of unknown ones costs nothing', async (t) => {
    const fresh = await withOwnServer(t);
    assert.equal((await ping(fresh, await idpToken({ provider: own }))).status, 200);
    await own.control('POST', 'keys', { op: 'emergency' });
    const before = await fetches();
    const taken = await ping(fresh, await idpToken({ provider: own }));
    assert.equal(taken.status, 200, taken.text);
    assert.ok((await fetches()) > before, 'the journal shows it');
    const after = await fetches();
    const claims = part({ aud: APP, iss: `${own.url}/${TENANT}/v2.0`, tid: TENANT, scp: 'x', sub: 'x', exp: Math.floor(Date.now() / 1000) + 3600 });
    const flood = Array.from({ length: 60 }, (_, i) => ping(fresh, `${part({ alg: 'RS256', typ: 'JWT', kid: `kid-${i}` })}.${claims}.${'A'.repeat(342)}`));
    for (const answer of await Promise.all(flood)) assert.equal(answer.status, 401, answer.text);
    assert.ok((await fetches()) - after <= 1, `${(await fetches()) - after} fetches`);
  });
});

describe('links, codes and cookies in the wrong hands', () => {
  test('a code redeemed twice: refused, and the tokens of the first time are dead', async () => {
    const { client, code } = await fetchCode(server);
    const first = await client.redeem(code);
    assert.equal(first.status, 200);
    assert.equal((await ping(server, first.body.access_token)).status, 200);
    const second = await client.redeem(code);
    assert.equal(second.status, 400);
    assert.equal(second.body.error, 'invalid_grant');
    assert.equal((await ping(server, first.body.access_token)).status, 401);
    assert.equal((await client.refresh(first.body.refresh_token)).body.error, 'invalid_grant');
  });

  test('one code, many at once: at most one gets tokens', async () => {
    const { client, code } = await fetchCode(server);
    const all = await Promise.all(Array.from({ length: 32 }, () => client.redeem(code)));
    assert.ok(all.filter(({ status }) => status === 200).length <= 1);
    assert.ok(all.every(({ status, body }) => status === 200 || (status === 400 && body.error === 'invalid_grant')));
    for (const { status, body } of all) if (status === 200) assert.equal((await ping(server, body.access_token)).status, 401);
  });

  test('a code with another verifier, redirect URI or client', async () => {
    const { client, code } = await fetchCode(server);
    assert.equal((await client.redeem(code, { code_verifier: 'x'.repeat(43) })).body.error, 'invalid_grant');
    const second = await fetchCode(server);
    assert.equal((await second.client.redeem(second.code, { redirect_uri: 'http://localhost:6274/other' })).body.error, 'invalid_grant');
    const third = await fetchCode(server);
    const thief = new Client(server, { name: 'thief' });
    await thief.register();
    thief.verifier = third.client.verifier;
    assert.equal((await thief.redeem(third.code)).body.error, 'invalid_grant');
  });

  // The callback's URL with the provider's code, not yet loaded by anybody.
  async function callbackUrl(browser, client) {
    const end = await browser.walk(client.begin(), { until: `${server.origin}/auth/callback` });
    return end.url;
  }

  test('the callback loaded twice: one code only', async () => {
    const browser = new Browser();
    const client = new Client(server);
    await client.register();
    const url = await callbackUrl(browser, client);
    const first = await browser.walk(url, { until: client.redirect });
    assert.ok(first.params.get('code'));
    const second = await browser.walk(url, { until: client.redirect });
    assert.equal(second.status, 400);
    assert.match(second.html, /Code: already_finished/);
  });

  test('T2, T12: somebody else’s callback in a browser that has its own: 403, no code, an audit line', async () => {
    const attacker = new Browser();
    const client = new Client(server);
    await client.register();
    const url = await callbackUrl(attacker, client);
    const victim = new Browser();
    await signIn(server, { browser: victim });
    const end = await victim.walk(url, { until: client.redirect });
    assert.equal(end.status, 403);
    assert.match(end.html, /another browser/);
    assert.match(server.log(), /AUDIT .*sign-in refused.*other_browser/);
    const own = await attacker.walk(url, { until: client.redirect });
    assert.ok(own.params.get('code'), 'and it did not spend the attacker’s flow: nothing was done with it');
  });

  test('T2: the provider’s link, sent to a browser without any cookie: asked once more, Deny gives no code', async () => {
    const attacker = new Browser();
    const client = new Client(server);
    await client.register();
    const at = await attacker.walk(client.begin(), { until: `${emulator.url}/` });
    const victim = new Browser({ refuse: true });
    const end = await victim.walk(at.url, { until: client.redirect });
    assert.equal(end.params.get('code'), null);
    assert.equal(end.params.get('error'), 'access_denied');
    assert.ok(victim.pages.some(({ html }) => /Finish signing in\?/.test(html)), 'the page that asks');
  });

  test('a planted or changed browser cookie is none', async () => {
    const client = new Client(server);
    await client.register();
    const browser = new Browser();
    const url = await callbackUrl(browser, client);
    for (const jar of browser.jar.values()) for (const [name, value] of jar) jar.set(name, `${value.slice(0, -3)}AAA`);
    browser.refuse = true;
    const end = await browser.walk(url, { until: client.redirect });
    assert.equal(end.params.get('error'), 'access_denied', 'it was asked as a browser without a cookie is');
  });

  test('a changed, a foreign and an absent state', async () => {
    const browser = new Browser();
    const state = await stateAtProvider(browser, signedIn.client);
    for (const bad of [`${state.slice(0, -4)}AAAA`, 'x', '', signedIn.client.id, signedIn.refreshToken.slice(0, 2000)]) {
      const end = await browser.walk(`${server.origin}/auth/callback?code=x&state=${encodeURIComponent(bad)}`);
      assert.equal(end.status, 400, end.html);
      assert.match(end.html, /Code: invalid_state/);
    }
  });
});

describe('logs', () => {
  test('a whole flow with --debug: no token, code, secret, state or password in any line', async (t) => {
    const otherHome = scratch();
    t.after(otherHome.remove);
    const secrets = ['root-key-that-must-stay-unseen-1234567890', 'oneapi-s3cret-value'];
    const env = { ZSCALER_MCP_SECRET_KEY: secrets[0], ZSCALER_CLIENT_ID: 'id', ZSCALER_CLIENT_SECRET: secrets[1], ZSCALER_VANITY_DOMAIN: 'e2e', ZSCALER_MCP_ONEAPI_URL: 'http://127.0.0.1:1' };
    const loud = await during(t, startServer({ emulator, home: otherHome.dir, env, args: ['--debug', '--log-tool-calls'] }));
    const flow = await signIn(loud);
    const { client, browser, token, refreshToken } = flow;
    secrets.push(token, flow.code, refreshToken, client.verifier, client.state, browser.account.passwd);
    for (const jar of browser.jar.values()) secrets.push(...[...jar.values()].filter((value) => value.length > 12));
    for (const { url, html } of browser.pages) {
      for (const name of ['state', 'code', 'nonce']) secrets.push(new URL(url).searchParams.get(name));
      for (const [, value] of html.matchAll(/<input type="hidden" name="(?:flow|csrf|finish)" value="([^"]*)"/g)) secrets.push(value);
    }
    const renewed = (await client.refresh(refreshToken)).body;
    secrets.push(renewed.access_token, renewed.refresh_token);
    const idToken = await idpToken();
    secrets.push(idToken);
    await ping(loud, idToken);
    await post(loud, token, rpc('tools/call', { name: 'zia_list_rule_labels', arguments: {} }));
    await ping(loud, `${token.slice(0, -4)}AAAA`);
    await client.redeem('a-code-that-is-wrong-but-secret');
    secrets.push('a-code-that-is-wrong-but-secret', `${token.slice(0, -4)}AAAA`);
    await browser.walk(`${loud.origin}/auth/callback?code=the-providers-code-0001&state=wrong-state-0002`);
    secrets.push('the-providers-code-0001', 'wrong-state-0002');
    await sleep(50);
    await loud.stop();
    const log = loud.log();
    assert.match(log, /tokens given/, 'there is a log to look at');
    for (const secret of secrets.filter(Boolean)) {
      assert.ok(!log.includes(secret), `in the log: ${secret}`);
      const tail = secret.split('.').at(-1).slice(0, 24);
      if (tail.length >= 16) assert.ok(!log.includes(tail), `a part in the log: ${tail}`);
    }
  });
});
