// SPDX-License-Identifier: MIT
// The pages in a real Chromium, over https: they can be read by everybody (axe-core, light and dark, phone and desktop),
// used with a keyboard alone, need no script, and cannot be framed, forged or driven by looking ahead.
// SCREENSHOTS=folder keeps pictures of all pages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ALICE } from './lib/browser.mjs';
import { startChromium, startIngress, startSite } from './lib/chromium.mjs';
import { modules } from './lib/desk.mjs';
import { APP, freePort, scratch, sleep, startEmulator, startServer } from './lib/programs.mjs';
import { Client } from './lib/signin.mjs';

const CLAUDE = 'https://claude.ai/api/mcp/auth_callback';
const CURSOR = 'cursor://anysphere.cursor-mcp/oauth/callback';
const CALLBACK = 'https://mcp.test/auth/callback';
const axeSource = readFileSync(path.join(modules, 'axe-core/axe.min.js'), 'utf8');
const AXE = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] };

let home, emulator, server, ingress, codeServer, codes, listener, claude, stranger, chromium;
let hold = async () => {};
before(async () => {
  home = scratch();
  emulator = await startEmulator();
  await emulator.control('PATCH', `apps/${APP}`, { publicClient: { redirectUris: [CALLBACK] } });
  server = await startServer({ emulator, home: home.dir, env: { ZSCALER_CLIENT_ID: 'e2e', ZSCALER_CLIENT_SECRET: 'e2e', ZSCALER_VANITY_DOMAIN: 'e2e' } });
  ingress = await startIngress(server, { name: 'mcp.test', dir: home.dir, hold: (request) => hold(request) });
  // Its callback is not registered: people sign in there with a code.
  codeServer = await startServer({ emulator, home: home.dir });
  codes = await startIngress(codeServer, { name: 'codes.test', dir: home.dir });
  listener = await startSite('<!doctype html><title>client</title><h1>The application has it</h1>');
  claude = await startSite('<!doctype html><title>claude.ai</title><h1>claude.ai has it</h1>', home.dir);
  stranger = await startSite((request) => strangersPage(new URL(request.url, 'http://x')));
  chromium = await startChromium({ 'mcp.test': ingress.port, 'codes.test': codes.port, 'claude.ai': claude.port, 'evil.test': stranger.port });
});
after(async () => {
  await chromium?.close();
  for (const site of [ingress, codes, listener, claude, stranger]) site?.close();
  for (const each of [server, codeServer]) assert.deepEqual(await each.stop(), { code: 0, signal: null });
  await emulator.stop();
  home.remove();
});

function strangersPage(url) {
  const target = url.searchParams.get('target') ?? '';
  const parts = {
    '/frame': `<iframe src="${target}"></iframe>`,
    '/prefetch': `<link rel="prefetch" href="${target}">`,
    '/speculate': `<script type="speculationrules">${JSON.stringify({ prefetch: [{ source: 'list', urls: [target], eagerness: 'immediate' }], prerender: [{ source: 'list', urls: [target], eagerness: 'immediate' }] })}</script>`,
    '/post': `<form method="post" action="https://mcp.test/consent">${[...url.searchParams].map(([name, value]) => `<input name="${name}" value="${value}">`).join('')}<button>Win a prize</button></form>`,
    '/link': `<a href="${target}">a link</a>`,
  };
  return `<!doctype html><html lang="en"><title>stranger</title><h1>hello</h1>${parts[url.pathname] ?? ''}`.replaceAll('&', '&amp;');
}

async function newClient(redirect = `http://localhost:${listener.port}/callback`, at = ingress) {
  const client = new Client(at === ingress ? server : codeServer, { redirect, name: 'A <b>bold</b> client' });
  const { status } = await client.register();
  assert.equal(status, 201);
  client.server = at; // from here on as the world sees it
  return client;
}

