import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderText, wantsColor } from '../../src/report/index.ts';
import { widthOf } from '../../src/report/lines.ts';
import { commonPattern, whatIsOpen } from '../../src/report/words/open.ts';
import { functionName } from '../../src/report/words/site.ts';
import { allWell, groupOf, growing, hostile, killedByOom, manyOpen, sample, samples, siteOf, tooShort } from './samples.ts';

const links = { html: '.watertight/2026-11-21-093012/report.html', json: '.watertight/2026-11-21-093012/report.json' };

describe('the report as text', () => {
  it.each(['allWell', 'tooShort', 'leaking', 'growing', 'spike', 'killedByOom', 'manyProcesses', 'stillRunning'])(
    'tells %s',
    (name) => {
      expect(renderText(samples[name]!(), { links })).toMatchSnapshot();
    },
  );

  it('fits a narrow terminal', () => {
    expect(renderText(growing(), { links, width: 60 })).toMatchSnapshot();
  });

  it('is one line when all is well, and one when it was too short to tell', () => {
    expect(renderText(allWell()).trimEnd().split('\n')).toHaveLength(1);
    expect(renderText(tooShort())).toBe('watertight: too short to tell (8 s, 1 full collection); give it load and a minute\n');
  });

  it('never says "no leak" when it cannot know', () => {
    expect(renderText(tooShort())).not.toContain('no leak');
    expect(renderText(tooShort())).not.toContain('not growing');
  });

  it('says what it could not see even when all is well', () => {
    const report = sample({
      run: { ...sample().run, notWatched: [{ pid: 7, command: 'node x.js', why: 'its environment was replaced' }] },
    });
    expect(renderText(report)).toContain('not watched: node x.js (pid 7): its environment was replaced');
  });

  it('says why when a verdict has no finding of its own', () => {
    const report = sample({ verdict: { ...sample().verdict, level: 'growing', why: 'it rises' } });
    expect(renderText(report)).toMatch(/^watertight: growing in 1m12s \(6 full collections\): it rises/);
  });

  it('begins with how a program died', () => {
    expect(renderText(killedByOom()).split('\n')[0]).toMatch(/^ENDED {3}killed by the kernel/);
  });

  it('shows the most urgent of many lines and counts the others', () => {
    const text = renderText(manyOpen());
    expect(text).toContain('and 4 988 more lines with');
    expect(text.split('\n').length).toBeLessThan(60);
  });
});

describe('width', () => {
  it.each([40, 60, 80, 100, 120, 200])('keeps every line within %d columns, but for positions longer than that', (width) => {
    for (const [name, make] of Object.entries(samples)) {
      if (name === 'hostile') continue;
      for (const line of renderText(make(), { width, links }).trimEnd().split('\n')) {
        const longest = Math.max(...line.trim().split(/\s+/).map(widthOf));
        expect.soft(widthOf(line) <= width || longest + 24 > width, `${name}: ${line}`).toBe(true);
      }
    }
  });

  it('never breaks or cuts a position in code', () => {
    const file = `packages/${'a long folder/'.repeat(12)}module.ts`;
    const report = sample({ sites: [siteOf(1, `${file}:120:33`, 'open')], open: [groupOf('file', 1)] });
    for (const width of [40, 80, 120]) expect(renderText(report, { width })).toContain(`${file}:120:33`);
  });

  it('counts wide characters twice and marks above letters not at all', () => {
    expect(widthOf('日本')).toBe(4);
    expect(widthOf('e\u0301')).toBe(1);
  });
});

describe('colours', () => {
  it('only add: without them the words are the same', () => {
    for (const make of Object.values(samples)) {
      const plain = renderText(make(), { links });
      expect(stripVTControlCharacters(renderText(make(), { links, color: true }))).toBe(plain);
      expect(stripVTControlCharacters(plain)).toBe(plain);
    }
    expect(renderText(growing(), { color: true })).toContain('\u001B[');
  });

  it.each([
    [{ isTTY: true, env: {} }, true],
    [{ isTTY: false, env: {} }, false],
    [{ isTTY: true, env: { NO_COLOR: '1' } }, false],
    [{ isTTY: true, env: { NO_COLOR: '' } }, true],
    [{ isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
    [{ isTTY: false, env: { FORCE_COLOR: '1' } }, true],
    [{ isTTY: true, env: { FORCE_COLOR: '0' } }, false],
    [{ isTTY: true, env: { CI: 'true' } }, false],
    [{ isTTY: true, env: { TERM: 'dumb' } }, false],
  ])('are wanted for %j: %s', (question, wanted) => {
    expect(wantsColor(question)).toBe(wanted);
  });
});

describe('strings of the watched program', () => {
  it('cannot move the cursor, begin a line or turn the writing round', () => {
    const text = renderText(hostile());
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069\u2028]/u);
    expect(text.split('\n').filter((line) => line.startsWith('watertight:'))).toEqual([]);
  });

  it('are summed up by what they have in common', () => {
    expect(commonPattern(['/var/a1.log', '/var/b2.log'])).toBe('/var/*.log');
    expect(commonPattern(['same', 'same'])).toBe('same');
    expect(commonPattern(['abc', 'xyz'])).toBe('');
    expect(commonPattern([])).toBe('');
    expect(whatIsOpen({ type: 'interval', examples: ['5000'] })).toBe('interval every 5 s');
    expect(whatIsOpen({ type: 'socket', examples: ['10.0.0.7:5432'] })).toBe('socket to 10.0.0.7:5432');
  });
});

describe('functions', () => {
  it.each([
    ['openLog', 'openLog()'],
    ['Client.connect', 'Client.connect()'],
    ['', ''],
    ['<anonymous>', ''],
    ['Timeout._onTimeout', ''],
  ])('are named where they have a name: %j', (name, shown) => {
    expect(functionName(siteOf(1, 'a.ts:1:1', name))).toBe(shown);
  });
});
