/*
 * The page of a report in a real browser.
 *   node report.test.mjs SAMPLE SMTPSPEC     SAMPLE writes the runs of the fixture (conformance/test/report)
 */
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {assertFits, close, contrast, folder, withPage, written} from './browser.mjs';

const [sample, smtpspec] = process.argv.slice(2);
const pages = new Map(['full', 'interrupted', 'clean', 'nothing', 'hostile', 'client'].map((run) => [run, written(`${run}.html`, sample, 'html', run)]));
const self = written('self.html', smtpspec, 'check', '--starttls', '--html', '-', 'self');
after(close);

const shown = (page) => page.locator('.case:visible[id^="case/"]');
const ids = (page) => shown(page).evaluateAll((all) => all.map((one) => one.id.slice(5)));
const status = (page) => page.locator('#shown').textContent();
const EOD = '[id="case/data/eod-lf-dot-lf"]';

/* What is in a case is drawn when it opens, a moment later. */
async function openCase(page, id) {
  const item = page.locator(`[id="case/${id}"]`);
  await item.locator('summary').click();
  await item.locator('.again').waitFor();
  return item;
}

async function openAll(page) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
  await page.waitForFunction(() => [...document.querySelectorAll('.case')].every((one) => one.querySelector('.again') || one.id.startsWith('rule/')));
}

async function settled(page, text) {
  await page.waitForFunction((wanted) => document.getElementById('shown').textContent === wanted, text);
}

test('every run of the fixture can be drawn, at each width, in light and dark', async () => {
  for (const [run, file] of pages) {
    await withPage(file, {}, async (page) => {
      await openAll(page);
      assert.ok((await page.locator('#headline').textContent()).length > 0, run);
      for (const [width, colorScheme] of [[1280, 'light'], [400, 'dark'], [1280, 'dark'], [400, 'light']]) {
        await page.setViewportSize({width, height: 900});
        await page.emulateMedia({colorScheme});
        await assertFits(page, width);
      }
    });
  }
});

test('the headline says what the run amounts to', async () => {
  const wanted = {
    full: 'Not conformant: 3 MUST clauses broken, 1 rule of the observer broken', interrupted: /^Not conformant: /,
    clean: 'Conformant in what was tested', nothing: 'Nothing was concluded', client: /^Not conformant: /,
  };
  for (const [run, text] of Object.entries(wanted)) {
    await withPage(pages.get(run), {}, async (page) => {
      const said = await page.locator('#headline').textContent();
      if (text instanceof RegExp) assert.match(said, text);
      else assert.equal(said, text);
    });
  }
  await withPage(pages.get('interrupted'), {}, async (page) => {
    assert.match(await page.locator('#top').textContent(), /interrupted: 9 cases of 13 were not run/);
  });
});

test('filters: verdict, level, topic, clause, all of them at once, and none', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    assert.equal(await status(page), 'all 13 cases');
    await page.locator('.toolbar button[data-verdict="fail"]').click();
    assert.deepEqual(new Set(await ids(page)), new Set(['data/eod-lf-dot-lf', 'replies/every-octet']));
    assert.equal(await status(page), '2 of 13 cases');
    assert.equal(await page.locator('.toolbar button[data-verdict="fail"]').getAttribute('aria-pressed'), 'true');
    await page.locator('#by-topic').selectOption('data');
    assert.deepEqual(await ids(page), ['data/eod-lf-dot-lf']);
    await page.locator('.toolbar button[data-verdict="fail"]').click();
    assert.ok((await ids(page)).every((id) => id.startsWith('data/')));
    await page.locator('#reset').click();
    assert.equal(await status(page), 'all 13 cases');
    await page.locator('#by-level').selectOption('should');
    assert.ok((await shown(page).locator('.level').allTextContents()).every((text) => text === 'SHOULD'));
    await page.keyboard.press('Escape');
    assert.equal(await status(page), 'all 13 cases');
  });
});