// A window of a fresh browser profile, and what it complained about.
async function window(context) {
  context ??= await chromium.createBrowserContext();
  const page = await context.newPage();
  const complaints = [];
  const log = await page.createCDPSession();
  await log.send('Log.enable');
  log.on('Log.entryAdded', ({ entry }) => entry.level !== 'verbose' && complaints.push(`${entry.level}: ${entry.text}`));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`${error}`));
  await page.setViewport({ width: 1280, height: 900 });
  return { context, page, complaints };
}

const heading = (page) => page.$eval('h1', (h1) => h1.textContent);
const press = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
const decide = (page, decision) => press(page, `button[value=${decision}]`);

// The provider's pages, until they lead back.
async function signInAtProvider(page, account = ALICE) {
  for (let i = 0; i < 6 && page.url().startsWith(emulator.url); i++) {
    for (const [name, value] of Object.entries(account)) {
      const field = await page.$(`input[name=${name}]:not([type=hidden])`);
      await field?.evaluate((input, text) => (input.value = text), value);
    }
    await press(page, 'form button');
  }
}

// Every page there is, each with the way to it.
const PAGES = [
  ['home', 'Connect to Zscaler MCP Server', 200, (page) => page.goto('https://mcp.test/')],
  ['home, all opened', 'Connect to Zscaler MCP Server', 200, async (page) => (await page.goto('https://mcp.test/'), openAll(page))],
  ['the resource', 'This address is for applications', 401, (page) => page.goto('https://mcp.test/mcp')],
  ['consent', 'Allow this application to sign you in?', 200, async (page) => page.goto((await newClient()).begin())],
  ['consent, opened, for a web client', 'Allow this application to sign you in?', 200, async (page) => (await page.goto((await newClient(CLAUDE)).begin()), openAll(page))],
  ['consent of a known browser', 'Continue to sign-in', 200, knownBrowser],
  ['consent, signed in already', 'You are signed in already', 200, keptSignIn],
  ['late consent', 'Finish signing in?', 200, lateConsent],
  ['a sign-in that took long', 'You are signed in', 200, longSignIn],
  ['a code', 'Sign in with a code', 200, async (page) => (await toCode(page), press(page, 'main p.soft a'))],
  ['a code that ran out', 'The code ran out before the sign-in was finished.', 200, lateCode],
  ['an error of ours', 'This server does not know the application that sent you here', 400, (page) => page.goto('https://mcp.test/authorize')],
  ['an error of the provider', 'The user is not assigned to the application.', 400, providersError],
  ['a form that is too old', 'This page is too old, or was not made here', 400, tamperedForm],
  ['help', 'Stuck on the sign-in page?', 200, (page) => page.goto('https://mcp.test/auth/help')],
  ['help with a code', 'Stuck on the sign-in page?', 200, async (page) => (await page.goto('https://mcp.test/auth/help?code=AADSTS50011'), openAll(page))],
];

const openAll = (page) => page.$$eval('details', (all) => all.forEach((one) => (one.open = true)));

async function knownBrowser(page) {
  const client = await newClient();
  await page.goto(client.begin());
  await decide(page, 'allow');
  await page.goto(client.begin()); // typed into the bar: no other site's wish
}

async function keptSignIn(page) {
  const client = await newClient();
  await toProvider(page, client);
  await signInAtProvider(page); // the application never fetches its tokens
  await page.goto(client.begin());
}

async function longSignIn(page) {
  await page.goto((await newClient()).begin());
  await sleep(26000); // LATE_S
  await decide(page, 'allow');
  await signInAtProvider(page);
}

const codeOn = (page) => page.$eval('code.code', (code) => code.textContent);

async function toCode(page) {
  const client = await newClient(undefined, codes);
  await page.goto(client.begin());
  await decide(page, 'allow');
  return client;
}

async function lateCode(page) {
  await toCode(page);
  await emulator.control('POST', 'device', { user_code: await codeOn(page), op: 'expire' });
  await page.waitForFunction(() => !document.querySelector('code.code'), { timeout: 20000 });
}

async function toProvider(page, client) {
  await page.goto((client ?? (await newClient())).begin());
  await decide(page, 'allow');
  assert.ok(page.url().startsWith(emulator.url), page.url());
}

