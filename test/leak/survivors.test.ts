import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SurvivorSeries, SurvivorVerdict } from '../../src/leak/index.ts';
import { judgeSurvivors, SurvivorJudge } from '../../src/leak/index.ts';
import type { Source } from './sampled-program.ts';
import { leakAt, sampled, server } from './sampled-program.ts';
import { randomNumbers } from './series.ts';

const remember = ['remember session.js:7'];

function blamed(series: SurvivorSeries, verdict: SurvivorVerdict = judgeSurvivors(series)): readonly string[] {
  return verdict.findings
    .filter(({ closed }) => closed === null)
    .map(({ level, frame }) => `${level} ${series.functions[frame]?.name}`);
}

/** Without what names samples and times: what may not change when both are counted otherwise. */
function essence({ level, findings }: SurvivorVerdict): unknown {
  return {
    level,
    findings: findings.map(({ frame, level: of, survivors, closed, leaves }) => ({
      frame,
      of,
      survivors,
      why: closed?.why,
      leaves,
    })),
  };
}

/** Calm and restless load, from idle to ten times as much. */
const loads = fc.record({ seed: fc.integer({ min: 1, max: 1e6 }), spread: fc.double({ min: 0, max: 1, noNaN: true }) });

function loadOf({ seed, spread }: { seed: number; spread: number }, mean = 80): (poll: number) => number {
  const random = randomNumbers(seed);
  const factors = Array.from({ length: 200 }, () => 1 + spread * (3 * random() - 1));
  return (poll) => Math.max(4, Math.round(mean * (factors[poll % 200] ?? 1)));
}

