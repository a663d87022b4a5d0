import { describe, expect, test } from 'vitest';
import { assembleReport } from '../../src/watch/assemble/report.ts';
import { statusOfRules } from '../../src/watch/status.ts';
import type { RunData } from '../../src/watch/assemble/run-data.ts';
import { parseReport, renderJson } from '../../src/report/index.ts';
import type { Report, WireRecord } from '../../src/wire/index.ts';
import { diskOf, ended, megabyte, runData, runFile, sample, thread } from './made-up.ts';

const site: WireRecord = ['f', 1, [['/app/src/log.js', 31, 11, 'openLog']]];
const packageSite: WireRecord = [
  'f',
  2,
  [
    ['/app/node_modules/pg/client.js', 52, 1, 'connect'],
    ['/app/src/db.js', 12, 20, 'query'],
  ],
];
const foreignSite: WireRecord = ['f', 3, [['/usr/lib/node_modules/npm/lib/cli.js', 1, 1, '']]];

function report(records: readonly WireRecord[], changes: Partial<RunData> = {}): Report {
  const data = runData([thread([site, packageSite, foreignSite, ...records])], { run: runFile({ end: ended(0) }), ...changes });
  return assembleReport(data, diskOf({}));
}

const exit: WireRecord = ['x', 60_000, 'exit', 0, null];
const natural: WireRecord = ['x', 60_000, 'natural', 0, null];

test('what is assembled is a report, and reads back as it was', () => {
  const made = report([sample(1000), ['+', 10, 1, 'interval', 1, '1000 ms', 1], exit]);
  expect(parseReport(renderJson(made))).toEqual(made);
});

test('of temporary files that were left, what lies in a folder that is left is not told again', () => {
  const { left } = report(
    [
      ['+', 10, 1, 'temp', 1, '/tmp/job-1', 1],
      ['+', 11, 2, 'temp', 1, '/tmp/job-1/part/a', 1],
      ['+', 12, 3, 'temp', 1, '/tmp/job-10', 1],
      ['+', 13, 4, 'temp', 1, '/tmp/gone', 1],
      exit,
    ],
    { stillThere: (path) => path !== '/tmp/gone' },
  );
  expect(left.map(({ kind, what }) => [kind, what])).toEqual([
    ['temp', '/tmp/job-1'],
    ['temp', '/tmp/job-10'],
  ]);
});

describe('open handles', () => {
  test('stand in groups by line, with count, age and what keeps the process alive', () => {
    const { open } = report([
      ['+', 10_000, 1, 'file', 1, '/var/a.log', 1],
      ['+', 20_000, 2, 'file', 1, '/var/b.log', 1],
      ['+', 30_000, 3, 'interval', 2, '1000 ms', 1],
      ['+', 30_000, 4, 'timeout', 2, '', 8],
      ['-', 40_000, 2],
      ['k', 60_000, [3]],
      exit,
    ]);
    expect(open).toHaveLength(3);
    expect(open[0]).toMatchObject({
      type: 'interval',
      count: 1,
      keepsAlive: 1,
      estimated: false,
      oldestMs: 30_000,
      examples: ['1000 ms'],
    });
    expect(open[1]).toMatchObject({ type: 'timeout', count: 8, estimated: true, keepsAlive: 0 });
    expect(open[2]).toMatchObject({
      type: 'file',
      count: 1,
      oldestMs: 50_000,
      examples: ['/var/a.log'],
      processes: ['4711.900'],
      owner: null,
    });
  });

  test('growth is told when the count rose in both quarters of the second half', () => {
    const opened = Array.from({ length: 60 }, (_, row): WireRecord => ['+', row * 1000, row + 1, 'socket', 2, 'db:5432', 1]);
    expect(report([...opened, exit]).open[0]).toMatchObject({ count: 60, growthPerMinute: expect.closeTo(60, -1) as number });
    const early = Array.from({ length: 60 }, (_, row): WireRecord => ['+', row, row + 1, 'socket', 2, 'db:5432', 1]);
    expect(report([...early, exit]).open[0]?.growthPerMinute).toBe(0);
    expect(
      report([
        ['+', 0, 1, 'socket', 2, '', 1],
        ['x', 5_000, 'exit', 0, null],
      ]).open[0]?.growthPerMinute,
    ).toBeNull();
  });

  test('those of a registry name their owner', () => {
    const { open, owned } = report([
      ['+', 10, 1, 'socket', 2, 'db:5432', 1],
      ['o', 11, 'registered', 77, 'database', 'orders', 'src/db.js:12:20', null, null],
      ['O', 12, 1, 77],
      ['o', 20, 'registered', 78, 'temp-file', null, null, null, null],
      ['o', 30, 'failed', 78, 'temp-file', null, null, 'scope', 'EPERM'],
      exit,
    ]);
    expect(open[0]?.owner).toBe('orders');
    expect(owned.totals).toEqual({
      database: { live: 1, released: 0, failed: 0, timedOut: 0, abandoned: 0 },
      'temp-file': { live: 1, released: 0, failed: 1, timedOut: 0, abandoned: 0 },
    });
    expect(owned.problems).toEqual([
      { id: 78, name: null, type: 'temp-file', result: 'failed', reason: 'scope', error: 'EPERM', createdAt: null },
    ]);
  });

  test('standard streams and temporary files are not among them', () => {
    expect(report([['+', 1, 1, 'socket', 1, 'stdin', 1], ['+', 1, 2, 'temp', 1, '/tmp/x', 1], exit]).open).toEqual([]);
  });
});