async function lateConsent(page) {
  await toProvider(page);
  const cookies = await page.browserContext().cookies();
  await page.browserContext().deleteCookie(...cookies.filter(({ domain }) => domain === 'mcp.test'));
  await signInAtProvider(page);
}

async function providersError(page) {
  await toProvider(page);
  const state = new URL(page.url()).searchParams.get('state');
  await page.goto(`${CALLBACK}?${new URLSearchParams({ error: 'access_denied', error_description: 'AADSTS50105: not assigned', state })}`);
}

async function tamperedForm(page) {
  await page.goto((await newClient()).begin());
  await page.$eval('input[name=csrf]', (input) => (input.value = '1.x'));
  await decide(page, 'allow');
}

// --- everybody can read them ---

async function shoot(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name.replace(/[^a-z0-9]+/g, '-')}.png`), fullPage: true });
}

const layout = () => ({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  styled: getComputedStyle(document.querySelector('main')).maxWidth,
  background: getComputedStyle(document.body).backgroundColor,
  scripts: document.querySelectorAll('script, [onclick], [onload], style ~ style').length,
  levels: [...document.querySelectorAll('h1, h2, h3, h4')].map(({ tagName }) => Number(tagName[1])),
  title: document.title,
});

function orderly(levels) {
  return levels[0] === 1 && levels.filter((level) => level === 1).length === 1 && levels.every((level, i) => i === 0 || level <= levels[i - 1] + 1);
}

const BACKGROUNDS = { light: 'rgb(242, 244, 248)', dark: 'rgb(13, 18, 24)' };

async function judge(page, scheme, width) {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.setViewport({ width, height: 900 });
  const seen = await page.evaluate(layout);
  const where = `${scheme}, ${width} pixels`;
  assert.equal(seen.overflow, 0, `${where}: no scrolling sideways`);
  assert.notEqual(seen.styled, 'none', 'the style was let in');
  assert.equal(seen.background, BACKGROUNDS[scheme]);
  assert.equal(seen.scripts, 0);
  assert.ok(orderly(seen.levels), `${seen.levels}`);
  assert.match(seen.title, / – Zscaler MCP Server$/);
  const { violations } = await page.evaluate((options) => globalThis.axe.run(options), AXE);
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  assert.deepEqual(told, [], where);
}

describe('everybody can read', () => {
  for (const [name, title, status, open] of PAGES)
    test(name, async () => {
      const { context, page, complaints } = await window();
      let last;
      page.on('response', (response) => response.request().isNavigationRequest() && (last = response));
      await open(page);
      assert.equal(await heading(page), title);
      assert.equal(last.status(), status);
      await page.evaluate(axeSource);
      for (const scheme of ['light', 'dark'])
        for (const width of [320, 1280]) {
          await judge(page, scheme, width);
          await shoot(page, `${name}-${scheme}-${width}`);
        }
      const unasked = complaints.filter((line) => !(status >= 400 && line.includes(`status of ${status}`)));
      assert.deepEqual(unasked, [], 'nothing in the console');
      await context.close();
    });
});

test('the judge judges: what is wrong is found', async () => {
  const { context, page } = await window();
  await page.goto('https://mcp.test/auth/help');
  await page.evaluate(axeSource);
  const spoil = {
    'color-contrast': () => (document.querySelector('main p').style.color = '#999'),
    'html-has-lang': () => document.documentElement.removeAttribute('lang'),
    'landmark-one-main': () => document.querySelector('main').setAttribute('role', 'presentation'),
  };
  for (const [rule, how] of Object.entries(spoil)) {
    await page.evaluate(how);
    await assert.rejects(judge(page, 'light', 1280), new RegExp(rule));
  }
  await page.evaluate(() => (document.querySelector('main').style.width = '120vw'));
  await assert.rejects(judge(page, 'light', 320), /sideways/);
  await context.close();
});

test('with text twice as large nothing is cut off or scrolls sideways', async () => {
  const { context, page } = await window();
  await page.setViewport({ width: 640, height: 900 });
  for (const url of ['https://mcp.test/', (await newClient()).begin()]) {
    await page.goto(url);
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    assert.equal((await page.evaluate(layout)).overflow, 0);
  }
  await context.close();
});

// --- a keyboard is enough ---

const focus = () => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  return { tag: element.tagName, value: element.getAttribute('value'), name: element.getAttribute('name'), text: element.textContent.trim(), outline: `${style.outlineStyle} ${style.outlineWidth}` };
};

// Tab until `wanted`; on pages of ours each stop must be seen.
async function tabTo(page, wanted, { ours = true } = {}) {
  const stops = [];
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(focus);
    stops.push(stop.text || stop.name);
    if (ours) assert.equal(stop.outline, 'solid 3px', `the focus is seen on ${JSON.stringify(stop)}`);
    if (wanted(stop)) return stops;
  }
  throw new Error(`not reached: ${stops}`);
}
const enter = (page) => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);

test('a whole sign-in with Tab and Enter', async () => {
  const client = await newClient();
  const { context, page, complaints } = await window();
  await page.goto(client.begin());
  assert.deepEqual(await tabTo(page, ({ value }) => value === 'allow'), ['Allow and sign in'], 'the first stop');
  await enter(page);
  for (const [name, value] of Object.entries(ALICE)) {
    await tabTo(page, (stop) => stop.name === name, { ours: false });
    await page.keyboard.type(value);
  }
  await enter(page);
  for (let i = 0; i < 4 && page.url().startsWith(emulator.url); i++) {
    await tabTo(page, ({ tag }) => tag === 'BUTTON', { ours: false });
    await enter(page);
  }
  assert.equal(await heading(page), 'The application has it');
  const answer = new URL(page.url()).searchParams;
  assert.equal(answer.get('state'), client.state);
  assert.equal(answer.get('iss'), 'https://mcp.test');
  const { id, redirect, verifier } = client;
  const form = { grant_type: 'authorization_code', client_id: id, redirect_uri: redirect, code: answer.get('code'), code_verifier: verifier };
  assert.equal((await ingress.post('/token', form)).status, 200);
  assert.deepEqual(complaints.filter((line) => /polic|Refused|secur/i.test(line)), []);
  await context.close();
});

test('the home page with the keyboard: each application opens, each text can be reached', async () => {
  const { context, page } = await window();
  await page.goto('https://mcp.test/');
  await tabTo(page, ({ text }) => text === 'Claude Code');
  await page.keyboard.press('Enter');
  assert.ok(await page.$eval('#claude-code', ({ open }) => open));
  assert.match(await page.$eval('#claude-code pre', (pre) => pre.textContent), /^claude mcp add --transport http zscaler-mcp-server https:\/\/mcp\.test\/mcp$/);
  // One click selects the whole command, and nothing else.
  await page.click('#claude-code pre');
  assert.equal(await page.evaluate(() => String(getSelection())), 'claude mcp add --transport http zscaler-mcp-server https://mcp.test/mcp');
  await context.close();
});

// --- nobody else can use them ---

test('cookies: __Host-, Secure, HttpOnly, Lax', async () => {
  const { context, page } = await window();
  await knownBrowser(page);
  const cookies = (await context.cookies()).filter(({ domain }) => domain === 'mcp.test');
  assert.deepEqual(cookies.map(({ name }) => name.replace(/window-.*/, 'window-…')).sort(), ['__Host-mcp-browser', '__Host-mcp-consents', '__Host-mcp-window-…']);
  for (const cookie of cookies) {
    const { secure, httpOnly, sameSite, path: at } = cookie;
    assert.deepEqual({ secure, httpOnly, sameSite, at }, { secure: true, httpOnly: true, sameSite: 'Lax', at: '/' }, cookie.name);
  }
  await context.close();
});

test('in a frame of another site nothing is shown', async () => {
  const target = (await newClient()).begin();
  for (const url of [target, 'https://mcp.test/', 'https://mcp.test/auth/help', 'https://mcp.test/mcp']) {
    const { context, page, complaints } = await window();
    await page.goto(`http://evil.test/frame?target=${encodeURIComponent(url)}`, { waitUntil: 'networkidle0' });
    const frame = page.frames()[1];
    assert.equal(await frame.evaluate(() => document.querySelector('form, main')).catch(() => null), null);
    assert.ok(complaints.some((line) => /frame-ancestors 'none'|X-Frame-Options/.test(line)), `${complaints}`);
    await context.close();
  }
});

