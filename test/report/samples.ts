// Reports made in code, one per situation that a report has to tell. Any test may take one and change it with `sample`.
import type { Finding, MemorySeries, OpenGroup, ProcessInfo, Report, Site } from '../../src/wire/report.ts';

const MB = 1024 ** 2;

/** `at` is `file:line:column`. */
export function siteOf(id: number, at: string, name: string, more: Partial<Site> = {}): Site {
  const [file = '', line, column] = at.split(':');
  return siteAt(id, { file, line: Number(line), column: Number(column), function: name, ...more });
}

function siteAt(id: number, more: Pick<Site, 'file' | 'line' | 'column' | 'function'> & Partial<Site>): Site {
  return {
    id,
    raw: { url: `file:///srv/app/${more.file}`, line: more.line, column: more.column, scriptHash: null },
    mapped: 'none',
    generated: false,
    package: null,
    user: null,
    ...more,
  };
}

export function processOf(pid: number, command: readonly string[], more: Partial<ProcessInfo> = {}): ProcessInfo {
  return {
    key: `${pid}.1000`,
    pid,
    parent: null,
    role: 'program',
    command,
    node: 'v20.19.5',
    end: { kind: 'natural', code: 0, signal: null },
    peakRssBytes: 96 * MB,
    cpuMs: 1840,
    threads: [{ id: 0, kind: 'main', name: null, gaps: [] }],
    ...more,
  };
}

export function groupOf(type: string, site: number | null, more: Partial<OpenGroup> = {}): OpenGroup {
  return {
    type,
    site,
    owner: null,
    count: 1,
    estimated: false,
    growthPerMinute: null,
    oldestMs: 60_000,
    keepsAlive: 0,
    examples: [],
    processes: ['4711.1000'],
    ...more,
  };
}

export function findingOf(level: Finding['level'], what: string, more: Partial<Finding> = {}): Finding {
  return {
    id: `wt-${level}-1`,
    rule: 'heap-growth',
    level,
    severity: null,
    site: null,
    objectType: null,
    what,
    processes: ['4711.1000'],
    openedMs: 32_000,
    leakMs: null,
    closed: null,
    rate: null,
    limit: null,
    evidence: { collections: null, cohorts: null, survivors: null, points: null },
    allocation: null,
    heldBy: [],
    lookalikes: [],
    try: [],
    ...more,
  };
}

const columns = ['tMs', 'rssBytes', 'heapUsedBytes', 'heapTotalBytes', 'externalBytes', 'arrayBuffersBytes', 'descriptors'];

export interface Shape {
  readonly seconds: number;
  readonly startMb: number;
  readonly mbPerMinute: number;
  /** What RSS has beside heap and external; default 42. */
  readonly baseMb?: number;
  /** A jump at this second. */
  readonly step?: { readonly atSecond: number; readonly mb: number };
}

/** A saw of garbage over a floor that rises: no chance in it, so that pictures and snapshots stay the same. */
export function seriesOf(process: string, thread: number, shape: Shape): MemorySeries {
  const floor = (second: number) =>
    shape.startMb +
    (shape.mbPerMinute * second) / 60 +
    (shape.step !== undefined && second >= shape.step.atSecond ? shape.step.mb : 0);
  const rows = Array.from({ length: shape.seconds + 1 }, (_, second) => {
    const garbage = ((second * 7) % 11) * 1.1 + Math.sin(second / 5) * 1.5 + 2;
    const heap = Math.round((floor(second) + garbage) * MB);
    const external = Math.round((6 + Math.sin(second / 9) * 2) * MB);
    return [
      second * 1000,
      heap + external + (shape.baseMb ?? 42) * MB,
      heap,
      heap + 8 * MB,
      external,
      Math.round(external / 2),
      24 + Math.floor((second * 3) / 2),
    ];
  });
  const collected = Array.from({ length: Math.floor(shape.seconds / 3) }, (_, index) => {
    const second = 3 * (index + 1);
    return [
      second * 1000 + 400,
      Math.round((floor(second) + Math.sin(second) * 0.4) * MB),
      index % 7 === 3 ? 'natural' : 'forced',
    ] as const;
  });
  return { process, thread, columns, rows, collected };
}