describe('left behind', () => {
  test('temporary files that are still there, with the line that made them; nothing is claimed of others', () => {
    const { left, sites } = report([['+', 1, 1, 'temp', 1, '/tmp/a', 1], ['+', 1, 2, 'temp', 1, '/tmp/b', 1], exit], {
      stillThere: (path) => path === '/tmp/b',
    });
    expect(left).toEqual([{ kind: 'temp', what: '/tmp/b', proof: 'made by process 4711 in this run', removed: false, site: 1 }]);
    expect(sites[0]).toMatchObject({ file: 'src/log.js', line: 31 });
  });

  test('temporary files of a program that still runs are in use, not left', () => {
    const running = { stillThere: () => true, running: new Set(['4711.900']) };
    expect(report([['+', 1, 1, 'temp', 1, '/tmp/a', 1]], running).left).toEqual([]);
  });

  test('processes', () => {
    const leftProcesses = [{ pid: 99, what: 'sleep 30', proof: 'carries the mark of this run', removed: true }];
    expect(report([exit], { leftProcesses }).left).toEqual([
      { kind: 'process', what: 'sleep 30 (pid 99)', proof: 'carries the mark of this run', removed: true, site: null },
    ]);
  });
});

describe('--fail-on open-handles', () => {
  const failOn = ['open-handles'] as const;
  const held = (type: 'interval', at: number): readonly WireRecord[] => [
    ['+', 10, 1, type, at, '', 1],
    ['k', 60_000, [1]],
  ];
  const verdict = (records: readonly WireRecord[], changes: Partial<RunData> = {}) =>
    report(records, { failOn, ...changes }).verdict;

  test('is hit by what keeps the process alive and was made through a frame of the user', () => {
    expect(verdict([...held('interval', 1), exit])).toMatchObject({
      failOn: [{ rule: 'open-handles', hit: true }],
      exitStatus: 92,
    });
    expect(verdict([...held('interval', 2), natural])).toMatchObject({ exitStatus: 92 });
  });

  test("is not hit by handles of packages alone, by those that keep nothing alive, nor by another end's", () => {
    expect(verdict([...held('interval', 3), exit])).toMatchObject({
      failOn: [{ rule: 'open-handles', hit: false }],
      exitStatus: 0,
    });
    expect(verdict([['+', 10, 1, 'interval', 1, '', 1], exit])).toMatchObject({ exitStatus: 0 });
    expect(
      verdict([...held('interval', 1), ['x', 60_000, 'uncaught', 1, 'Error']], { run: runFile({ end: ended(1) }) }),
    ).toMatchObject({
      failOn: [{ rule: 'open-handles', hit: false }],
      exitStatus: 1,
    });
  });

  test('after a signal only what grew counts', () => {
    const killed = { run: runFile({ end: ended(null, 'SIGTERM') }) };
    expect(verdict([sample(60_000), ...held('interval', 1)], killed).failOn[0]?.hit).toBe(false);
    const many = Array.from({ length: 60 }, (_, row): WireRecord => ['+', row * 1000, row + 1, 'socket', 1, '', 1]);
    const keeps: WireRecord = ['k', 60_000, Array.from({ length: 60 }, (_, row) => row + 1)];
    expect(verdict([...many, keeps], killed).failOn[0]?.hit).toBe(true);
  });

  test('a program that goes on is told by what grew, and has the status of the rule', () => {
    const many = Array.from({ length: 60 }, (_, row): WireRecord => ['+', row * 1000, row + 1, 'socket', 1, '', 1]);
    const keeps: WireRecord = ['k', 60_000, Array.from({ length: 60 }, (_, row) => row + 1)];
    const goesOn = { run: runFile(), running: new Set(['4711.900']) };
    const grown = verdict([...many, keeps], goesOn);
    expect([grown.failOn[0]?.hit, grown.exitStatus, statusOfRules(grown)]).toEqual([true, 92, 92]);
    const still = verdict([sample(60_000), ...held('interval', 1)], goesOn);
    expect([still.failOn[0]?.hit, still.exitStatus, statusOfRules(still)]).toEqual([false, null, 0]);
  });

  test('the status of the program wins where it is not 0', () => {
    expect(verdict([...held('interval', 1), ['x', 60_000, 'exit', 3, null]], { run: runFile({ end: ended(3) }) })).toMatchObject({
      failOn: [{ rule: 'open-handles', hit: true }],
      exitStatus: 3,
    });
  });

  test('left-processes has its own status, the first rule hit decides', () => {
    const leftProcesses = [{ pid: 99, what: 'sleep 30', proof: '', removed: false }];
    expect(verdict([exit], { failOn: ['left-processes'], leftProcesses })).toMatchObject({ exitStatus: 93 });
    expect(verdict([...held('interval', 1), exit], { failOn: ['left-processes', 'open-handles'], leftProcesses })).toMatchObject({
      exitStatus: 93,
    });
  });
});