test("a stranger's page cannot answer the question", async () => {
  const client = await newClient();
  // The attacker's own form, from the attacker's own browser.
  const own = await window();
  await own.page.goto(client.begin());
  const fields = await own.page.$$eval('input[type=hidden]', (all) => all.map(({ name, value }) => [name, value]));
  const victim = await window();
  await victim.page.goto((await newClient()).begin()); // has a cookie of ours
  await victim.page.goto(`http://evil.test/post?${new URLSearchParams([...fields, ['decision', 'allow']])}`);
  await press(victim.page, 'button');
  const [post] = ingress.seen.filter(({ method }) => method === 'POST').slice(-1);
  assert.deepEqual([post.url, post.status, post.headers.location], ['/consent', 403, undefined]);
  assert.equal(post.request.origin, 'http://evil.test');
  assert.equal(post.request.cookie, undefined, 'SameSite=Lax kept the cookies at home');
  await own.context.close();
  await victim.context.close();
});

test('a link on a page of another site asks at length, though the browser is known', async () => {
  const client = await newClient(CLAUDE);
  const { context, page } = await window();
  await toProvider(page, client);
  await page.goto(`http://evil.test/link?target=${encodeURIComponent(client.begin())}`);
  await press(page, 'a');
  assert.equal(await heading(page), 'Allow this application to sign you in?');
  // The person's own wish is silent, for a web client.
  await page.goto(client.begin());
  assert.ok(page.url().startsWith(emulator.url));
  await context.close();
});

