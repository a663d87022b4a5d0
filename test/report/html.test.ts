// The page in a real browser. Without Chromium these tests fail: `npm run setup` says how to get it.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WatertightError } from '../../src/kernel/errors.ts';
import { renderHtml, renderJson } from '../../src/report/index.ts';
import type { Report } from '../../src/wire/report.ts';
import { allWell, growing, hostile, leaking, manyOpen, manyProcesses, sample, samples, tooShort } from './samples.ts';

const executablePath = process.env['WATERTIGHT_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const folder = mkdtempSync(join(tmpdir(), 'watertight-report-'));
let browser: Browser;
let page: Page | undefined;

beforeAll(async () => {
  if (!existsSync(executablePath))
    throw new Error(`no Chromium at ${executablePath}. Install it with: npm run setup (or set WATERTIGHT_TEST_CHROMIUM)`);
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--headless=new', '--disable-gpu'] });
});

afterEach(async () => {
  await page?.close();
  page = undefined;
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Everything that should not happen: requests, messages, errors, dialogs. */
  readonly noise: string[];
}

interface View {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

async function open(report: Report, { width = 1280, colorScheme = 'light' }: View = {}): Promise<Opened> {
  const file = join(folder, 'report.html');
  writeFileSync(file, renderHtml(report));
  const opened = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, acceptDownloads: true });
  page = opened;
  const noise: string[] = [];
  opened.on('console', (message) => noise.push(`console: ${message.text()}`));
  opened.on('pageerror', (error) => noise.push(`error: ${error.message}`));
  opened.on('dialog', (dialog) => {
    noise.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  opened.on('request', (request) => {
    if (request.url() !== pathToFileURL(file).href) noise.push(`request: ${request.url()}`);
  });
  await opened.goto(pathToFileURL(file).href);
  await opened.locator('#data button').waitFor();
  return { page: opened, noise };
}

const openRows = (target: Page) => target.locator('#open tbody tr');
const firstCell = (target: Page) => target.locator('#open tbody tr').first().locator('td').first();

describe('the page', () => {
  it.each(Object.keys(samples))('opens from a file without a request, a message or an error: %s', async (name) => {
    const { page: opened, noise } = await open(samples[name]!());
    expect(await opened.locator('h1').count()).toBe(1);
    expect(await opened.locator('#memory canvas').count()).toBe(1);
    expect(noise).toEqual([]);
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 400],
    ['dark', 400],
  ] as const)('does not run over its side: %s, %d pixels', async (colorScheme, width) => {
    for (const make of Object.values(samples)) {
      const { page: opened } = await open(make(), { colorScheme, width });
      expect(await opened.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await opened.close();
    }
  });

  it('follows the colour scheme of the reader', async () => {
    const colors = new Set<unknown>();
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page: opened } = await open(allWell(), { colorScheme });
      colors.add(await opened.evaluate('getComputedStyle(document.body).backgroundColor'));
      await opened.close();
    }
    expect(colors.size).toBe(2);
  });

  it('has one h1, no skipped heading, a caption for every table and a name for every control', async () => {
    const { page: opened } = await open(growing());
    const levels = await opened.evaluate<number[]>("[...document.querySelectorAll('h1,h2,h3')].map((h) => Number(h.tagName[1]))");
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => index === 0 || level - levels[index - 1]! <= 1)).toBe(true);
    expect(await opened.locator('table:not(:has(caption))').count()).toBe(0);
    const unnamed = await opened.evaluate(
      "[...document.querySelectorAll('button,input,select')].filter((e) => !(e.textContent.trim() || e.ariaLabel || e.labels?.[0]?.textContent)).length",
    );
    expect(unnamed).toBe(0);
  });

  it('shows how a leak came about: the calls that led there, and how much of each time lives still', async () => {
    const { page: opened, noise } = await open(leaking());
    const card = opened.locator('#verdict article:has(.path)');
    expect(await card.locator('h3').textContent()).toMatch(
      /LEAK · high.*node_modules\/bus\/lib\/bus\.js:12:5.*Bus\.on\(\).*from src\/session\.ts:42:18/,
    );
    expect(await card.locator('.path li').allTextContents()).toEqual([
      'src/main.ts:3:16',
      'src/session.ts:42:18remember()',
      expect.stringMatching(/^node_modules\/bus\/lib\/bus\.js:12:5Bus\.on\(\)/),
    ]);
    expect(await card.locator('.cohorts li').count()).toBe(6);
    expect(await card.locator('.cohorts li').nth(1).textContent()).toBe('18 s to 28 s: 54 of 55 samples live');
    expect(noise).toEqual([]);
  });

  it('says in words what is short of a verdict', async () => {
    const { page: opened } = await open(tooShort());
    expect(await opened.locator('#verdict').innerText()).toMatch(/Too short to tell[\s\S]*Give it load and a minute/);
  });

  it('says what changed since the baseline, and when and why allocations were sampled', async () => {
    const counts = { new: 1, worse: 0, same: 2, better: 0, gone: 3 };
    const earlier = { file: 'base.json', runId: '2026-11-20-093012', startedAt: '2026-11-20T09:30:12.000Z', ...counts };
    const { page: opened } = await open({ ...growing(), baseline: { ...earlier, regressions: ['new: leak src/a.ts:1:1'] } });
    const card = opened.locator('#verdict article', { hasText: 'BASELINE' });
    expect(await card.locator('h3').textContent()).toBe('BASELINE 1 new, 0 worse, 3 gone, 0 better, 2 the same');
    expect(await card.locator('p').textContent()).toContain(
      'Against run 2026-11-20-093012 of 2026-11-20T09:30:12.000Z (base.json).',
    );
    expect(await card.locator('li').allTextContents()).toEqual(['new: leak src/a.ts:1:1']);
    expect(await opened.locator('#environment').textContent()).toContain(
      '16 s–28 s (the heap rose through five collections), 40 s–52 s (buffers)',
    );
  });

  it('shows the text report where scripts are off', () => {
    const html = renderHtml(growing());
    expect(html).toMatch(/<noscript><pre>GROWING memory/);
  });

  it('prints on paper in the light colours, without controls', async () => {
    const { page: opened } = await open(growing(), { colorScheme: 'dark' });
    await opened.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await opened.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--text').trim()")).toBe('#1a1e24');
    expect(await opened.locator('#open .controls').isVisible()).toBe(false);
    expect(await opened.locator('#open table').isVisible()).toBe(true);
  });
});