/** All well; the others change what is different with them. */
export function sample(more: Partial<Report> = {}): Report {
  return {
    schema: 'watertight-report/1',
    tool: { version: '0.1.0', node: 'v20.19.5' },
    run: {
      id: '2026-11-21-093012',
      command: ['node', 'server.js'],
      cwd: '/srv/app',
      startedAt: '2026-11-21T09:30:12.000Z',
      durationMs: 72_000,
      mode: 'hunt',
      options: { gc: true, reap: false },
      truncated: false,
      notWatched: [],
    },
    end: { kind: 'natural', code: 0, signal: null, lastRecordAgeMs: 4, text: 'ended by itself with status 0' },
    verdict: {
      level: 'not-growing',
      why: 'memory after 6 full collections stays level',
      wouldBeEnough: null,
      failOn: [],
      exitStatus: 0,
    },
    processes: [processOf(4711, ['node', 'server.js'])],
    sites: [],
    findings: [],
    open: [],
    owned: { totals: {}, problems: [] },
    left: [],
    memory: {
      limits: [
        { name: 'heap', bytes: 256 * MB, source: '--max-old-space-size' },
        { name: 'cgroup', bytes: 512 * MB, source: '/sys/fs/cgroup/memory.max' },
        { name: 'host', bytes: 16_384 * MB, source: 'total memory' },
      ],
      tightest: 'heap',
      peak: { rssBytes: 96 * MB, heapBytes: 44 * MB, externalBytes: 8 * MB },
      gc: { full: 6, forced: 5, share: 0.002, longestMs: 9.4 },
      series: [seriesOf('4711.1000', 0, { seconds: 72, startMb: 30, mbPerMinute: 0 })],
    },
    cost: { cpuShare: 0.006, rssBytes: 14 * MB, longestPauseMs: 9.4, forcedCollections: 5, samplingWindows: [], skipped: [] },
    ...more,
  };
}

export const allWell = (): Report => sample();

export function tooShort(): Report {
  return sample({
    run: { ...sample().run, durationMs: 8000 },
    verdict: {
      level: 'too-short',
      why: '1 full collection in 8 s',
      wouldBeEnough: 'give it load and a minute',
      failOn: [],
      exitStatus: 0,
    },
    memory: {
      ...sample().memory,
      gc: { full: 1, forced: 1, share: 0.001, longestMs: 4 },
      series: [seriesOf('4711.1000', 0, { seconds: 8, startMb: 20, mbPerMinute: 0 })],
    },
  });
}

const growingSites = [
  siteOf(1, 'src/log.ts:31:11', 'openLog', { mapped: 'disk' }),
  siteOf(2, 'src/poll.ts:9:3', ''),
  siteOf(3, 'node_modules/pg/lib/client.js:52:30', 'Client.connect', { package: { name: 'pg', version: '8.13.1' }, user: 4 }),
  siteOf(4, 'src/db.ts:12:20', 'query'),
  siteOf(5, 'src/main.ts:3:16', '<module>'),
];

