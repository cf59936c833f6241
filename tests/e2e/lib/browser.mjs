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

export class Browser {
  constructor({ account = ALICE, refuse = false, log } = {}) {
    Object.assign(this, { account, refuse, log, jar: new Map(), pages: [] });
  }

  cookies(origin) {
    return [...(this.jar.get(origin) ?? new Map())].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  keepCookies(origin, answer) {
    const jar = this.jar.get(origin) ?? new Map();
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    this.jar.set(origin, jar);
  }

  async load(url, options) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await fetch(url, options); // the client's listener may come up after its browser
      } catch (error) {
        if (attempt >= 50) throw error;
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

  // Walks until a URL starting with `until` is reached (not loaded), or a page has no form (returned).
  async walk(url, { until } = {}) {
    let request = { method: 'GET' };
    let from;
    for (let hop = 0; hop < 30; hop++) {
      if (until && url.startsWith(until)) return { url, params: new URL(url).searchParams };
      const { origin } = new URL(url);
      const headers = { accept: 'text/html', 'user-agent': 'e2e-browser', ...(this.cookies(origin) && { cookie: this.cookies(origin) }) };
      if (request.body) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', origin: from });
      const answer = await this.load(url, { ...request, headers, redirect: 'manual' });
      this.keepCookies(origin, answer);
      this.log?.(`${request.method} ${url.split('?')[0]} -> ${answer.status}`);
      if (answer.status >= 300 && answer.status < 400) {
        url = new URL(answer.headers.get('location'), url).toString();
        request = { method: 'GET' };
        continue;
      }
      const html = await answer.text();
      this.pages.push({ url, status: answer.status, html, headers: answer.headers });
      const form = answer.status === 200 && this.form(url, html);
      if (!form) return { url, status: answer.status, html };
      from = origin;
      url = form.url;
      request = { method: 'POST', body: form.fields.toString() };
    }
    throw new Error('the browser went round in circles');
  }
}
