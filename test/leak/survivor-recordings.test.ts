import { beforeAll, describe, expect, test } from 'vitest';
import type { SurvivorVerdict } from '../../src/leak/index.ts';
import { judgeCounter, judgeSurvivors } from '../../src/leak/index.ts';
import type { Recording } from './recordings-survivors.ts';
import { isPresent, recordings } from './recordings-survivors.ts';

interface Judged extends Recording {
  readonly verdict: SurvivorVerdict;
}

/** The functions that are to blame in the published packages, by file and line. */
const guilty: Readonly<Record<string, RegExp>> = {
  'axios.old': /http\.js:46$/,
  'debug.old': /common\.js:64$/,
  'node-cron.old': /scheduled-task\.js:9$/,
  'p-map.old': /p-map\.mjs:1$|index\.js:(?:1|101)$/,
  'p-queue.old': /index\.js:272$/,
  'winston-exc.old': /logger\.js:40$/,
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

describe.runIf(isPresent)('recorded programs (WATERTIGHT_TEST_DATA)', () => {
  let clean: readonly Judged[] = [];
  let leaking: readonly Judged[] = [];

  beforeAll(() => {
    const all = recordings().map((recording) => ({ ...recording, verdict: judgeSurvivors(recording.series) }));
    clean = all.filter(({ leaks }) => !leaks);
    leaking = all.filter(({ leaks }) => leaks);
  });

  test('no clean run is called a leak at any time, and none is suspected at its end', () => {
    expect(clean).toHaveLength(49);
    expect(clean.filter(({ verdict }) => verdict.findings.some(({ level }) => level === 'leak')).map(({ name }) => name)).toEqual(
      [],
    );
    expect(clean.filter(({ verdict }) => verdict.level !== 'clear').map(({ name }) => name)).toEqual([]);
    expect(clean.filter(({ verdict }) => verdict.findings.length > 0).length).toBeLessThanOrEqual(8);
  });

  test('leaks of objects are found, the faster ones proven within the 40 s', () => {
    const found = leaking.filter(({ verdict }) => verdict.level === 'leak' || verdict.level === 'suspect');
    expect(found.length, 'of 48: the 49th leaks descriptors').toBeGreaterThanOrEqual(47);
    expect(leaking.filter(({ verdict }) => verdict.level === 'leak').length).toBeGreaterThanOrEqual(36);
    const times = found.map(({ verdict }) => Math.min(...verdict.findings.map(({ suspectMs }) => suspectMs)));
    expect(median(times)).toBeLessThan(16_000);
  });

  test('the right function is blamed in the published packages', () => {
    for (const { name, verdict, series } of leaking) {
      const [finding] = verdict.findings;
      const place = series.functions[finding?.frame ?? -1];
      if (guilty[name] !== undefined) expect(`${place?.url}:${place?.line}`, name).toMatch(guilty[name]);
    }
  });

  test('counters find leaks of descriptors and buffers, and nothing in clean runs', () => {
    const judge = ({ polls }: Recording): readonly string[] => {
      const external = judgeCounter(
        polls.map((poll) => [poll.t * 1000, poll.ext] as const),
        'external',
      );
      const descriptors = judgeCounter(
        polls.flatMap((poll) => (poll.fd === undefined ? [] : [[poll.t * 1000, poll.fd.n] as const])),
        'count',
      );
      return [
        external === null ? '' : `external ${external.level}`,
        descriptors === null ? '' : `descriptors ${descriptors.level}`,
      ].filter((text) => text !== '');
    };
    expect(clean.flatMap(judge)).toEqual([]);
    expect(leaking.filter(({ name }) => name.startsWith('p_buffer_slice')).flatMap(judge)).toEqual([
      'external leak',
      'external leak',
      'external leak',
    ]);
    expect(leaking.filter(({ name }) => name === 'write-file-atomic.old').flatMap(judge)).toEqual(['descriptors leak']);
  });
});