/** Memory grows and lines hold handles: the main job. */
export function growing(): Report {
  return sample({
    processes: [
      processOf(4711, ['node', 'server.js'], { peakRssBytes: 182 * MB, end: { kind: 'signal', code: null, signal: 'SIGTERM' } }),
    ],
    end: { kind: 'signal', code: null, signal: 'SIGTERM', lastRecordAgeMs: 3, text: 'ended by SIGTERM' },
    verdict: {
      level: 'growing',
      why: 'memory after collections rises and does not level off',
      wouldBeEnough: null,
      failOn: [],
      exitStatus: null,
    },
    sites: growingSites,
    findings: [
      findingOf('growing', 'memory in use after full collections rises, and the rise does not slow down', {
        rate: { bytesPerSecond: (2.4 * MB) / 60, low: (2.2 * MB) / 60, high: (2.6 * MB) / 60, perRequestBytes: null },
        limit: { name: 'heap', bytes: 256 * MB, reachedInMs: 4_790_000 },
        evidence: { collections: 41, cohorts: null, survivors: null, points: 24 },
        lookalikes: ['a cache that is still filling'],
        try: [{ text: 'look at the lines under OPEN that grow', guide: 'https://watertight.example/guide/leaks' }],
      }),
    ],
    open: [
      groupOf('file', 1, {
        count: 180,
        growthPerMinute: 150,
        oldestMs: 70_000,
        examples: ['/var/data/a1.log', '/var/data/a2.log', '/var/data/b7.log'],
      }),
      groupOf('interval', 2, { oldestMs: 72_000, keepsAlive: 1, examples: ['5000'] }),
      groupOf('socket', 3, { count: 4, oldestMs: 58_000, keepsAlive: 4, examples: ['10.0.0.7:5432'] }),
      groupOf('server', 5, { oldestMs: 71_000, keepsAlive: 1, examples: ['listening :8080'] }),
      groupOf('timeout', 4, { count: 96, estimated: true, oldestMs: 31_000, examples: ['30000'] }),
    ],
    memory: {
      ...sample().memory,
      peak: { rssBytes: 182 * MB, heapBytes: 61 * MB, externalBytes: 8 * MB },
      gc: { full: 41, forced: 38, share: 0.012, longestMs: 38 },
      series: [seriesOf('4711.1000', 0, { seconds: 72, startMb: 34, mbPerMinute: 20, baseMb: 110 })],
    },
    cost: {
      cpuShare: 0.006,
      rssBytes: 14 * MB,
      longestPauseMs: 38,
      forcedCollections: 38,
      samplingWindows: [
        { fromMs: 16_000, toMs: 28_000, why: 'the heap rose through five collections' },
        { fromMs: 40_000, toMs: 52_000, why: 'buffers' },
      ],
      skipped: [],
    },
  });
}

/** A leak in a package that the user's code calls, and intervals that are only suspected. */
export function leaking(): Report {
  return sample({
    verdict: {
      level: 'leak',
      why: 'node_modules/bus/lib/bus.js:12 Bus.on() keeps 2.4 MB/min (2.2–2.6), and 1 more finding',
      wouldBeEnough: null,
      failOn: [{ rule: 'leak:high', hit: true }],
      exitStatus: 90,
    },
    sites: [
      siteOf(1, 'src/session.ts:42:18', 'remember'),
      siteOf(2, 'node_modules/bus/lib/bus.js:12:5', 'Bus.on', { package: { name: 'bus', version: '4.1.1' }, user: 1 }),
      siteOf(3, 'src/poll.ts:9:3', 'keepFresh'),
      siteOf(4, 'src/main.ts:3:16', ''),
    ],
    findings: [
      findingOf('leak', 'objects made in this function survive, steadily and still', {
        id: '0123456789abcdef',
        rule: 'heap-survivors',
        severity: 'high',
        site: 2,
        objectType: 'Listener',
        leakMs: 26_000,
        rate: { bytesPerSecond: (2.4 * MB) / 60, low: (2.2 * MB) / 60, high: (2.6 * MB) / 60, perRequestBytes: null },
        limit: { name: 'heap', bytes: 256 * MB, reachedInMs: 4_800_000 },
        evidence: { collections: 12, cohorts: 6, survivors: 312, points: null },
        allocation: {
          objects: 41_203,
          bytes: 3 * MB,
          spanMs: 60_000,
          path: [4, 1, 2],
          callees: [
            { label: 'addListener', site: null, share: 0.61 },
            { label: '(line 14)', site: 2, share: 0.3 },
          ],
          cohorts: [
            [8_000, 18_000, 60, 60],
            [18_000, 28_000, 55, 54],
            [28_000, 38_000, 49, 49],
            [38_000, 48_000, 58, 58],
            [48_000, 58_000, 47, 46],
            [58_000, 68_000, 45, 45],
          ],
        },
        lookalikes: ['a cache that is still filling: it looks the same until it evicts'],
        try: [{ text: 'remove the listener when its owner goes', guide: 'docs/guide/leaks.md#listener' }],
      }),
      findingOf('suspect', 'intervals grow steadily and are not given back: 0 to 18 in 43 s, 24 a minute', {
        id: 'fedcba9876543210',
        rule: 'counter-interval',
        severity: 'medium',
        site: 3,
        evidence: { collections: null, cohorts: null, survivors: null, points: 43 },
      }),
    ],
  });
}

