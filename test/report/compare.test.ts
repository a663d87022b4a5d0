import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { compareReports, parseReport, renderComparison, renderJson, renderText, sinceBaseline } from '../../src/report/index.ts';
import type { Finding, Report } from '../../src/report/index.ts';
import { allWell, findingOf, groupOf, growing, killedByOom, sample, seriesOf, siteOf, spike, tooShort } from './samples.ts';

const MB = 1024 ** 2;
const rate = (mbPerMinute: number, more: Partial<NonNullable<Finding['rate']>> = {}): NonNullable<Finding['rate']> => ({
  bytesPerSecond: (mbPerMinute * MB) / 60,
  low: (mbPerMinute * 0.9 * MB) / 60,
  high: (mbPerMinute * 1.1 * MB) / 60,
  perRequestBytes: null,
  ...more,
});
const sites = [siteOf(1, 'src/session.ts:42:18', 'remember')];
const leak = (id: string, more: Partial<Finding> = {}): Finding =>
  findingOf('leak', 'objects made here stay', {
    id,
    rule: 'heap-survivors',
    site: 1,
    openedMs: 16_000,
    rate: rate(2.4),
    ...more,
  });
const withFindings = (...findings: readonly Finding[]): Report =>
  sample({ sites, findings, verdict: { ...sample().verdict, level: 'leak' } });
const changesOf = (before: Report, after: Report) =>
  compareReports(before, after).changes.filter(({ what, status }) => what === 'finding' || status !== 'same');

describe('findings', () => {
  test('a leak that was not there is new, for sure where the run before lasted long enough', () => {
    expect(changesOf(allWell(), withFindings(leak('a')))).toMatchObject([
      {
        status: 'new',
        confidence: 'high',
        counts: true,
        title: 'leak src/session.ts:42:18 remember()',
        before: null,
        after: '2.4 MB/min (2.2–2.6)',
        why: 'the run without it lasted 1m12s, the other showed it after 16 s',
      },
    ]);
  });

  test.each([
    ['too short to tell', tooShort()],
    ['shorter than it took', sample({ run: { ...sample().run, durationMs: 20_000 } })],
  ])('the same after a run that was %s: low confidence, and it still counts', (_, before) => {
    expect(changesOf(before, withFindings(leak('a'))).find(({ what }) => what === 'finding')).toMatchObject({
      status: 'new',
      confidence: 'low',
      counts: true,
    });
    expect(compareReports(before, withFindings(leak('a')), { minConfidence: 'medium' }).ok).toBe(true);
  });

  test('one that went is gone, and one that closed itself as well', () => {
    const closed = leak('a', { closed: { tMs: 60_000, why: 'its objects were released' } });
    for (const after of [allWell(), withFindings(closed)])
      expect(changesOf(withFindings(leak('a')), after)).toMatchObject([
        { status: 'gone', confidence: 'high', counts: false, after: null },
      ]);
    expect(changesOf(withFindings(leak('a')), tooShort()).find(({ what }) => what === 'finding')).toMatchObject({
      status: 'gone',
      confidence: 'low',
    });
  });

  test('a suspect that became a leak is worse, the way back is better', () => {
    const suspect = { ...leak('a'), level: 'suspect' as const };
    expect(changesOf(withFindings(suspect), withFindings(leak('a')))).toMatchObject([{ status: 'worse', counts: true }]);
    expect(changesOf(withFindings(leak('a')), withFindings(suspect))).toMatchObject([{ status: 'better', counts: false }]);
  });

  test.each([
    ['ranges that do not meet', rate(2.4), rate(4), 'worse', 'medium'],
    ['ranges that meet', rate(2.4), rate(2.6), 'same', 'high'],
    ['a rate that fell', rate(4), rate(2.4), 'better', 'medium'],
    ['per request, whatever the load', rate(2, { perRequestBytes: 1000 }), rate(9, { perRequestBytes: 1010 }), 'same', 'high'],
    ['more per request', rate(9, { perRequestBytes: 1000 }), rate(2, { perRequestBytes: 2000 }), 'worse', 'high'],
    ['no ranges, a factor of three', rate(2, { low: null, high: null }), rate(6, { low: null, high: null }), 'worse', 'low'],
    ['no ranges, little more', rate(2, { low: null, high: null }), rate(3, { low: null, high: null }), 'same', 'high'],
  ] as const)('rates: %s', (...row) => {
    const [, before, after, status, confidence] = row;
    const [change] = changesOf(withFindings(leak('a', { rate: before })), withFindings(leak('a', { rate: after })));
    expect(change).toMatchObject({ status, confidence });
  });

  test('are matched by their fingerprint, whatever line they moved to', () => {
    const moved = { ...withFindings(leak('a')), sites: [siteOf(1, 'src/session.ts:99:1', 'remember')] };
    expect(changesOf(withFindings(leak('a')), moved)).toMatchObject([{ status: 'same' }]);
  });
});