describe('strings of the watched program', () => {
  it('reach the page as text: no element, no script, no link of theirs', async () => {
    const { page: opened, noise } = await open(hostile());
    expect(await opened.evaluate('window.pwned')).toBeUndefined();
    expect(await opened.locator('img, iframe, object, [onerror]').count()).toBe(0);
    expect(await opened.locator('script').count()).toBe(2);
    expect(await opened.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await opened.locator('#verdict').innerText()).toContain('</script><script>window.pwned=1</script><img');
    expect(await opened.evaluate("/[\\u202A-\\u202E\\u2066-\\u2069]/.test(document.querySelector('main').textContent)")).toBe(
      false,
    );
    expect(noise).toEqual([]);
  });

  it('could not run even if they got in: the policy allows this script only', async () => {
    const { page: opened } = await open(allWell());
    await opened.evaluate(
      "{ const s = document.createElement('script'); s.textContent = 'window.pwned = 1'; document.body.append(s); }",
    );
    await opened.evaluate(
      "{ const d = document.createElement('div'); d.innerHTML = '<img src=x onerror=\"window.pwned = 1\">'; document.body.append(d); }",
    );
    expect(await opened.evaluate('window.pwned')).toBeUndefined();
    expect(await opened.evaluate("fetch('https://watertight.example/').then(() => 'sent', () => 'refused')")).toBe('refused');
  });

  it('cannot end the embedded data', () => {
    const html = renderHtml(hostile());
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toContain('<img');
  });
});

describe('the table of open handles', () => {
  it('is searched by all words, and says how many it found', async () => {
    const { page: opened } = await open(manyOpen());
    expect(await opened.locator('#open .status').textContent()).toBe('5 000 rows');
    expect(await openRows(opened).count()).toBe(50);
    await opened.locator('#open input').fill('MODULE-4321.ts socket');
    expect(await opened.locator('#open .status').textContent()).toBe('1 of 5 000 rows');
    expect(await openRows(opened).innerText()).toContain('module-4321.ts');
    await opened.locator('#open input').fill('nothing like this');
    expect(await openRows(opened).innerText()).toBe('nothing matches');
  });

  it('is sorted with the keyboard, the other way round the second time', async () => {
    const { page: opened } = await open(growing());
    const count = opened.locator('#open').getByRole('button', { name: 'Count' });
    await count.focus();
    await opened.keyboard.press('Enter');
    const heading = opened.locator('#open th', { hasText: 'Count' });
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect(await firstCell(opened).innerText()).toBe('file /var/data/*.log');
    await opened.keyboard.press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect(await opened.locator('#open tbody tr').last().innerText()).toContain('180');
    await opened.locator('#open').getByRole('button', { name: 'What' }).click();
    expect(await heading.getAttribute('aria-sort')).toBe('none');
  });

  it('shows more rows on demand', async () => {
    const { page: opened } = await open(manyOpen());
    await opened.locator('#open').getByRole('button', { name: 'Show 200 more' }).click();
    expect(await openRows(opened).count()).toBe(250);
    await opened.locator('#open').getByRole('button', { name: 'Show all 5 000' }).click();
    expect(await openRows(opened).count()).toBe(5000);
    expect(await opened.locator('#open .more button').count()).toBe(0);
  });

  it('is grouped by type and unfolds, keeping the focus', async () => {
    const { page: opened } = await open(manyOpen());
    await opened.getByLabel('Group by').selectOption('type');
    expect(await openRows(opened).count()).toBe(8);
    const unfold = opened.locator('#open .unfold').first();
    await unfold.focus();
    await opened.keyboard.press('Enter');
    expect(await openRows(opened).count()).toBe(8 + 625);
    expect(await opened.evaluate("document.activeElement.getAttribute('aria-expanded')")).toBe('true');
    await opened.getByLabel('Type', { exact: true }).selectOption('udp');
    expect(await openRows(opened).count()).toBe(1);
  });

  it('is grouped by line', async () => {
    const report = growing();
    const { page: opened } = await open({
      ...report,
      open: [...report.open, { ...report.open[0]!, type: 'watcher', count: 20 }],
    });
    await opened.getByLabel('Group by').selectOption('line');
    expect(await openRows(opened).count()).toBe(5);
    expect(await openRows(opened).first().innerText()).toMatch(/file, watcher[\s\S]*200[\s\S]*src\/log\.ts:31:11/);
  });
});

