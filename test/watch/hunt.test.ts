import { describe, expect, test } from 'vitest';
import type { SurvivorSeries } from '../../src/leak/index.ts';
import { judgeSurvivors } from '../../src/leak/index.ts';
import { assembleReport } from '../../src/watch/assemble/report.ts';
import { judgedThreads, groupProcesses } from '../../src/watch/assemble/process-group.ts';
import type { RunData } from '../../src/watch/assemble/run-data.ts';
import type { ThreadData } from '../../src/watch/data/thread-data.ts';
import { HuntLines } from '../../src/watch/live/hunt-lines.ts';
import { parseReport, renderJson } from '../../src/report/index.ts';
import type { Report, ThreadHeader, WireRecord } from '../../src/wire/index.ts';
import type { Source } from '../leak/sampled-program.ts';
import { leakAt, sampled, server } from '../leak/sampled-program.ts';
import { diskOf, ended, megabyte, recordsOf, runData, runFile, sample, thread } from './made-up.ts';

const leakingSeries = sampled({ sources: [leakAt(['remember src/session.js:7'])], polls: 24 });
const samples = Array.from({ length: 48 }, (_, second) => sample(second * 1_000, { heap: (10 + second / 4) * megabyte }));
const natural: WireRecord = ['x', 48_000, 'natural', 0, null];
const disk = diskOf({ '/app/node_modules/bus/package.json': '{"name":"bus","version":"4.1.1"}' });

function hunted(series: SurvivorSeries, changes: Partial<ThreadHeader> = {}): ThreadData {
  return thread([...samples, ...recordsOf(series), natural], changes);
}

function reportOf(threads: readonly ThreadData[], changes: Partial<RunData> = {}): Report {
  return assembleReport(runData(threads, { run: runFile({ end: ended(0) }), ...changes }), disk);
}

function placeOf(report: Report, site: number | null): string {
  const found = report.sites.find(({ id }) => id === site);
  return `${found?.file}:${found?.line}:${found?.column} ${found?.function}`;
}

test('a line of jobs that outgrows who empties it is told as one', () => {
  const line: Source = { calls: [...server, 'submit src/jobs.js:7'], share: 0.4, fate: { kind: 'line', taken: 0.33 } };
  const garbage: Source = { calls: server, share: 0.6, fate: { kind: 'garbage' } };
  const [finding] = reportOf([hunted(sampled({ sources: [line, garbage], polls: 24 }))]).findings;
  expect(finding?.rule).toBe('heap-survivors');
  expect(finding?.what).toBe('more is made in this function than is let go of, in turn: what waits grows, steadily and still');
  expect(finding?.lookalikes).toEqual(['a peak of the load: what waits is worked off after it']);
  expect(finding?.try[0]?.guide).toBe('docs/guide/leaks.md#queue');
});

test('what it comes to for each request that the process took in is told, where requests are seen', () => {
  const rate = (records: readonly WireRecord[]): Report['findings'][number]['rate'] | undefined =>
    reportOf([thread([...samples, ...records, ...recordsOf(leakingSeries), natural])]).findings[0]?.rate;
  const each = (perSecond: number): readonly WireRecord[] =>
    Array.from({ length: 48 }, (_, second): WireRecord => ['q', second * 1_000, second * perSecond]);
  const { bytesPerSecond = 0 } = rate([]) ?? {};
  expect(rate([])?.perRequestBytes).toBeNull();
  expect(rate(each(0.1))?.perRequestBytes, 'too few').toBeNull();
  expect(rate(each(25))?.perRequestBytes).toBeCloseTo(bytesPerSecond / 25, -2);
});