test('filter by clause: an RFC, a section, and what is below it', async () => {
  await withPage(self, {}, async (page) => {
    const {ledger, report} = await page.evaluate(() => JSON.parse(document.getElementById('data').textContent));
    const where = new Map(ledger.map(([id, rfc, section]) => [id, `${rfc} ${section}.`]));
    const options = await page.locator('#by-clause option').evaluateAll((all) => all.map((one) => one.value).filter(Boolean));
    for (const option of ['5321', '5321 4', '5321 4.1.1', '5321 4.5.3', '3207']) {
      assert.ok(options.includes(option), option);
      await page.locator('#by-clause').selectOption(option);
      const front = option.includes(' ') ? `${option}.` : `${option} `;
      const want = report.cases.filter((item) => item.req.some((id) => (where.get(id) || '').startsWith(front))).map((item) => item.id);
      assert.deepEqual((await ids(page)).sort(), want.sort());
      assert.ok(want.length > 0 && want.length < report.cases.length, option);
    }
  });
});

test('search: ids, reasons, paraphrases, requirements and octets', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    for (const [text, id] of [['eod-lf-dot', 'data/eod-lf-dot-lf'], ['LF.LF ended', 'data/eod-lf-dot-lf'], ['R5321-4.1.1.4-i', 'data/eod-lf-dot-lf'],
      ['smuggled', 'data/eod-lf-dot-lf'], ['4Xk2', 'data/eod-lf-dot-lf'], ['\\x00\\x01', 'replies/every-octet'], ['STARTTLS is not offered', 'starttls/twice']]) {
      await page.locator('#search').fill(text);
      await page.waitForFunction((wanted) => !document.getElementById(`case/${wanted}`).hidden && document.querySelectorAll('.case[hidden]').length > 0, id);
      assert.ok((await ids(page)).includes(id), `${text}: ${await ids(page)}`);
    }
    await page.locator('#search').fill('no such thing anywhere');
    await settled(page, '0 of 13 cases');
    assert.ok(await page.locator('#none').isVisible());
  });
});

test('a case opens to its evidence', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    assert.equal(await page.locator(EOD).locator('.talk').count(), 0);
    const item = await openCase(page, 'data/eod-lf-dot-lf');
    const text = await item.textContent();
    for (const part of ['RFC 5321 4.1.1.4', 'Only CRLF dot CRLF ends the message', '250 2.0.0 Ok: queued as 4Xk2', 'effect hostile', 'data/eod-lf-dot-lf.smtp:14',
      'reply-line-ends-in-crlf']) assert.ok(text.includes(part), part);
    const lines = await item.locator('.talk li').evaluateAll((all) => all.map((one) => [one.className, one.querySelector('.who').textContent]));
    assert.ok(lines.length > 4);
    assert.ok(lines.every(([from, who]) => who.startsWith(from === 'C' ? 'we' : 'server')));
    assert.ok(await item.locator('.talk .bare').count() > 0, 'a bare LF stands out');
    assert.ok(await item.locator('.talk .eol').count() > 0);
  });
  await withPage(self, {}, async (page) => {
    const item = await openCase(page, 'starttls/mail-inside');
    assert.deepEqual(new Set(await item.locator('.talk li > :nth-child(2)').allTextContents()), new Set(['clear', 'TLS']));
  });
});

test('every octet can be seen', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    const item = await openCase(page, 'replies/every-octet');
    const received = await item.locator('.facing .octets').nth(1).textContent();
    for (const part of ['\\x00', '\\x1b', '\\x7f', '\\xff', '\\t', '\\\\', 'ABC']) assert.ok(received.includes(part), part);
    assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u00ff]/.test(received));
  });
});

test('the line that plays it again can be copied', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    const item = await openCase(page, 'data/eod-lf-dot-lf');
    await item.locator('button.copy').click();
    await page.waitForFunction((where) => document.querySelector(where).querySelector('button.copy').textContent === 'Copied', EOD);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await item.locator('.again pre').textContent());
    assert.match(await item.locator('.again pre').textContent(), /^smtpspec check --only data\/eod-lf-dot-lf /);
  });
});