test('looking ahead has no effect', async () => {
  for (const how of ['prefetch', 'speculate']) {
    const { context, page } = await window();
    const target = (await newClient(CLAUDE)).begin();
    const before = ingress.seen.length;
    await page.goto(`http://evil.test/${how}?target=${encodeURIComponent(target)}`, { waitUntil: 'networkidle0' });
    await sleep(500);
    const ahead = ingress.seen.slice(before).filter(({ url }) => url.startsWith('/authorize'));
    for (const { request, status, headers } of ahead) {
      assert.match(request['sec-purpose'] ?? request.purpose ?? '', /prefetch/);
      assert.equal(status, 204);
      assert.equal(headers['set-cookie'], undefined);
    }
    if (how === 'prefetch') assert.ok(ahead.length > 0, 'Chromium did look ahead');
    // The real visit afterwards is whole.
    await page.goto(target);
    assert.equal(await heading(page), 'Allow this application to sign you in?');
    await context.close();
  }
});

// --- nothing of the policy stands in the way ---

test('from the form through the provider to claude.ai', async () => {
  const client = await newClient(CLAUDE);
  const { context, page, complaints } = await window();
  await toProvider(page, client);
  await signInAtProvider(page);
  assert.equal(await heading(page), 'claude.ai has it');
  assert.equal(new URL(page.url()).searchParams.get('state'), client.state);
  // The second time all is one chain of redirects behind the one form.
  await page.goto(`http://evil.test/link?target=${encodeURIComponent(client.begin())}`);
  await press(page, 'a');
  await decide(page, 'allow');
  assert.equal(await heading(page), 'claude.ai has it');
  assert.deepEqual(complaints.filter((line) => /Content Security Policy|form-action/i.test(line)), []);
  await context.close();
});