export function spike(): Report {
  return sample({
    verdict: {
      level: 'spike',
      why: 'one step of 40 MB at 30 s, level before and after',
      wouldBeEnough: null,
      failOn: [],
      exitStatus: 0,
    },
    findings: [
      findingOf('spike', 'memory went up by 40 MB in one step after 30 s and stayed level since: not a leak', {
        rule: 'spike',
        evidence: { collections: 24, cohorts: null, survivors: null, points: 24 },
      }),
      findingOf(
        'limit',
        'the heap limit of 2 GB is above the 512 MB of the container: it is killed before Node runs out of heap',
        {
          id: 'wt-limit-1',
          rule: 'heap-limit',
          try: [{ text: 'set --max-old-space-size=384', guide: '' }],
        },
      ),
    ],
    memory: {
      ...sample().memory,
      limits: [
        { name: 'heap', bytes: 2048 * MB, source: 'default of Node' },
        { name: 'cgroup', bytes: 512 * MB, source: '/sys/fs/cgroup/memory.max' },
      ],
      tightest: 'cgroup',
      series: [seriesOf('4711.1000', 0, { seconds: 72, startMb: 30, mbPerMinute: 0, step: { atSecond: 30, mb: 40 } })],
    },
  });
}

/** Killed by the kernel at the container's limit, with things left behind and an owned resource that did not close. */
export function killedByOom(): Report {
  return sample({
    end: {
      kind: 'out-of-memory',
      code: null,
      signal: 'SIGKILL',
      lastRecordAgeMs: 800,
      text: 'killed by the kernel: out of memory at 508 of 512 MB (container)',
    },
    verdict: {
      level: 'growing',
      why: 'it grew until the end',
      wouldBeEnough: null,
      failOn: [{ rule: 'left-processes', hit: true }],
      exitStatus: 93,
    },
    run: {
      ...sample().run,
      durationMs: 1_904_000,
      truncated: true,
      notWatched: [{ pid: 4790, command: 'node child.js', why: 'its environment was replaced' }],
    },
    processes: [
      processOf(4711, ['node', 'server.js'], {
        peakRssBytes: 508 * MB,
        cpuMs: 912_000,
        end: { kind: 'out-of-memory', code: null, signal: 'SIGKILL' },
      }),
    ],
    sites: growingSites,
    findings: [
      findingOf('growing', 'memory in use after full collections rises', {
        severity: 'critical',
        site: 4,
        rate: { bytesPerSecond: (14 * MB) / 60, low: null, high: null, perRequestBytes: 1229 },
        limit: { name: 'cgroup', bytes: 512 * MB, reachedInMs: 17_000 },
        evidence: { collections: 212, cohorts: 12, survivors: 41_203, points: 180 },
        heldBy: [
          { label: 'sessions: Map', site: 5 },
          { label: 'Session {id, user, cart}', site: null },
        ],
      }),
      findingOf('suspect', 'array buffers rose', { closed: { tMs: 64_000, why: 'they were released by the next collection' } }),
    ],
    open: growing().open,
    owned: {
      totals: {
        file: { live: 0, released: 1204, failed: 0, timedOut: 0, abandoned: 0 },
        database: { live: 1, released: 8, failed: 1, timedOut: 1, abandoned: 0 },
      },
      problems: [
        {
          id: 77,
          name: 'orders',
          type: 'database',
          result: 'timed-out',
          reason: 'shutdown',
          error: null,
          createdAt: 'src/db.ts:12:20',
        },
        {
          id: 78,
          name: null,
          type: 'database',
          result: 'failed',
          reason: 'scope',
          error: 'ECONNRESET: the other side hung up',
          createdAt: 'src/db.ts:40:9',
        },
      ],
    },
    left: [
      { kind: 'process', what: 'chromium --headless (pid 4822)', proof: 'carries the mark of this run', removed: false, site: 4 },
      { kind: 'temp', what: '/tmp/upload-3f9a', proof: 'made by pid 4711', removed: true, site: null },
    ],
    memory: {
      ...sample().memory,
      limits: [
        { name: 'heap', bytes: 2048 * MB, source: 'default of Node' },
        { name: 'cgroup', bytes: 512 * MB, source: '/sys/fs/cgroup/memory.max' },
      ],
      tightest: 'cgroup',
      peak: { rssBytes: 508 * MB, heapBytes: 452 * MB, externalBytes: 21 * MB },
      gc: { full: 212, forced: 180, share: 0.031, longestMs: 141 },
      series: [seriesOf('4711.1000', 0, { seconds: 1904, startMb: 30, mbPerMinute: 13 })],
    },
    cost: {
      cpuShare: 0.031,
      rssBytes: 22 * MB,
      longestPauseMs: 141,
      forcedCollections: 180,
      samplingWindows: [],
      skipped: [{ what: 'forced collections after 20 min', why: 'they would have stopped the program for more than 50 ms each' }],
    },
  });
}