describe('the chart', () => {
  const range = (target: Page) => target.locator('.plot .status').textContent();

  it('zooms with the buttons and the keyboard', async () => {
    const { page: opened } = await open(growing());
    expect(await range(opened)).toBe('0 s to 1m12s');
    await opened.getByRole('button', { name: 'Zoom in' }).click();
    expect(await range(opened)).toBe('18 s to 54 s');
    await opened.locator('.chart').focus();
    await opened.keyboard.press('ArrowRight');
    expect(await range(opened)).toBe('27 s to 1m3s');
    await opened.keyboard.press('0');
    expect(await range(opened)).toBe('0 s to 1m12s');
  });

  it('zooms by dragging', async () => {
    const { page: opened } = await open(growing());
    await opened.locator('.u-over').scrollIntoViewIfNeeded();
    const box = (await opened.locator('.u-over').boundingBox())!;
    await opened.mouse.move(box.x + box.width / 4, box.y + 50);
    await opened.mouse.down();
    await opened.mouse.move(box.x + box.width / 2, box.y + 60, { steps: 5 });
    await opened.mouse.up();
    await expect.poll(() => range(opened)).toMatch(/^18 s to 3[56] s$/);
  });

  it('switches lines on and off', async () => {
    const { page: opened } = await open(growing());
    const limit = opened.getByRole('button', { name: /Container limit 512 MB/ });
    expect(await limit.getAttribute('aria-pressed')).toBe('false');
    await limit.click();
    expect(await limit.getAttribute('aria-pressed')).toBe('true');
  });

  it('shows one process or thread at a time', async () => {
    const { page: opened } = await open(manyProcesses());
    const before = await opened.locator('#memory > p').first().textContent();
    await opened.getByLabel('Process or thread').selectOption({ index: 5 });
    expect(await opened.locator('#memory > p').first().textContent()).not.toBe(before);
  });

  it('gives way to words when nothing was recorded', async () => {
    const { page: opened, noise } = await open(sample({ memory: { ...sample().memory, series: [] } }));
    expect(await opened.locator('#memory').innerText()).toContain('Nothing was recorded');
    expect(noise).toEqual([]);
  });
});

describe('the data', () => {
  it.each(['growing', 'hostile'])('is downloaded as the JSON report, byte for byte: %s', async (name) => {
    const report = samples[name]!();
    const { page: opened } = await open(report);
    const [download] = await Promise.all([
      opened.waitForEvent('download'),
      opened.getByRole('button', { name: 'Download JSON' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('report.json');
    expect(readFileSync(await download.path(), 'utf8')).toBe(renderJson(report));
  });
});

describe('the assets of the page', () => {
  it('are searched beside the code, and a missing file is an error with a code', () => {
    expect(() => renderHtml(allWell(), { assetsPath: join(folder, 'nowhere.json') })).toThrow(WatertightError);
    expect(() => renderHtml(allWell(), { assetsPath: join(folder, 'nowhere.json') })).toThrow('WT_REPORT_ASSETS_MISSING');
    writeFileSync(join(folder, 'other.json'), '{"script":1}');
    expect(() => renderHtml(allWell(), { assetsPath: join(folder, 'other.json') })).toThrow('WT_REPORT_ASSETS_MISSING');
  });

  it('may be given', () => {
    const assetsPath = join(folder, 'given.json');
    writeFileSync(assetsPath, JSON.stringify({ script: 'void 0', style: 'body{}' }));
    expect(renderHtml(allWell(), { assetsPath })).toContain('<script>void 0</script>');
  });
});