describe('open handles', () => {
  const open = (line: number, ...groups: readonly Parameters<typeof groupOf>[2][]): Report =>
    sample({
      sites: [siteOf(1, `src/log.ts:${line}:11`, 'openLog')],
      open: groups.map((more) => groupOf('file', 1, more)),
    });

  test('are the same in another line of the same function', () => {
    expect(changesOf(open(31, { count: 3 }), open(45, { count: 4 }))).toEqual([]);
  });

  test('that grow now are worse, new ones count where they grow or keep the process alive', () => {
    expect(changesOf(open(31, { count: 3 }), open(31, { count: 90, growthPerMinute: 75 }))).toMatchObject([
      {
        what: 'open',
        status: 'worse',
        confidence: 'high',
        counts: true,
        before: '3 handles',
        after: '90 handles, 75 more a minute',
      },
    ]);
    expect(changesOf(allWell(), open(31, { count: 1 }))).toMatchObject([{ status: 'new', counts: false }]);
    expect(changesOf(allWell(), open(31, { count: 1, keepsAlive: 1 }))).toMatchObject([{ status: 'new', counts: true }]);
    expect(changesOf(open(31, { count: 4 }), open(31, { count: 20 }))).toMatchObject([{ status: 'worse', confidence: 'medium' }]);
  });
});

describe('memory', () => {
  const holding = (startMb: number): Report =>
    sample({ memory: { ...sample().memory, series: [seriesOf('4711.1000', 0, { seconds: 72, startMb, mbPerMinute: 0 })] } });

  test('that stays in use counts from a quarter more on', () => {
    expect(changesOf(holding(30), holding(60))).toMatchObject([
      { what: 'memory', key: 'live', status: 'worse', confidence: 'high', counts: true, before: '30 MB', after: '60 MB' },
    ]);
    expect(changesOf(holding(30), holding(34))).toEqual([]);
    expect(changesOf(holding(60), holding(30))).toMatchObject([{ status: 'better', counts: false }]);
  });

  test('of runs of unlike length does not count', () => {
    const short = { ...holding(60), run: { ...sample().run, durationMs: 20_000 } };
    const comparison = compareReports(holding(30), short);
    expect(comparison.changes.find(({ key }) => key === 'live')).toMatchObject({
      status: 'worse',
      confidence: 'low',
      counts: false,
    });
    expect(comparison.notes).toEqual(['unlike lengths: 1m12s, now 20 s']);
    expect(comparison.ok).toBe(true);
  });

  test('the cost of watching is told and never counts', () => {
    const costly = sample({ cost: { ...sample().cost, cpuShare: 0.2, longestPauseMs: 400 } });
    const comparison = compareReports(allWell(), costly);
    expect(comparison.changes.filter(({ what }) => what === 'cost')).toMatchObject([
      { key: 'cpu', status: 'worse', counts: false },
      { key: 'pause', status: 'worse', counts: false },
    ]);
    expect(comparison.ok).toBe(true);
  });
});