test('all by keyboard', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'search');
    await page.keyboard.type('eod-lf');
    await settled(page, '1 of 13 cases');
    await page.keyboard.press('Escape');
    await settled(page, 'all 13 cases');
    await page.keyboard.press('j');
    const first = await page.evaluate(() => document.activeElement.parentElement.id);
    assert.match(first, /^case\//);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate((id) => document.getElementById(id).open, first), true);
    await page.keyboard.press('j');
    assert.notEqual(await page.evaluate(() => document.activeElement.parentElement.id), first);
    await page.keyboard.press('k');
    assert.equal(await page.evaluate(() => document.activeElement.parentElement.id), first);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate((id) => document.getElementById(id).contains(document.activeElement), first), true);
    const reached = new Set();
    await page.evaluate(() => document.activeElement.blur());
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
    }
    for (const id of ['search', 'by-level', 'by-topic', 'by-clause', 'SUMMARY']) assert.ok(reached.has(id), id);
  });
});

test('a link leads to a case, also to one that a filter hides', async () => {
  await withPage(pages.get('full'), {hash: '#case/data%2Feod-lf-dot-lf'}, async (page) => {
    assert.equal(await page.locator(EOD).evaluate((one) => one.open), true);
    await page.locator('.toolbar button[data-verdict="pass"]').click();
    await page.evaluate(() => { location.hash = '#case/replies/every-octet'; });
    await page.waitForFunction(() => document.getElementById('case/replies/every-octet').open);
    assert.ok(await page.locator('[id="case/replies/every-octet"]').isVisible());
    await page.evaluate(() => { location.hash = '#%'; });
  });
});

test('the summary by topic, section and level leads to the cases', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    for (const [tab, name, select] of [['By topic', 'data', '#by-topic'], ['By section', /RFC 5321 4/, '#by-clause'], ['By level', 'MUST', '#by-level']]) {
      await page.getByRole('button', {name: tab}).click();
      await page.locator('#groups').getByRole('button', {name}).first().click();
      assert.notEqual(await page.locator(select).inputValue(), '');
      assert.ok((await ids(page)).length > 0 && (await ids(page)).length < 13);
      await page.keyboard.press('Escape');
    }
    const facts = await page.locator('dl.facts').textContent();
    for (const part of ['220 mx.example.test ESMTP', 'SIZE 10485760', 'TLSv1.3', 'mx', '18446744073709551615']) assert.ok(facts.includes(part), part);
  });
});

test('the results can be saved, and are those of the JSON report', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: 'Save the results'}).click()]);
    const file = join(folder, 'saved.json');
    await download.saveAs(file);
    const saved = readFileSync(file, 'utf8');
    assert.deepEqual(JSON.parse(saved), JSON.parse(readFileSync(written('full.json', sample, 'json', 'full'), 'utf8')));
    assert.ok(saved.includes('"seed": 18446744073709551615,'));
  });
});

test('rules of the observer and coverage of the requirements', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    const rules = await page.locator('#rules .case').evaluateAll((all) => all.map((one) => one.id));
    assert.deepEqual(rules, ['rule/reply-line-ends-in-crlf', 'rule/reply-is-ascii']);
    await page.locator('[id="rule/reply-line-ends-in-crlf"] > summary').click();
    await page.locator('[id="rule/reply-line-ends-in-crlf"] a').first().click();
    await page.waitForFunction(() => document.querySelector('.case[id^="case/"][open]'));
  });
  await withPage(self, {}, async (page) => {
    assert.match(await page.locator('#rules').textContent(), /break none of its rules/);
    const rfc = page.locator('.rfc').first();
    await rfc.locator('summary').click();
    const said = await rfc.locator('tbody tr').evaluateAll((all) => all.map((one) => one.children[2].textContent));
    assert.ok(said.includes('met') && said.includes('not in this run') && !said.includes('broken'));
    const [covered, of] = (await rfc.locator('summary span').textContent()).split(' of ').map(Number);
    assert.equal(covered, said.filter((text) => !['not in this run', 'not concluded'].includes(text)).length);
    assert.equal(of, said.length);
    await rfc.locator('tbody button').first().click();
    assert.ok((await ids(page)).length > 0);
  });
});