/** npm starts a cluster: a launcher, a program and its workers, tools. */
export function manyProcesses(count = 24): Report {
  const workers = Array.from({ length: count }, (_, index) =>
    processOf(5000 + index, ['node', 'worker.js', `--shard=${index}`], {
      parent: '4711.1000',
      role: index % 6 === 5 ? 'tool' : 'worker',
      peakRssBytes: (60 + ((index * 37) % 90)) * MB,
      threads: Array.from({ length: 1 + (index % 4) }, (__, thread) => ({
        id: thread,
        kind: thread === 0 ? ('main' as const) : ('worker' as const),
        name: thread === 2 ? 'resize images' : null,
        gaps: index === 3 && thread === 0 ? [{ fromMs: 12_000, toMs: 19_500, why: 'the thread was busy for 7.5 s' }] : [],
      })),
      end: index === 7 ? { kind: 'uncaught', code: 1, signal: null } : { kind: 'exit', code: 0, signal: null },
    }),
  );
  return sample({
    run: { ...sample().run, command: ['npm', 'start'] },
    processes: [
      processOf(4700, ['npm', 'start'], { role: 'launcher', peakRssBytes: 71 * MB }),
      processOf(4711, ['node', 'server.js'], { parent: '4700.1000', peakRssBytes: 182 * MB }),
      ...workers,
    ],
    sites: growingSites,
    open: growing().open.slice(1),
    memory: {
      ...sample().memory,
      series: [
        seriesOf('4711.1000', 0, { seconds: 72, startMb: 60, mbPerMinute: 0 }),
        ...workers
          .slice(0, 12)
          .map((worker, index) => seriesOf(worker.key, 0, { seconds: 60, startMb: 12 + index * 3, mbPerMinute: 0 })),
      ],
    },
  });
}