test('leftovers and failed releases are matched by name, without their numbers', () => {
  const again = {
    ...killedByOom(),
    left: killedByOom().left.map((left) => ({ ...left, what: left.what.replace('4822', '99') })),
  };
  expect(changesOf(killedByOom(), again).filter(({ what }) => what === 'left')).toEqual([]);
  const changes = compareReports(growing(), killedByOom()).changes.filter(({ what }) => what === 'left' || what === 'owned');
  expect(changes.map(({ what, status, counts }) => `${what} ${status} ${counts}`)).toEqual([
    'left new true',
    'left new true',
    'owned new true',
    'owned new true',
  ]);
});

const anyReport = fc.constantFrom(allWell, tooShort, growing, spike, killedByOom).map((make) => make());

property.prop([anyReport])('a report against itself has nothing new, nothing worse, nothing gone', (report) => {
  const { ok, totals, notes } = compareReports(report, report);
  expect({ ok, new: totals.new, worse: totals.worse, better: totals.better, gone: totals.gone }).toEqual({
    ok: true,
    new: 0,
    worse: 0,
    better: 0,
    gone: 0,
  });
  expect(notes.filter((note) => !note.includes('too short'))).toEqual([]);
  expect(sinceBaseline(report, report)).toEqual({ findings: [], open: [], left: [] });
});

property.prop([anyReport, anyReport])('what is new one way is gone the other way', (a, b) => {
  const [there, back] = [compareReports(a, b), compareReports(b, a)];
  expect([there.totals.new, there.totals.gone, there.totals.same]).toEqual([back.totals.gone, back.totals.new, back.totals.same]);
  const { findings, open, left } = sinceBaseline(a, b);
  expect(there.ok ? findings.length + open.length + left.length : 0).toBe(0);
  for (const text of [renderComparison(there), renderComparison(there, { color: true, width: 60, all: true })])
    expect(text.endsWith('\n')).toBe(true);
});

test('the text has the conclusion first, what is new and worse below, the runs last', () => {
  const before = withFindings(leak('a'), leak('b', { what: 'old' }));
  const after = withFindings(leak('a', { rate: rate(9) }), leak('c'));
  expect(renderComparison(compareReports(before, after)))
    .toBe(`watertight: worse than before: 2 changes count (1 new, 1 worse, 1 gone, 6 the same)
NEW     leak src/session.ts:42:18 remember()  2.4 MB/min (2.2–2.6)
          high confidence: the run without it lasted 1m12s, the other showed it after 16 s
WORSE   leak src/session.ts:42:18 remember()  2.4 MB/min (2.2–2.6), now 9 MB/min (8.1–9.9)
          medium confidence: the ranges of the rates do not meet; the load may differ
GONE    leak src/session.ts:42:18 remember()  was 2.4 MB/min (2.2–2.6)
          high confidence: the run without it lasted 1m12s, the other showed it after 16 s
RUNS    before  node server.js, 1m12s, Node v20.19.5, 2026-11-21T09:30:12.000Z
        after   node server.js, 1m12s, Node v20.19.5, 2026-11-21T09:30:12.000Z
`);
  expect(renderComparison(compareReports(allWell(), allWell()))).toMatch(
    /^watertight: nothing new, nothing worse \(6 the same\)\n/,
  );
});

test('a report with a baseline is read back, and says what it was held against', () => {
  const baseline = {
    file: 'base.json',
    runId: 'x',
    startedAt: '2026-11-20T09:30:12.000Z',
    new: 1,
    worse: 0,
    same: 2,
    better: 0,
    gone: 3,
    regressions: ['new: leak src/a.ts:1:1'],
  };
  const report = sample({ baseline });
  expect(parseReport(renderJson(report))).toEqual(report);
  expect(renderText(report)).toContain(
    'BASE    against base.json of 2026-11-20T09:30:12.000Z: 1 new, 0 worse, 3 gone, 0 better, 2 the same; only what is new or\n        worse counts for --fail-on\n        new: leak src/a.ts:1:1',
  );
});

test('an unknown confidence is refused', () => {
  expect(() => compareReports(allWell(), allWell(), { minConfidence: 'sure' as 'high' })).toThrow(
    expect.objectContaining({ code: 'WT_INVALID_OPTION' }),
  );
});