test('every clause that the headline counts is named', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    const named = await page.locator('#broken [data-clause]').evaluateAll((all) => all.map((one) => one.dataset.clause));
    assert.match(await page.locator('#headline').textContent(), new RegExp(`: ${new Set(named).size} MUST clauses broken`));
  });
});

test('what a target sends is text', async () => {
  await withPage(pages.get('hostile'), {}, async (page) => {
    await openAll(page);
    assert.equal(await page.locator('script').count(), 2);
    assert.equal(await page.locator('main a a, main a img, main iframe, main object').count(), 0);
    assert.ok((await page.locator('#cases').textContent()).includes(']]> & <a>'));
  });
});

/* A server whose every reply is markup, at a port of its own choice. */
async function evilServer() {
  const text = `</script><script>document.title = 'owned'</script><img src=x onerror="document.title = 'owned'"><!-- &lt;b&gt;`;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(`250 ${text}\r\n`));
    socket.write(`220 ${text}\r\n`);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return server;
}

test('a server that sends scripts', async () => {
  const server = await evilServer();
  const file = join(folder, 'evil.html');
  try {
    await new Promise((resolve) => {
      execFile(smtpspec, ['check', '--only', 'noop', '--timeout', '500ms', '--html', file, `127.0.0.1:${server.address().port}`], resolve);
    });
  } finally {
    server.close();
  }
  await withPage(file, {}, async (page) => {
    await openAll(page);
    assert.match(await page.title(), /^✗ smtp:/);
    assert.equal(await page.locator('img, main script, header script').count(), 0);
    assert.ok((await page.locator('dl.facts').textContent()).includes(`<script>document.title = 'owned'</script>`));
    assert.ok((await page.locator('.talk').first().textContent()).includes('&lt;b&gt;'));
  });
});

test('light and dark can be read', async () => {
  for (const scheme of ['light', 'dark']) {
    await withPage(pages.get('full'), {scheme}, async (page) => {
      await openCase(page, 'data/eod-lf-dot-lf');
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number)[0]);
      assert.ok(scheme === 'dark' ? paper < 60 : paper > 200, `${scheme}: ${paper}`);
      for (const selector of ['h1', '.where', '.brand', '.case .why', '.badge.fail', '.badge.warn', '.badge.info', '.badge.skip', '.badge.pass',
        '.badge.inconclusive', '.badge.error', '.badge.disputed', '.case .clause', '.talk .time', '.talk .who', '.talk .bare', '.octet', '.talk pre', '.level', '.soft']) {
        const ratio = await contrast(page, selector);
        assert.ok(ratio >= 4.5, `${scheme} ${selector}: ${ratio.toFixed(2)}`);
      }
    });
  }
});

test('in print the failures stand open and nothing is cut', async () => {
  await withPage(pages.get('full'), {}, async (page) => {
    await page.emulateMedia({media: 'print'});
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.waitForFunction((where) => document.querySelector(where).open, EOD);
    assert.equal(await page.locator('.toolbar').isVisible(), false);
    assert.equal(await page.locator(EOD).locator('.talk').evaluate((one) => one.scrollHeight > one.clientHeight + 1), false);
    await page.emulateMedia({media: 'print', colorScheme: 'dark'});
    for (const selector of ['h1', '.badge.fail', '.talk .who', '.level']) assert.ok(await contrast(page, selector) >= 4.5, selector);
  });
});
