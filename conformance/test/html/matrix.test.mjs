/*
 * The page of a matrix in a real browser.
 *   node matrix.test.mjs SMTPSPEC
 */
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, test} from 'node:test';
import {assertFits, close, contrast, folder, withPage, written} from './browser.mjs';

const [smtpspec] = process.argv.slice(2);
after(close);

/* The reference's own report, as it would be for a server that breaks some rules; one of them only in its second run. */
function variant(name, change) {
  const report = JSON.parse(readFileSync(written('good.json', smtpspec, 'check', '--json', '-', '--only', 'data', '--only', 'noop', '--only', 'ehlo', 'self'), 'utf8'));
  for (const [id, verdict] of Object.entries(change)) {
    const item = report.cases.find((one) => one.id === id);
    Object.assign(item, {verdict, why: '<img src=x onerror=alert(1)> instead of 250', expected: '250', received: '500 <b>no</b>\\n'});
    report.summary.pass -= 1;
    report.summary[verdict] += 1;
  }
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(report));
  return file;
}

const broken = {'data/accepted': 'fail', 'noop/argument/word': 'warn'};
const files = [variant('alpha.json', {}), variant('beta.json', broken), variant('gamma.1.json', broken), variant('gamma.2.json', {...broken, 'data/empty-text': 'fail'})];
const judgements = join(folder, 'judgements.tsv');
writeFileSync(judgements, 'peer\tcase\tjudgement\tclause\tremark\nbeta\tdata/accepted\tpolicy\tRFC 5321 7.8\t<i>as it likes</i>\n');
const page_ = join(folder, 'matrix.html');
try {
  execFileSync(smtpspec, ['matrix', ...files, '--judgements', judgements, '--html', page_], {stdio: 'ignore'});
} catch (error) {
  assert.equal(error.status, 1); // gamma's runs do not agree
}

const rows = (page) => page.locator('#rows tr');
const cellsOf = async (page, text) => (await rows(page).filter({hasText: text}).first().locator('td').allTextContents());

test('at each width, in light and dark', async () => {
  await withPage(page_, {}, async (page) => {
    assert.match(await page.locator('#top').textContent(), / 3 failures, 2 without a judgement\./);
    assert.equal(await page.locator('h1').textContent().then((text) => text.split(',')[0]), '3 servers');
    for (const [width, colorScheme] of [[1280, 'light'], [400, 'dark'], [1280, 'dark'], [400, 'light']]) {
      await page.setViewportSize({width, height: 900});
      await page.emulateMedia({colorScheme});
      await assertFits(page, width);
      for (const selector of ['h1', '.fail button', '.pass button', '.warn button', 'thead th', '.first', '.soft']) {
        const ratio = await contrast(page, selector);
        assert.ok(ratio >= 4.5, `${colorScheme} ${selector}: ${ratio.toFixed(2)}`);
      }
    }
  });
});

test('requirements, cases and rules; only where servers differ; search and filters', async () => {
  await withPage(page_, {}, async (page) => {
    const all = await rows(page).count();
    await page.locator('#differing').click();
    const differing = await rows(page).count();
    assert.ok(differing > 0 && differing < all);
    for (const row of await rows(page).all()) assert.ok(new Set(await row.locator('td').allTextContents()).size > 1);
    await page.locator('[data-kind="cases"]').click();
    assert.deepEqual((await rows(page).locator('.id').allTextContents()).sort(), ['data/accepted', 'data/empty-text', 'noop/argument/word']);
    assert.deepEqual(await cellsOf(page, 'data/accepted'), ['pass', 'FAIL', 'FAIL']);
    assert.deepEqual(await cellsOf(page, 'data/empty-text'), ['pass', 'pass', 'FAIL']);
    await page.locator('#by-verdict').selectOption('warn');
    assert.equal(await rows(page).count(), 1);
    await page.locator('#by-verdict').selectOption('');
    await page.locator('#search').fill('noop');
    await page.waitForFunction(() => document.querySelectorAll('#rows tr').length === 1);
    await page.locator('#differing').click();
    assert.ok(await rows(page).count() > 1);
    await page.locator('#search').fill('no such thing');
    await page.locator('#none').waitFor();
    await page.locator('#search').fill('');
    await page.locator('[data-kind="rules"]').click();
    assert.equal(await page.locator('#shown').textContent(), '0 of 0');
  });
});

test('a cell opens to its evidence, and the link to it can be kept', async () => {
  await withPage(page_, {}, async (page) => {
    await page.locator('[data-kind="cases"]').click();
    await rows(page).filter({hasText: 'data/accepted'}).locator('td').nth(1).locator('button').click();
    const dialog = page.locator('#evidence');
    await dialog.waitFor();
    const text = await dialog.textContent();
    for (const part of ['beta: data/accepted', '<img src=x onerror=alert(1)> instead of 250', '500 <b>no</b>\\n', 'RFC 5321', 'Judged: policy, RFC 5321 7.8: <i>as it likes</i>', 'smtpspec check --only data/accepted']) {
      assert.ok(text.includes(part), part);
    }
    assert.ok(await dialog.locator('.talk li').count() > 4);
    assert.equal(await page.locator('img, dialog b b').count(), 0);
    assert.match(await page.evaluate(() => location.hash), /^#cases\/beta\//);
    await page.keyboard.press('Escape');
    await dialog.waitFor({state: 'hidden'});
    await page.waitForFunction(() => location.hash === '');
  });
  await withPage(page_, {hash: '#cases/gamma/data%2Fempty-text'}, async (page) => {
    assert.match(await page.locator('#evidence-title').textContent(), /FAIL gamma: data\/empty-text/);
  });
  for (const hash of ['#cases/gamma/none', '#nothing/x/y', '#%', '#constructor/alpha/x']) await withPage(page_, {hash}, async (page) => assert.equal(await page.locator('#evidence').isVisible(), false));
});

test('a requirement opens to the cases that cite it, the worst first', async () => {
  await withPage(page_, {}, async (page) => {
    await page.locator('#by-verdict').selectOption('fail');
    await rows(page).first().locator('td.fail button').first().click();
    const first = page.locator('#evidence .case').first();
    await first.waitFor();
    assert.equal(await first.locator('.badge').textContent(), 'FAIL');
    await first.locator('summary').click();
    await first.locator('.again').waitFor();
  });
});

test('verdicts that changed between runs are listed', async () => {
  await withPage(page_, {}, async (page) => {
    assert.deepEqual(await page.locator('#changes li').allTextContents(), ['gamma data/empty-text']);
    await page.locator('#changes a').click();
    assert.match(await page.locator('#evidence-title').textContent(), /gamma: data\/empty-text/);
    await page.locator('#close').click();
    await page.locator('[data-kind="cases"]').click();
    assert.equal(await page.locator('.changed').count(), 1);
  });
});

test('all by keyboard', async () => {
  await withPage(page_, {}, async (page) => {
    const all = await rows(page).count();
    await page.keyboard.press('d');
    assert.ok(await rows(page).count() < all);
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'search');
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement.closest('.cell') !== null)) break;
    }
    await page.keyboard.press('Enter');
    await page.locator('#evidence').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'close');
    await page.keyboard.press('Enter');
    await page.locator('#evidence').waitFor({state: 'hidden'});
  });
});