describe('a finding of the hunt', () => {
  const report = reportOf([hunted(leakingSeries)]);
  const [finding] = report.findings;

  test('names the line, what it keeps and how that is known', () => {
    expect(report.findings).toHaveLength(1);
    expect(finding).toMatchObject({ rule: 'heap-survivors', level: 'leak', severity: 'critical', closed: null, heldBy: [] });
    expect(placeOf(report, finding?.site ?? null)).toBe('src/session.js:7:3 remember');
    expect(finding?.allocation?.path.map((id) => placeOf(report, id))).toEqual([
      'server.js:4:3 handle',
      'src/session.js:7:3 remember',
    ]);
    expect(finding?.allocation?.cohorts.length).toBe(finding?.evidence.cohorts);
    expect(finding?.leakMs).toBeGreaterThan(finding?.openedMs ?? Infinity);
    expect(finding?.lookalikes).toEqual(['a cache that is still filling: it looks the same until it evicts']);
    expect(finding?.limit).toMatchObject({ name: 'heap', bytes: 256 * megabyte });
  });

  test('comes with the times at which allocations were sampled, and why', () => {
    const [window, ...others] = report.cost.samplingWindows;
    expect(others).toEqual([]);
    expect(window).toEqual({ fromMs: 0, toMs: 48_000, why: 'hunt' });
  });

  test('leads the verdict, before a trend that names no line', () => {
    expect(report.verdict).toMatchObject({ level: 'leak', wouldBeEnough: null });
    expect(report.verdict.why).toMatch(/^src\/session\.js:7 remember\(\) keeps [\d.]+ MB\/min/);
    expect(report.findings.some(({ level }) => level === 'growing')).toBe(false);
  });

  test('is read back as it was written', () => {
    expect(parseReport(renderJson(report)).findings).toEqual(JSON.parse(JSON.stringify(report.findings)));
  });

  test('is what the detector says of the same recording, wherever it runs', () => {
    const verdict = judgeSurvivors(leakingSeries);
    expect(finding?.evidence.survivors).toBe(verdict.findings[0]?.survivors);
    expect(finding?.rate?.bytesPerSecond).toBeCloseTo(verdict.findings[0]?.rate.bytesPerSecond ?? 0);
    const lines = new HuntLines('/app');
    const data = runData([hunted(leakingSeries)]);
    const said = lines.poll(data, judgedThreads(groupProcesses(data)));
    expect(said).toEqual([expect.stringMatching(/^leak after \d+ s: src\/session\.js:7 remember\(\) keeps/)]);
  });
});

describe('the fingerprint', () => {
  const id = (series: SurvivorSeries, changes: Partial<ThreadHeader> = {}, run = {}) =>
    reportOf([hunted(series, changes)], run).findings[0]?.id;

  test('is the same when lines move, in another folder and in another process', () => {
    const moved = sampled({ sources: [leakAt(['remember src/session.js:91'])], polls: 24, seed: 8 });
    expect(id(moved)).toBe(id(leakingSeries));
    const functions = leakingSeries.functions.map((each) => ({ ...each, url: each.url.replace('/app/', '/srv/build-7/') }));
    const elsewhere = runFile({ end: ended(0), cwd: '/srv/build-7' });
    expect(id({ ...leakingSeries, functions }, { pid: 99, cwd: '/srv/build-7' }, { run: elsewhere })).toBe(id(leakingSeries));
  });

  test('differs between functions and files', () => {
    expect(id(sampled({ sources: [leakAt(['forget src/session.js:7'])], polls: 24 }))).not.toBe(id(leakingSeries));
    expect(id(sampled({ sources: [leakAt(['remember src/cart.js:7'])], polls: 24 }))).not.toBe(id(leakingSeries));
  });
});

test('the same line in several processes and threads is one finding with all of them', () => {
  const others = [1, 2].map((n) =>
    hunted(leakingSeries, { pid: 5000 + n, ppid: 4711, argv: ['/usr/bin/node', '/app/worker.js'] }),
  );
  const report = reportOf([hunted(leakingSeries), ...others, hunted(leakingSeries, { tid: 1, thread: 'worker' })]);
  expect(report.findings).toHaveLength(1);
  expect(report.findings[0]?.processes.toSorted()).toEqual(['4711.900', '5001.900', '5002.900']);
  const alone = reportOf([hunted(leakingSeries)]).findings[0];
  expect(report.findings[0]?.rate?.bytesPerSecond).toBeCloseTo(4 * (alone?.rate?.bytesPerSecond ?? 0));
});

describe('a leak in a package', () => {
  const calls = ['subscribe src/orders.js:12', 'Bus node_modules/bus/lib/bus.js:40', 'addListener'];
  const report = reportOf([hunted(sampled({ sources: [leakAt(calls)], polls: 24 }))]);
  const [finding] = report.findings;
  const site = report.sites.find(({ id }) => id === finding?.site);

  test('names the package, its version and the line of the user that called it', () => {
    expect(placeOf(report, finding?.site ?? null)).toBe('node_modules/bus/lib/bus.js:40:3 Bus');
    expect(site?.package).toEqual({ name: 'bus', version: '4.1.1' });
    expect(finding?.try.map(({ text }) => text)).toContain('watertight run --snapshots tells who holds what bus made');
    expect(placeOf(report, site?.user ?? null)).toBe('src/orders.js:12:3 subscribe');
  });

  test('suggests by what was called', () => {
    expect(finding?.allocation?.callees).toEqual([{ label: 'addListener', site: null, share: 1 }]);
    expect(finding?.try[0]).toEqual({
      text: 'remove the listener when its owner goes (off, { once: true } or an AbortSignal) (100 % of the survivors were made by addListener)',
      guide: 'docs/guide/leaks.md#listener',
    });
  });
});