/** More lines than anybody reads one by one. */
export function manyOpen(count = 5000): Report {
  const types = ['file', 'socket', 'timeout', 'interval', 'watcher', 'process', 'udp', 'worker'];
  const sites = Array.from({ length: count }, (_, index) =>
    siteOf(index + 1, `src/feature-${index % 97}/module-${index}.ts:${10 + (index % 400)}:${3 + (index % 60)}`, `open${index}`),
  );
  return sample({
    sites,
    open: sites.map((site, index) =>
      groupOf(types[index % types.length] ?? 'file', site.id, {
        count: 1 + ((index * 7919) % 311),
        oldestMs: 1000 + ((index * 104_729) % 70_000),
        growthPerMinute: index % 50 === 0 ? index / 50 : null,
        keepsAlive: index % 9 === 0 ? 1 : 0,
        examples: [`detail ${index}`],
      }),
    ),
  });
}

export const hostileText = `</script><script>window.pwned=1</script><img src=x onerror="alert(1)">\u2028'"&<!--`;

/** Every string that a watched program can choose tries to become markup, script or a control sequence. */
export function hostile(): Report {
  const bad = hostileText;
  const terminal = '\u001B[2J\u001B]0;owned\u0007\u202Egnp.exe\r\nwatertight: all is well';
  const base = killedByOom();
  return {
    ...base,
    run: {
      ...base.run,
      id: bad,
      command: ['node', bad, terminal],
      cwd: `/srv/${bad}`,
      options: { [bad]: bad, constructor: 1 },
      notWatched: [{ pid: 1, command: bad, why: terminal }],
    },
    end: { ...base.end, text: `${bad} ${terminal}` },
    verdict: { ...base.verdict, why: bad, wouldBeEnough: bad, failOn: [{ rule: bad, hit: true }] },
    processes: [
      processOf(4711, ['node', bad, terminal]),
      processOf(4712, [bad], {
        role: 'tool',
        parent: '4711.1000',
        threads: [{ id: 0, kind: 'main', name: bad, gaps: [{ fromMs: 1, toMs: 2, why: bad }] }],
      }),
    ],
    sites: base.sites.map((site) => ({
      ...site,
      file: `${bad}/${terminal}.ts`,
      function: bad,
      package: { name: bad, version: bad },
    })),
    findings: base.findings.map((finding) => ({
      ...finding,
      what: `${bad} ${terminal}`,
      objectType: bad,
      heldBy: [{ label: bad, site: 1 }],
      lookalikes: [bad],
      try: [
        { text: bad, guide: 'javascript:alert(1)' },
        { text: 'safe', guide: `https://watertight.example/"><img src=x onerror=alert(1)>` },
      ],
    })),
    open: base.open.map((group) => ({ ...group, type: bad, owner: bad, examples: [bad, terminal] })),
    owned: {
      totals: { [bad]: { live: 1, released: 2, failed: 3, timedOut: 4, abandoned: 5 } },
      problems: base.owned.problems.map((problem) => ({
        ...problem,
        name: bad,
        type: bad,
        result: bad,
        error: `${bad}${terminal}`,
        createdAt: bad,
      })),
    },
    left: base.left.map((left) => ({ ...left, what: bad, proof: bad })),
    memory: {
      ...base.memory,
      limits: base.memory.limits.map((limit) => ({ ...limit, source: bad })),
      series: base.memory.series.map((series) => ({ ...series, rows: series.rows.slice(0, 60) })),
    },
    cost: { ...base.cost, skipped: [{ what: bad, why: terminal }] },
  };
}

/** Asked for while the program runs. */
export function stillRunning(): Report {
  return sample({
    ...growing(),
    end: { kind: 'still-running', code: null, signal: null, lastRecordAgeMs: null, text: 'still running' },
  });
}

export const samples: Readonly<Record<string, () => Report>> = {
  leaking,
  allWell,
  tooShort,
  growing,
  spike,
  killedByOom,
  manyProcesses,
  manyOpen,
  hostile,
  stillRunning,
};
