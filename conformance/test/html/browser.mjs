/*
 * Chromium for the tests of pages. A page is opened from its file, without any network; what it says on the console, what it throws
 * and what it asks for from elsewhere fail the test.
 */
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {chromium} from 'playwright-core';

const PATIENCE = 60000;

export const folder = mkdtempSync(join(tmpdir(), 'smtpspec-pages-'));
const browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', timeout: 60000});

export async function close() {
  await browser.close();
  rmSync(folder, {recursive: true, force: true});
}

/* The file that holds what a program writes on its standard output. */
export function written(name, program, ...args) {
  const file = join(folder, name);
  writeFileSync(file, execFileSync(program, args, {maxBuffer: 64 << 20, timeout: PATIENCE, stdio: ['ignore', 'pipe', 'ignore']}));
  return file;
}

/* Opens a page, has it tested, and looks for what went wrong meanwhile. */
export async function withPage(file, options, test) {
  const {width = 1280, scheme = 'light', hash = ''} = options;
  const context = await browser.newContext({viewport: {width, height: 900}, colorScheme: scheme, offline: true, permissions: ['clipboard-read', 'clipboard-write']});
  const wrong = [];
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('console', (message) => wrong.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(`error: ${error.stack}`));
  page.on('dialog', (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) wrong.push(`asks for ${request.url()}`);
  });
  try {
    await page.goto(pathToFileURL(file).href + hash);
    await test(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

/* Nothing reaches over the right edge, and nothing but what scrolls by itself has to be scrolled sideways. */
export async function assertFits(page, width) {
  const seen = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(seen <= width, `${seen} wide in a window of ${width}`);
}

/* WCAG 2: the contrast of an element's text with what is behind it. */
export async function contrast(page, selector) {
  return page.locator(selector).first().evaluate((element) => {
    const parse = (text) => text.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = element;
    while (behind && (parse(getComputedStyle(behind).backgroundColor)[3] ?? 1) === 0) behind = behind.parentElement;
    const a = light(parse(getComputedStyle(element).color)), b = light(parse(getComputedStyle(behind || document.body).backgroundColor));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
}