test('the type of the objects is told where they are made by a constructor', () => {
  const report = reportOf([
    hunted(sampled({ sources: [leakAt(['remember src/session.js:7', 'Session src/session.js:1'])], polls: 24 })),
  ]);
  expect(report.findings[0]?.objectType).toBe('Session');
  expect(reportOf([hunted(leakingSeries)]).findings[0]?.objectType).toBeNull();
});

test('a cache that filled is told as closed, with the reason, and is no verdict', () => {
  const cache: Source = { calls: [...server, 'lookup src/cache.js:9'], share: 0.5, fate: { kind: 'cache', capacity: 300 } };
  const report = reportOf([hunted(sampled({ sources: [cache], polls: 30 }))]);
  expect(report.findings.map(({ level, closed }) => [level, closed !== null])).toEqual([['suspect', true]]);
  expect(['leak', 'suspect']).not.toContain(report.verdict.level);
});

test('a later window that does not confirm a finding closes it', () => {
  const clean = sampled({ sources: [{ calls: server, share: 0.5, fate: { kind: 'ttl', samples: 100 } }], polls: 24 });
  const later = { ...clean, polls: clean.polls.map((poll) => ({ ...poll, tMs: poll.tMs + 60_000 })) };
  const report = reportOf([
    thread([...samples, ...recordsOf(leakingSeries), ['w', 49_000, 'stop', 1, 32_768, 'enough'], ...recordsOf(later, 2)]),
  ]);
  expect(report.findings[0]?.closed?.why).toMatch(/not seen again/);
});

test('a later window that has only begun takes no proof back', () => {
  const polls = leakingSeries.polls.slice(0, 8).map((poll) => ({ ...poll, tMs: poll.tMs + 60_000 }));
  const later = recordsOf({ ...leakingSeries, polls }, 2);
  const first = [
    'w',
    49_000,
    'stop',
    1,
    32_768,
    'goes on with one sample per 64 KiB: 3000 samples a second cost too much',
  ] as const;
  const levelsOf = (records: readonly WireRecord[]): readonly string[] =>
    reportOf([thread([...samples, ...records])]).findings.map(({ level, closed }) => `${level} ${closed === null}`);
  expect(levelsOf(later)).toEqual(['suspect true']);
  expect(levelsOf([...recordsOf(leakingSeries), first, ...later])).toEqual(['leak true']);
});

describe('counters', () => {
  const frame = ['/app/src/poll.js', 9, 3, 'keepFresh'] as const;
  const rows = Array.from({ length: 48 }, (_, second): WireRecord => [
    '+',
    second * 1_000,
    second + 1,
    'interval',
    1,
    'every 1 s',
    1,
  ]);

  test('name the line where their type has one', () => {
    const report = reportOf([thread([['f', 1, [frame]], ...rows, ...samples, natural])]);
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({
      rule: 'counter-interval',
      level: 'leak',
      severity: 'high',
      rate: null,
      allocation: null,
    });
    expect(placeOf(report, report.findings[0]?.site ?? null)).toBe('src/poll.js:9:3 keepFresh');
    expect(report.findings[0]?.what).toMatch(
      /^intervals grow steadily and are not given back: \d+ to \d+ in \d+ s, 6\d a minute$/,
    );
    expect(report.findings[0]?.try[0]?.guide).toBe('docs/guide/leaks.md#timer');
    expect(report.verdict.level).toBe('leak');
  });

  test('of descriptors speak where no handle does', () => {
    const many = samples.map(
      (each, n): WireRecord => [...each.slice(0, 7), 20 + 2 * n, ...each.slice(8)] as unknown as WireRecord,
    );
    const rules = (records: readonly WireRecord[]) => reportOf([thread(records)]).findings.map(({ rule }) => rule);
    expect(rules([...many, natural])).toEqual(['counter-descriptors']);
    const files = rows.map((row): WireRecord => [...row.slice(0, 3), 'file', ...row.slice(4)] as unknown as WireRecord);
    expect(rules([['f', 1, [frame]], ...files, ...many, natural])).toEqual(['counter-file']);
  });

  test('of buffers are judged by what collections leave', () => {
    const collections = Array.from({ length: 24 }, (_, n): WireRecord => [
      'g',
      n * 2_000,
      'f',
      5_000,
      10 * megabyte,
      (2 + n) * megabyte,
    ]);
    const report = reportOf([thread([...collections, natural])]);
    expect(report.findings.find(({ rule }) => rule === 'counter-external')).toMatchObject({ level: 'leak' });
  });

  test('give way to the line where buffers were sampled, beside the samples of the heap', () => {
    const collections = Array.from({ length: 24 }, (_, n): WireRecord => [
      'g',
      n * 2_000,
      'f',
      5_000,
      10 * megabyte,
      (2 + n) * megabyte,
    ]);
    const quiet = sampled({ sources: [{ calls: server, share: 0.5, fate: { kind: 'garbage' } }], polls: 24 });
    const records = [...samples, ...collections, ...recordsOf(quiet), ...recordsOf(leakingSeries, 2, 'buffers')];
    const report = reportOf([thread([...records, natural])]);
    expect(report.findings.map(({ rule, level, objectType }) => [rule, level, objectType])).toEqual([
      ['buffer-survivors', 'leak', 'Buffer'],
    ]);
    expect(placeOf(report, report.findings[0]?.site ?? null)).toBe('src/session.js:7:3 remember');
    expect(report.findings[0]?.limit?.name).not.toBe('heap');
    const lines = new HuntLines('/app');
    const data = runData([thread(records)]);
    expect(lines.poll(data, judgedThreads(groupProcesses(data)))).toHaveLength(1);
  });

  test.each([
    ['Buffer.alloc', 'Buffer', 'buffers made here survive', 'a small slice keeps the whole buffer'],
    ['SharedArrayBuffer', 'SharedArrayBuffer', 'shared array buffers made here survive', 'let go of a SharedArrayBuffer'],
    ['WebAssembly.Memory', 'WebAssembly.Memory', 'memories of WebAssembly made here survive', 'a memory never shrinks'],
  ])('of sampled memory say what was called to make it: %s', (callee, objectType, what, advice) => {
    const kept = sampled({ sources: [leakAt(['remember src/session.js:7', callee])], polls: 24 });
    const [finding] = reportOf([thread([...samples, ...recordsOf(kept, 2, 'buffers'), natural])]).findings;
    expect(finding).toMatchObject({ rule: 'buffer-survivors', level: 'leak', objectType });
    expect(finding?.what).toContain(what);
    expect(finding?.try[0]?.text).toContain(advice);
  });

  test('of memory that V8 does not account for', () => {
    const restless = Array.from({ length: 120 }, (_, n) => sample(n * 1_000, { rss: (80 + n) * megabyte }));
    const report = reportOf([thread([...restless, ['x', 120_000, 'natural', 0, null]])]);
    expect(report.findings.map(({ rule }) => rule)).toEqual(['counter-native']);
  });
});

