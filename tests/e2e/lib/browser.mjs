// SPDX-License-Identifier: MIT
// A scripted person at a browser: keeps cookies by origin, follows redirects, fills the first form of a page with an
// account and presses the first button (the second to refuse). Works on pages without scripts, as ours are.
import { sleep } from './programs.mjs';

export const ALICE = { login: 'alice@contoso.example', passwd: 'Pa55-alice' };
export const DAVE = { login: 'dave@fabrikam.example', passwd: 'Pa55-dave' };

const unescape = (text) =>
  text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (_, e) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" })[e]);
const attribute = (tag, name) => {
  const found = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag);
  return found && unescape(found[1]);
};

// What Sec-Fetch-Site says of a step from one origin to another; the worst of a chain of redirects counts.
const SITES = ['none', 'same-origin', 'same-site', 'cross-site'];
const relation = (from, to) => (from === to ? 'same-origin' : new URL(from).hostname === new URL(to).hostname ? 'same-site' : 'cross-site');
const worse = (a, b) => SITES[Math.max(SITES.indexOf(a), SITES.indexOf(b))];

export class Browser {
  // jar: share it between the windows of one person. think: milliseconds spent on each page. patience: how many times
  // a refused connection is tried again. ignoresCode: leaves a code to enter where it is.
  constructor({ account = ALICE, refuse = false, log, jar = new Map(), think = 0, patience = 50, ignoresCode = false } = {}) {
    Object.assign(this, { account, refuse, log, jar, think, patience, ignoresCode, pages: [] });
  }

  // Cookies know no ports, and all our steps are top-level ones, which SameSite=Lax allows.
  cookies(url) {
    return [...(this.jar.get(new URL(url).hostname) ?? new Map())].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  keepCookies(url, answer) {
    const { hostname } = new URL(url);
    const jar = this.jar.get(hostname) ?? new Map();
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    this.jar.set(hostname, jar);
  }

  async load(url, options) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await fetch(url, options); // the client's listener may come up after its browser
      } catch (error) {
        if (attempt >= this.patience) throw error;
        await sleep(100);
      }
    }
  }

  form(url, html) {
    const form = /<form\b[^>]*>([\s\S]*?)<\/form>/i.exec(html);
    if (!form) return null;
    const fields = new URLSearchParams();
    for (const [tag] of form[1].matchAll(/<input\b[^>]*>/gi)) {
      const name = attribute(tag, 'name');
      if (name) fields.set(name, this.account[name] ?? attribute(tag, 'value') ?? '');
    }
    const buttons = [...form[1].matchAll(/<button\b[^>]*>/gi)].map(([tag]) => tag).filter((tag) => attribute(tag, 'name'));
    const isQuestion = buttons.length > 1;
    const pressed = buttons[this.refuse && isQuestion ? 1 : 0];
    if (pressed) fields.set(attribute(pressed, 'name'), attribute(pressed, 'value') ?? '');
    return { url: new URL(attribute(form[0], 'action') ?? url, url).toString(), fields };
  }

  // A page that shows a code: the person opens the provider's page in another window and enters it there, once.
  async enterCode(html) {
    const code = /<code class="code"[^>]*>([^<]+)</.exec(html);
    const link = [...html.matchAll(/<a\b[^>]*>/gi)].map(([tag]) => tag).find((tag) => attribute(tag, 'target') === '_blank');
    if (!code || !link || code[1] === this.entered) return;
    this.entered = code[1];
    await sleep(this.think);
    if (this.ignoresCode) return;
    const window = new Browser({ ...this, account: { ...this.account, user_code: code[1] }, log: this.log });
    const end = await window.walk(attribute(link, 'href'));
    this.pages.push(...window.pages);
    this.log?.(`code entered: ${end.status}`);
  }

  // Walks until a URL starting with `until` is reached (not loaded), or a page has no form (returned).
  async walk(url, { until } = {}) {
    let request = { method: 'GET' };
    let site = 'none';
    let page;
    for (let hop = 0; hop < 30; hop++) {
      if (until && url.startsWith(until)) return { url, params: new URL(url).searchParams };
      const headers = { accept: 'text/html', 'user-agent': 'e2e-browser', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': site };
      const cookie = this.cookies(url);
      if (cookie) headers.cookie = cookie;
      if (request.body) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', origin: page });
      const answer = await this.load(url, { ...request, headers, redirect: 'manual' });
      this.keepCookies(url, answer);
      this.log?.(`${request.method} ${url.split('?')[0]} -> ${answer.status}`);
      const { origin } = new URL(url);
      if (answer.status >= 300 && answer.status < 400) {
        url = new URL(answer.headers.get('location'), url).toString();
        if (site !== 'none') site = worse(site, relation(origin, new URL(url).origin));
        request = { method: 'GET' };
        continue;
      }
      const html = await answer.text();
      this.pages.push({ url, status: answer.status, html, headers: answer.headers });
      if (answer.status === 200) await this.enterCode(html);
      const refresh = /^(\d+); *url=(.*)$/.exec(answer.headers.get('refresh') ?? '');
      if (refresh) {
        await sleep(refresh[1] * 1000);
        site = 'same-origin';
        url = new URL(refresh[2], url).toString();
        request = { method: 'GET' };
        continue;
      }
      const form = answer.status === 200 && this.form(url, html);
      if (!form) return { url, status: answer.status, html };
      await sleep(this.think);
      page = origin;
      url = form.url;
      site = relation(page, new URL(url).origin);
      request = { method: 'POST', body: form.fields.toString() };
    }
    throw new Error('the browser went round in circles');
  }
}