describe('the verdict', () => {
  const collections = (liveAt: (index: number) => number): readonly WireRecord[] =>
    Array.from({ length: 40 }, (_, index): WireRecord => ['g', 2000 + index * 2000, 'f', 4000, liveAt(index), megabyte]);
  const long = { run: runFile({ end: ended(0, null, runFile().startedAtMs + 90_000) }) };
  const end: WireRecord = ['x', 90_000, 'exit', 0, null];

  test('memory that rises through every collection grows, and the finding names the limit', () => {
    const made = report(
      [...collections((index) => 20 * megabyte + index * megabyte), sample(89_000, { heap: 60 * megabyte }), end],
      long,
    );
    expect(made.verdict.level).toBe('growing');
    expect(made.findings[0]).toMatchObject({
      rule: 'heap-growth',
      level: 'growing',
      site: null,
      limit: { name: 'heap', bytes: 256 * megabyte },
    });
    expect(made.memory.gc).toMatchObject({ forced: 40, longestMs: 4 });
    expect(made.memory.series[0]?.collected).toHaveLength(40);
  });

  test('memory that stays is not growing', () => {
    const made = report([...collections((index) => 20 * megabyte + (index % 3) * 1000), sample(89_000), end], long);
    expect(made.verdict.level).toBe('not-growing');
    expect(made.findings).toEqual([]);
  });

  test('a short run says what would have been enough', () => {
    const { verdict } = report([sample(1000), exit]);
    expect(verdict.level).toBe('too-short');
    expect(verdict.wouldBeEnough).not.toBeNull();
  });

  test('launchers are not judged', () => {
    const npm = thread([...collections((index) => 20 * megabyte + index * megabyte), end], {
      argv: ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js'],
    });
    const made = assembleReport(runData([npm], long), diskOf({}));
    expect(made.verdict).toMatchObject({
      level: 'too-short',
      why: 'no program ran in Node 20 or later, beside what launched it',
    });
    expect(made.findings).toEqual([]);
  });

  test('a fingerprint does not depend on process, time or rate', () => {
    const rising = (step: number) => report([...collections((index) => 20 * megabyte + index * step), end], long).findings[0]?.id;
    expect(rising(megabyte)).toMatch(/^[\da-f]{16}$/);
    expect(rising(2 * megabyte)).toBe(rising(megabyte));
  });
});

