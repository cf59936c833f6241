// SPDX-License-Identifier: MIT
// MCP Inspector's web interface in a real Chromium, at libmcp's fixture server: connects, lists, calls, and is asked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { modules } from './lib/desk.mjs';
import { freePort, program, scratch, sleep, start } from './lib/programs.mjs';

const launcher = path.join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const home = scratch();
let server;
let inspector;
let browser;
let page;

before(async () => {
  const port = await freePort();
  server = await start(program('mcp-fixture'), ['--port', String(port)], { port });
  inspector = await start(process.execPath, [launcher, '--transport', 'http', '--server-url', `http://127.0.0.1:${port}/mcp`], {
    env: { HOME: home.dir, MCP_STORAGE_DIR: path.join(home.dir, 'storage'), MCP_INSPECTOR_SECRET_STORE: 'file', MCP_AUTO_OPEN_ENABLED: 'false', CLIENT_PORT: String(await freePort()) },
  });
  const [address] = await inspector.logged(/http:\/\/127\.0\.0\.1:\d+\/?\?MCP_INSPECTOR_API_TOKEN=\S+/, 20000);
  const executablePath = process.env.CHROMIUM ?? execFileSync('which', ['chromium-headless-shell'], { encoding: 'utf8' }).trim();
  browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox'] });
  page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 1000 });
  await page.goto(address);
});

after(async () => {
  await browser?.close();
  await inspector?.stop();
  await server?.stop();
  home.remove();
});

const shown = () => page.evaluate(() => document.body.innerText);
async function sees(pattern, ms = 10000) {
  for (let waited = 0; waited < ms; waited += 100, await sleep(100)) if (pattern.test(await shown())) return;
  assert.fail(`no ${pattern} in:\n${await shown()}`);
}
// Presses what bears that text, as soon as it is there.
async function press(label, ms = 10000) {
  const found = (wanted) => {
    const all = [...document.querySelectorAll('button, label, [role=tab]')].filter((e) => e.innerText.trim() === wanted && !e.disabled);
    all.at(-1)?.click();
    return all.length > 0;
  };
  for (let waited = 0; waited < ms; waited += 100, await sleep(100)) if (await page.evaluate(found, label)) return;
  assert.fail(`no ${label} in:\n${await shown()}`);
}

test('connects and lists', async () => {
  const box = await page.waitForSelector('input[aria-label^="Connect or disconnect"]');
  await box.evaluate((e) => e.click());
  await sees(/MCP 2025-11-25/);
  await press('Tools');
  await sees(/Tools \(36\)/);
});

test('calls a tool', async () => {
  await press('test_simple_text');
  await press('Execute Tool');
  await sees(/This is a simple text response for testing\./);
});

test('reads a resource', async () => {
  await press('Resources');
  await press('watched-resource');
  await sees(/Watched resource content/);
});