test('from the form through the provider to a scheme of an application', async () => {
  const client = await newClient(CURSOR);
  const { context, page, complaints } = await window();
  await toProvider(page, client);
  const back = ingress.seen.length;
  const ending = signInAtProvider(page).catch(() => {}); // nothing opens cursor: here, so nothing is navigated to
  const callbackSeen = () => ingress.seen.slice(back).find(({ url }) => url.startsWith('/auth/callback'));
  for (let i = 0; i < 100 && !callbackSeen(); i++) await sleep(50);
  await sleep(200); // for a complaint to be written
  const callback = callbackSeen();
  assert.equal(callback.status, 302);
  assert.ok(callback.headers.location.startsWith(`${CURSOR}?code=`));
  assert.deepEqual(complaints.filter((line) => /Content Security Policy|form-action/i.test(line)), []);
  await context.close();
  await ending;
});

test('another account: the provider asks who to be', async () => {
  const client = await newClient();
  const { context, page } = await window();
  await toProvider(page, client);
  await signInAtProvider(page);
  assert.equal(await heading(page), 'The application has it');
  // Signed in there: Continue needs no further page, the other button shows the provider's.
  await page.goto(client.begin());
  await decide(page, 'allow');
  assert.equal(await heading(page), 'The application has it');
  await page.goto(client.begin());
  await decide(page, 'other');
  assert.equal(new URL(page.url()).searchParams.get('prompt'), 'select_account');
  assert.ok(page.url().startsWith(emulator.url));
  await context.close();
});

test('a code: the page looks by itself, and goes on to the application', async () => {
  const { context, page } = await window();
  const client = await toCode(page);
  await emulator.control('POST', 'device', { user_code: await codeOn(page), op: 'approve', user: ALICE.login });
  await page.waitForFunction(() => document.title === 'client', { timeout: 20000 });
  assert.equal(new URL(page.url()).searchParams.get('state'), client.state);
  assert.ok(new URL(page.url()).searchParams.get('code'));
  await context.close();
});

test('deny tells the application', async () => {
  const client = await newClient();
  const { context, page } = await window();
  await page.goto(client.begin());
  await decide(page, 'deny');
  const answer = new URL(page.url()).searchParams;
  assert.equal(answer.get('error'), 'access_denied');
  assert.equal(answer.get('state'), client.state);
  assert.equal(answer.get('iss'), 'https://mcp.test');
  await context.close();
});

test('the link of an error page tells the application too', async () => {
  const { context, page } = await window();
  await providersError(page);
  await press(page, 'a.button.first');
  assert.equal(await heading(page), 'The application has it');
  assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied');
  await context.close();
});

test('two first windows in the same instant: both can sign in', async () => {
  const { context, page: one } = await window();
  const { page: two } = await window(context);
  const urls = await Promise.all([newClient(), newClient()]).then((clients) => clients.map((client) => client.begin()));
  let waiting = 0;
  let both;
  const arrived = new Promise((resolve) => (both = resolve));
  hold = async ({ url }) => {
    if (url.startsWith('/authorize') && ++waiting === 2) both();
    if (url.startsWith('/authorize')) await arrived;
  };
  const seen = ingress.seen.length;
  await Promise.all([one.goto(urls[0]), two.goto(urls[1])]);
  hold = async () => {};
  for (const { request } of ingress.seen.slice(seen)) assert.equal(request.cookie, undefined, 'neither knew a cookie');
  for (const page of [one, two]) {
    await page.bringToFront();
    await decide(page, 'allow');
    await signInAtProvider(page);
    assert.equal(await heading(page), 'The application has it');
  }
  await context.close();
});

test('asked every time where nothing is to be remembered', async () => {
  const port = await freePort();
  const forgetful = await startServer({ emulator, home: home.dir, port, env: { OIDCPROXY_CONSENT_TTL: '0' } });
  const { context, page } = await window();
  const client = new Client(forgetful, { redirect: CLAUDE });
  await client.register();
  for (let i = 0; i < 2; i++) {
    await page.goto(client.begin());
    assert.equal(await heading(page), 'Allow this application to sign you in?');
    await decide(page, 'allow');
  }
  assert.ok(!(await context.cookies()).some(({ name }) => name.includes('consents')));
  await context.close();
  await forgetful.stop();
});