describe('--fail-on', () => {
  const verdict = (failOn: RunData['failOn'], series = leakingSeries) => reportOf([hunted(series)], { failOn }).verdict;

  test('leak is hit by a leak, leak:severity by one of at least that severity', () => {
    expect(verdict(['leak'])).toMatchObject({ failOn: [{ rule: 'leak', hit: true }], exitStatus: 90 });
    expect(verdict(['leak:critical'])).toMatchObject({ exitStatus: 90 });
    const slow = sampled({ sources: [leakAt(['remember src/session.js:7'], 0.4)], polls: 40, load: () => 4, gapMs: 600_000 });
    expect(verdict(['leak:critical'], slow)).toMatchObject({
      level: 'leak',
      failOn: [{ rule: 'leak:critical', hit: false }],
      exitStatus: 0,
    });
  });

  test('suspect is hit by both, leak not by a suspect', () => {
    const young = sampled({ sources: [leakAt(['remember src/session.js:7'])], polls: 9 });
    expect(verdict(['leak', 'suspect'], young)).toMatchObject({ level: 'suspect', exitStatus: 91 });
    expect(verdict(['suspect'])).toMatchObject({ level: 'leak', exitStatus: 91 });
    expect(verdict(['leak', 'suspect'])).toMatchObject({ exitStatus: 90 });
  });

  test('neither is hit by a clean run', () => {
    const clean = sampled({ sources: [{ calls: server, share: 0.5, fate: { kind: 'garbage' } }], polls: 24 });
    expect(verdict(['leak', 'suspect'], clean)).toMatchObject({ exitStatus: 0 });
  });
});

test('live lines come as polls come, each once, and tell the end of a suspicion', () => {
  const cache: Source = { calls: [...server, 'lookup src/cache.js:9'], share: 0.5, fate: { kind: 'cache', capacity: 300 } };
  const series = sampled({ sources: [cache], polls: 30 });
  const records = recordsOf(series);
  const first = records.findIndex((record) => record[0] === 'p');
  const watched = thread(records.slice(0, first));
  const data = runData([watched]);
  const lines = new HuntLines('/app');
  const said = records.slice(first).flatMap((record) => {
    watched.apply(record);
    return [...lines.poll(data, judgedThreads(groupProcesses(data))), ...lines.poll(data, judgedThreads(groupProcesses(data)))];
  });
  expect(said).toEqual([
    expect.stringMatching(/^suspect after \d+ s: src\/cache\.js:9 lookup\(\) keeps [\d.]+ MB\/min$/),
    expect.stringMatching(/^no longer suspected after \d+ s: src\/cache\.js:9 lookup\(\): /),
  ]);
});