describe('a leak', () => {
  test('is named by its function, with its rate, its objects and what proves it', () => {
    const series = sampled({ sources: [leakAt(remember)], polls: 24 });
    const verdict = judgeSurvivors(series);
    expect(verdict.level).toBe('leak');
    const [finding] = verdict.findings;
    expect(series.functions[finding?.frame ?? -1]).toMatchObject({ name: 'remember', url: 'file:///app/session.js', line: 7 });
    expect(finding?.path.map((index) => series.functions[index]?.name)).toEqual(['handle', 'remember']);
    // 60 samples in 2 s, a fifth of them kept.
    expect(finding?.rate.bytesPerSecond).toBeGreaterThan(0.6 * 6 * 32_832);
    expect(finding?.rate.bytesPerSecond).toBeLessThan(1.4 * 6 * 32_832);
    expect(finding?.rate.low).toBeLessThan(6 * 32_832);
    expect(finding?.rate.high).toBeGreaterThan(6 * 32_832);
    // Samples of 64 bytes at 32 KiB stand for 513 objects each.
    expect((finding?.objects ?? 0) / (finding?.survivors ?? 1)).toBeCloseTo(513, 0);
    expect(finding?.collections).toBeGreaterThan(12);
    expect(finding?.leakMs).toBeGreaterThan(finding?.suspectMs ?? Infinity);
  });

  test('is found whatever the load, the share and the seed', () => {
    fc.assert(
      fc.property(
        loads,
        fc.double({ min: 0.08, max: 0.8, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (load, share, seed) => {
          const garbage: Source = { calls: server, share: 1 - share, fate: { kind: 'garbage' } };
          const series = sampled({ sources: [leakAt(remember, share), garbage], polls: 40, load: loadOf(load), seed });
          expect(blamed(series)).toEqual(['leak remember']);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('is found beside sessions, batches and a full cache', () => {
    const sources: readonly Source[] = [
      leakAt(remember, 0.15),
      { calls: [...server, 'login login.js:3'], share: 0.2, fate: { kind: 'ttl', samples: 300 } },
      { calls: [...server, 'batch batch.js:3'], share: 0.2, fate: { kind: 'batch', samples: 250 } },
      { calls: [...server, 'lookup cache.js:9'], share: 0.2, fate: { kind: 'cache', capacity: 40 } },
    ];
    expect(blamed(sampled({ sources, polls: 40 }))).toEqual(['leak remember']);
  });

  test.each([200, 300, 400])('is proven in a function that also makes what lives for a time: %d samples', (samples) => {
    const calls = [...server, ...remember];
    const sources: readonly Source[] = [
      leakAt(remember, 0.2),
      { calls, share: 0.25, fate: { kind: 'ttl', samples } },
      { calls: server, share: 0.5, fate: { kind: 'garbage' } },
    ];
    for (let seed = 1; seed <= 8; seed += 1)
      expect(blamed(sampled({ sources, polls: 24, seed })), `seed ${seed}`).toEqual(['leak remember']);
  });

  test('of a function that makes much at first, and less for ever, is proven by all that it keeps', () => {
    const warmUp: Source = { calls: [...server, ...remember], share: 0.1, fate: { kind: 'fills', capacity: 20 } };
    const sources: readonly Source[] = [leakAt(remember, 0.06), warmUp, { calls: server, share: 0.5, fate: { kind: 'garbage' } }];
    const proven = [1, 2, 3, 4, 5, 6, 7, 8].filter((seed) =>
      blamed(sampled({ sources, polls: 22, seed })).includes('leak remember'),
    );
    expect(proven.length).toBeGreaterThanOrEqual(6);
    expect(proven).toContain(8);
  });

  test('of what V8 may keep of code is proven at an even pace, and not while it gets less', () => {
    const sources: readonly Source[] = [leakAt(remember, 0.04), { calls: server, share: 0.5, fate: { kind: 'garbage' } }];
    const starting = (poll: number): number => (poll < 10 ? 60 : 20);
    const proven = (load: (poll: number) => number): number =>
      [1, 2, 3, 4, 5, 6, 7, 8].filter((seed) => blamed(sampled({ sources, polls: 22, seed, load })).includes('leak remember'))
        .length;
    expect(proven(() => 60)).toBeGreaterThanOrEqual(6);
    expect(proven(starting)).toBeLessThanOrEqual(2);
  });

  test('of less than a large heap rises and falls by is a suspect, until it is more', () => {
    const sources: readonly Source[] = [leakAt(remember, 0.1), { calls: server, share: 0.5, fate: { kind: 'garbage' } }];
    for (let seed = 1; seed <= 8; seed += 1) {
      expect(blamed(sampled({ sources, polls: 24, seed, heapMb: 200 })), `seed ${seed}`).not.toContain('leak remember');
      expect(blamed(sampled({ sources, polls: 60, seed, heapMb: 200 })), `seed ${seed}`).toEqual(['leak remember']);
    }
  });

  test('is found where the heap falls for some polls at first: V8 lets go of code that has not run for a time', () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const series = sampled({ sources: [leakAt(remember, 0.3)], polls: 20, seed });
      const polls = series.polls.map((poll, index) => ({
        ...poll,
        heapUsedBytes: poll.heapUsedBytes - Math.min(3, Math.max(0, index - 2)) * 12e6,
      }));
      expect(blamed({ ...series, polls }), `seed ${seed}`).toEqual(['leak remember']);
    }
  });

  test('is found beside a large table that is renewed row by row', () => {
    const table: Source = { calls: [...server, 'renew table.js:3'], share: 0.15, fate: { kind: 'replaces' } };
    for (let seed = 1; seed <= 8; seed += 1)
      expect(blamed(sampled({ sources: [leakAt(remember, 0.3), table], polls: 24, seed })), `seed ${seed}`).toEqual([
        'leak remember',
      ]);
  });

  test('is proven though the load has fallen, as long as it goes on', () => {
    const load = (poll: number): number => (poll < 11 ? 160 : 32);
    const garbage: Source = { calls: server, share: 0.6, fate: { kind: 'garbage' } };
    for (let seed = 1; seed <= 8; seed += 1)
      expect(blamed(sampled({ sources: [leakAt(remember, 0.4), garbage], polls: 14, load, seed })), `seed ${seed}`).toEqual([
        'leak remember',
      ]);
  });

  test('that begins late in a long run is found', () => {
    const sources = [{ ...leakAt(remember), from: 0.55 }, { calls: server, share: 0.8, fate: { kind: 'garbage' } } as const];
    expect(blamed(sampled({ sources, polls: 120 }))).toEqual(['leak remember']);
  });

  test('of two functions is two findings, and one made of several functions is one', () => {
    const two = sampled({
      sources: [leakAt(['a a.js:1', 'x x.js:1']), { ...leakAt(['b b.js:1']), calls: ['tick', 'b b.js:1'] }],
      polls: 30,
    });
    expect(blamed(two).toSorted()).toEqual(['leak b', 'leak x']);
    const parts = ['head h.js:1', 'body b.js:1', 'tail t.js:1'].map((part) => leakAt([...remember, part], 0.1));
    expect(blamed(sampled({ sources: parts, polls: 30 }))).toEqual(['leak remember']);
  });

  test('keeps its name at polls at which only a small part of it passes', () => {
    const sources: readonly Source[] = [
      leakAt(['evaluate e.js:15'], 0.25),
      leakAt(['traffic d.js:37'], 0.03),
      leakAt([], 0.03),
      { calls: server, share: 0.5, fate: { kind: 'garbage' } },
    ];
    for (let seed = 1; seed <= 4; seed += 1) {
      const series = sampled({ sources, polls: 24, seed });
      const evaluate = series.stacks.findIndex(({ frame }) => series.functions[frame]?.name === 'evaluate');
      const old = series.polls.slice(0, 20).flatMap(({ born }) => born.filter(({ stack }) => stack === evaluate));
      const released = old.filter((_, index) => index % 2 === 0).map(({ ordinal }) => ordinal);
      const polls = series.polls.map((poll, at) => (at === 22 ? { ...poll, died: released } : poll));
      expect(blamed({ ...series, polls: polls.slice(0, 22) }), `seed ${seed}`).toEqual(['leak evaluate']);
      expect(blamed({ ...series, polls }), `seed ${seed}`).toContain('leak evaluate');
      expect(blamed({ ...series, polls }), `seed ${seed}`).not.toContain('leak traffic');
    }
  });

  test('in a callback without a name is told by the function that a builtin calls it from', () => {
    const series = sampled({ sources: [leakAt([...remember, 'map', ' session.js:9'])], polls: 24 });
    expect(blamed(series)).toEqual(['leak remember']);
    const later = sampled({ sources: [leakAt([...remember, ' session.js:9'])], polls: 24 });
    expect(blamed(later)).toEqual(['leak ']);
  });

  test('that is hidden by inlining is named as it was before it was optimised', () => {
    const plain: Source = { ...leakAt(remember), to: 0.1 };
    const inlined: Source = { calls: server, share: 0.2, fate: { kind: 'forever' }, from: 0.1 };
    const sources = [plain, { ...inlined, share: 0.2 }];
    expect(blamed(sampled({ sources, polls: 40 }))).toEqual(['leak remember']);
    expect(blamed(sampled({ sources: [{ ...inlined, from: 0 }], polls: 40 }))).toEqual(['leak handle']);
  });

  const kept = (calls: readonly string[], share: number, from: number, to: number): Source => ({
    ...leakAt(calls, share),
    from,
    to,
  });

  test('that V8 inlines, and no longer, and again, is named as where it is not', () => {
    const sources = [
      kept(remember, 0.2, 0, 0.35),
      kept([], 0.2, 0.35, 0.7),
      kept(remember, 0.2, 0.7, 0.85),
      kept([], 0.2, 0.85, 1),
    ];
    for (let seed = 1; seed <= 4; seed += 1)
      expect(blamed(sampled({ sources, polls: 40, seed })), `seed ${seed}`).toEqual(['leak remember']);
  });

  test('that is hidden by inlining, but not what it calls, is named all the same', () => {
    const [parse, store] = ['parse p.js:3', 'store s.js:9'];
    const calls = (parts: readonly string[], share: number) => [
      kept([...remember, ...parts], share, 0, 0.3),
      kept(parts, share, 0.3, 1),
    ];
    const sources = [...calls([parse], 0.08), ...calls([store], 0.08), ...calls([], 0.05)];
    for (let seed = 1; seed <= 4; seed += 1)
      expect(blamed(sampled({ sources, polls: 40, seed })), `seed ${seed}`).toEqual(['leak remember']);
    // Who calls them by himself all along is told by himself.
    const mixed = [[...remember, parse], [...remember, store], [parse], [store]].map((parts) => leakAt(parts, 0.06));
    expect(blamed(sampled({ sources: mixed, polls: 40 }))).toEqual(['leak handle']);
  });

  test.each([0.25, 0.33, 0.5])('of a line of jobs, of which %f for each new one are taken out, is found', (taken) => {
    const line = (share: number): Source => ({ calls: [...server, ...remember], share, fate: { kind: 'line', taken } });
    const garbage: Source = { calls: server, share: 0.6, fate: { kind: 'garbage' } };
    for (let seed = 1; seed <= 10; seed += 1) {
      expect(blamed(sampled({ sources: [line(0.4), garbage], polls: 40, seed })), `seed ${seed}`).toEqual(['leak remember']);
    }
  });

  test('is not hidden by a line of jobs that the same function fills', () => {
    const line: Source = { calls: ['tick', ...remember], share: 0.1, fate: { kind: 'line', taken: 0.5 } };
    const garbage: Source = { calls: server, share: 0.4, fate: { kind: 'garbage' } };
    for (let seed = 1; seed <= 20; seed += 1) {
      const series = sampled({ sources: [leakAt(remember), line, garbage], polls: 20, seed });
      expect(blamed(series), `seed ${seed}`).toContain('leak remember');
    }
  });

  test('of a line is told by who filled it before it was inlined, though what it made then is gone', () => {
    const early: Source = { calls: [...server, ...remember], share: 0.4, fate: { kind: 'ttl', samples: 200 }, to: 0.05 };
    const inlined: Source = { calls: server, share: 0.4, fate: { kind: 'line', taken: 0.33 }, from: 0.05 };
    expect(blamed(sampled({ sources: [early, inlined], polls: 40 }))).toEqual(['leak remember']);
  });

  test.each([2, 3, 4])('in bursts, one in %d polls, is found, and proven after six of them', (every) => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const garbage: Source = { calls: server, share: 0.5, fate: { kind: 'garbage' } };
      const series = sampled({ sources: [{ ...leakAt(remember, 0.5), every }, garbage], polls: 10 * every + 4, seed });
      const { findings } = judgeSurvivors(series);
      expect(findings, `seed ${seed}`).toMatchObject([{ level: 'leak', closed: null }]);
      if (every > 2) expect(findings[0]?.leakMs).toBeGreaterThan(6 * every * 2_000);
    }
  });

  test('of scripts that are loaded over and over is told by who loads them', () => {
    const load: Source = { ...leakAt(['load plug-ins.js:3'], 0.3), scattered: 'scripts' };
    for (let seed = 1; seed <= 10; seed += 1)
      expect(blamed(sampled({ sources: [load], polls: 24, seed })), `seed ${seed}`).toEqual(['leak load']);
  });

  test('names what the runtime was asked for', () => {
    const series = sampled({ sources: [leakAt([...remember, 'addEventListener'])], polls: 24 });
    const [leaf] = judgeSurvivors(series).findings[0]?.leaves ?? [];
    expect(series.functions[leaf?.callee ?? -1]?.name).toBe('addEventListener');
  });
});

describe('no leak', () => {
  const clean: readonly (readonly [string, Source])[] = [
    ['garbage', { calls: server, share: 1, fate: { kind: 'garbage' } }],
    ['sessions with a time to live', { calls: server, share: 0.5, fate: { kind: 'ttl', samples: 200 } }],
    ['batches', { calls: server, share: 0.5, fate: { kind: 'batch', samples: 300 } }],
    ['a large table that is renewed row by row', { calls: server, share: 0.4, fate: { kind: 'replaces' } }],
    ['one burst', { calls: server, share: 0.5, fate: { kind: 'forever' }, from: 0.4, to: 0.5 }],
    ['what is loaded at the start', { calls: server, share: 0.6, fate: { kind: 'forever' }, to: 0.2 }],
    [
      'a compiler that warms up',
      { calls: [...server, 'compile tsc.js:1'], share: 0.3, fate: { kind: 'forever' }, scattered: 'functions' },
    ],
    [
      'a program whose one script warms up under the function that loaded it',
      {
        calls: [...server, 'start bin.js:3', ' cli.js:1:1', 'compile tsc.js:1'],
        share: 0.3,
        fate: { kind: 'forever' },
        scattered: 'functions',
      },
    ],
    [
      'what the runtime keeps for itself',
      { calls: ['processTicksAndRejections', 'allocate'], share: 0.4, fate: { kind: 'forever' } },
    ],
  ];

  test.each(clean)('%s', (_name, source) => {
    for (let seed = 1; seed <= 20; seed += 1) expect(blamed(sampled({ sources: [source], polls: 40, seed }))).toEqual([]);
  });

  test('bursts that stay until five others came, or that end after five', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const burst: Source = { ...leakAt(remember, 0.5), every: 3 };
      const kept: Source = { ...burst, fate: { kind: 'cache', capacity: 5 * 30 } };
      const ended: Source = { ...burst, to: 0.3 };
      for (const source of [kept, ended]) {
        const { findings } = judgeSurvivors(sampled({ sources: [source], polls: 48, seed }));
        expect(
          findings.filter(({ level, closed }) => level === 'leak' || closed === null),
          `seed ${seed}`,
        ).toEqual([]);
      }
    }
  });

  test('lines of jobs that are emptied as fast as they fill, and what lives for a time under rising load', () => {
    const rising = (poll: number): number => 30 + 3 * poll;
    for (let seed = 1; seed <= 20; seed += 1) {
      for (const taken of [1, 1.1, 2]) {
        const line: Source = { calls: server, share: 0.5, fate: { kind: 'line', taken } };
        expect(blamed(sampled({ sources: [line], polls: 40, seed })), `${taken} taken, seed ${seed}`).toEqual([]);
        expect(blamed(sampled({ sources: [line], polls: 40, load: rising, seed })), `${taken}, rising, seed ${seed}`).toEqual([]);
      }
      for (const samples of [100, 300, 500]) {
        const sessions: Source = { calls: server, share: 0.5, fate: { kind: 'ttl', samples } };
        const { findings } = judgeSurvivors(sampled({ sources: [sessions], polls: 40, load: rising, seed }));
        expect(findings.filter(({ level, closed }) => level === 'leak' || closed === null)).toEqual([]);
      }
    }
  });

  test('a cache that is full never ends as a leak', () => {
    fc.assert(
      fc.property(
        loads,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (load, share, fullAt, seed) => {
          const capacity = Math.round(share * 80 * 40 * fullAt * 0.75);
          const source: Source = { calls: [...server, 'lookup cache.js:9'], share, fate: { kind: 'cache', capacity } };
          expect(blamed(sampled({ sources: [source], polls: 40, load: loadOf(load), seed }))).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a cache that was suspected while it filled closes itself with the reason', () => {
    const source: Source = { calls: [...server, 'lookup cache.js:9'], share: 0.5, fate: { kind: 'cache', capacity: 300 } };
    const { findings, level } = judgeSurvivors(sampled({ sources: [source], polls: 30 }));
    expect(level).toBe('clear');
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ level: 'suspect', leakMs: null });
    expect(findings[0]?.closed?.why).toMatch(/cache|no more than before|nothing more/);
  });

  test('what stops being made shortly before it would be proven is no leak', () => {
    const garbage: Source = { calls: server, share: 0.8, fate: { kind: 'garbage' } };
    for (const lastPoll of [8.5, 9, 9.5, 10, 10.5, 11]) {
      for (let seed = 1; seed <= 20; seed += 1) {
        const sources = [{ ...leakAt(remember), to: lastPoll / 30 }, garbage];
        const { findings } = judgeSurvivors(sampled({ sources, polls: 30, seed }));
        expect(
          findings.map(({ level }) => level),
          `poll ${lastPoll}, seed ${seed}`,
        ).toEqual(['suspect']);
      }
    }
  });

  test('a leak that was mended while the program ran closes itself', () => {
    const series = sampled({
      sources: [
        { ...leakAt(remember), to: 0.4 },
        { calls: server, share: 0.8, fate: { kind: 'garbage' } },
      ],
      polls: 60,
    });
    const { findings, level } = judgeSurvivors(series);
    expect(level).toBe('clear');
    expect(findings[0]?.closed).not.toBeNull();
  });
});

describe('too short', () => {
  test('is a verdict of its own, with what would be enough', () => {
    const verdict = judgeSurvivors(sampled({ sources: [leakAt(remember)], polls: 3 }));
    expect(verdict).toMatchObject({ level: 'too-short', findings: [] });
    expect(verdict.wouldBeEnough).toBe('about 8 s more under load: 7 polls decide');
    expect(judgeSurvivors({ intervalBytes: 1, functions: [], stacks: [], polls: [] }).level).toBe('too-short');
  });
});

describe('the same verdict', () => {
  const series = sampled({
    sources: [leakAt(remember, 0.1), { calls: [...server, 'login login.js:3'], share: 0.3, fate: { kind: 'ttl', samples: 150 } }],
    polls: 30,
    seed: 5,
  });
  const expected = essence(judgeSurvivors(series));

  test('poll by poll as over the whole', () => {
    const judge = new SurvivorJudge(series);
    for (const poll of series.polls) judge.add(poll);
    expect(judge.verdict).toEqual(judgeSurvivors(series));
  });

  test('when time goes slower or faster', () => {
    for (const factor of [0.1, 3, 60]) {
      const polls = series.polls.map((poll) => ({ ...poll, tMs: poll.tMs * factor }));
      expect(essence(judgeSurvivors({ ...series, polls }))).toEqual(expected);
    }
  });

  test('when every sample stands for more', () => {
    const times = (ordinal: number): number => ordinal * 7;
    const polls = series.polls.map((poll) => ({
      ...poll,
      clock: times(poll.clock),
      born: poll.born.map((sample) => ({ ...sample, ordinal: times(sample.ordinal) })),
      died: poll.died.map(times),
    }));
    expect(essence(judgeSurvivors({ ...series, polls }))).toEqual(expected);
  });

  test('in whatever order a poll lists its samples', () => {
    const polls = series.polls.map((poll) => ({ ...poll, born: poll.born.toReversed(), died: poll.died.toReversed() }));
    expect(judgeSurvivors({ ...series, polls }).level).toBe('leak');
    expect(blamed({ ...series, polls })).toEqual(blamed(series));
  });

  test('when polls come twice, or name samples that nobody knows', () => {
    const polls = series.polls.flatMap((poll) => [{ ...poll, died: [...poll.died, 9e9] }, poll]);
    expect(essence(judgeSurvivors({ ...series, polls }))).toEqual(expected);
  });
});

test('a run of thousands of polls is judged by at most 64 cohorts', () => {
  const series = sampled({
    sources: [leakAt(remember, 0.02), { calls: server, share: 0.9, fate: { kind: 'ttl', samples: 200 } }],
    polls: 3_000,
    load: () => 20,
  });
  const verdict = judgeSurvivors(series);
  expect(blamed(series, verdict)).toEqual(['leak remember']);
  expect(verdict.findings[0]?.cohorts.length).toBeLessThanOrEqual(64);
});

test('never throws, whatever a damaged recording says', () => {
  const figure = fc.oneof(fc.integer({ min: -3, max: 60 }), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0.5));
  const poll = fc.record({
    tMs: figure,
    clock: figure,
    heapUsedBytes: figure,
    externalBytes: figure,
    born: fc.array(fc.record({ stack: figure, ordinal: figure, bytes: figure })),
    died: fc.array(figure),
  });
  const stacks = fc.array(fc.record({ parent: figure, frame: figure }), { maxLength: 6 });
  const functions = [{ name: 'f', url: 'file:///f.js', line: 1, column: 1 }];
  fc.assert(
    fc.property(fc.array(poll, { maxLength: 90 }), stacks, (polls, tree) => {
      judgeSurvivors({ intervalBytes: 32_768, functions, stacks: tree, polls });
    }),
  );
});