test('series hold at most 2 000 rows, and the peak is never thinned away', () => {
  const samples = Array.from({ length: 9_000 }, (_, index) =>
    sample(index * 1000, { rss: index === 4321 ? 900 * megabyte : 60 * megabyte }),
  );
  const { memory } = report([...samples, ['x', 9_000_000, 'exit', 0, null]]);
  expect(memory.series[0]?.rows.length).toBeLessThanOrEqual(2000);
  expect(memory.series[0]?.rows.at(-1)?.[0]).toBe(8_999_000);
  expect(memory.peak.rssBytes).toBe(900 * megabyte);
});

test('children with an environment of their own and other runtimes are named as not watched, watched ones are not', () => {
  const { run } = report([
    ['c', 1, 50, ['/usr/bin/node', 'a.js'], 'replaced'],
    ['c', 1, 51, ['bun', 'b.js'], 'inherited'],
    ['c', 1, 52, ['git', 'status'], 'inherited'],
    ['c', 1, 4711, ['node', 'server.js'], 'inherited'],
    exit,
  ]);
  expect(run.notWatched).toEqual([
    { pid: 50, command: '/usr/bin/node a.js', why: 'started with an environment of its own' },
    { pid: 51, command: 'bun b.js', why: 'another runtime than Node' },
  ]);
});

test('worker threads that wrote nothing are counted', () => {
  const main = thread([['n', 5, [['worker', 3, 3]]], exit]);
  const worker = thread([], { tid: 1, thread: 'worker' });
  expect(assembleReport(runData([main, worker]), diskOf({})).run.notWatched).toEqual([
    { pid: null, command: '2 worker threads of process 4711', why: 'started with an environment of its own, or ended at once' },
  ]);
});

test('what could not be read or was left out is said', () => {
  const made = report([['!', 5, 'truncated', 'ENOSPC'], exit], {
    unreadable: [{ file: 'x.wt', why: 'was written by a newer version' }],
  });
  expect(made.run.truncated).toBe(true);
  expect(made.cost.skipped).toEqual([
    { what: 'data file x.wt', why: 'was written by a newer version' },
    { what: 'truncated in process 4711', why: 'ENOSPC' },
  ]);
});

test('gaps are told with the time they took', () => {
  const [found] = report([['!', 30_000, 'gap', 'the thread was busy or stopped for 12 s at 18 s'], exit]).processes;
  expect(found?.threads[0]?.gaps).toEqual([
    { fromMs: 18_000, toMs: 30_000, why: 'the thread was busy or stopped for 12 s at 18 s' },
  ]);
});

test('a heap limit above the container is told when memory comes near', () => {
  const limits = [{ name: 'cgroup' as const, bytes: 128 * megabyte, source: 'memory.max' }];
  const run = runFile({ limits, end: ended(0) });
  expect(report([sample(1, { rss: 100 * megabyte }), exit], { run }).findings[0]).toMatchObject({
    level: 'limit',
    rule: 'heap-limit-above-container',
  });
  expect(report([sample(1, { rss: 40 * megabyte }), exit], { run }).findings).toEqual([]);
});
