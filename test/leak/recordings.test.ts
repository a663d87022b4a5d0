import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { GrowthLevel } from '../../src/leak/index.ts';
import { judgeGrowth } from '../../src/leak/index.ts';

/** A recorded run: a poll with a forced collection every 2 s (about 19 over 36 s), `n_*` clean and `p_*` leaking. */
interface Recording {
  readonly name: string;
  readonly seed: string;
  readonly polls: readonly { readonly t: number; readonly heap: number; readonly ext: number }[];
  /** Seconds, heap, external, resident bytes, requests. */
  readonly series: readonly (readonly [number, number, number, number, number])[];
}

const folder = join(process.env['WATERTIGHT_TEST_DATA'] ?? '', 'leak-series', 'synthetic');
const present = process.env['WATERTIGHT_TEST_DATA'] !== undefined && existsSync(folder);

function recordings(): readonly Recording[] {
  return readdirSync(folder).map((file) => JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString()) as Recording);
}

/** The verdict over every n-th poll. */
function judge(recording: Recording, nth: number): GrowthLevel {
  const polls = recording.polls.filter((_, i) => i % nth === 0);
  return judgeGrowth({
    points: polls.map(({ t, heap, ext }) => ({ tMs: t * 1000, liveBytes: heap + ext, heapBytes: heap, how: 'forced' })),
    durationMs: (recording.series.at(-1)?.[0] ?? 0) * 1000,
    limits: [{ name: 'heap', bytes: 256 * 1024 ** 2 }],
    rss: recording.series.map(([seconds, , , rss]) => [seconds * 1000, rss]),
  }).level;
}

describe.runIf(present)('recorded programs (WATERTIGHT_TEST_DATA)', () => {
  test.each([1, 2, 3])('judged by every poll, every second and every third: %i', (nth) => {
    const growing = recordings()
      .filter((recording) => judge(recording, nth) === 'growing')
      .map(({ name }) => name);
    expect(growing.filter((name) => name.startsWith('n_')).length, 'clean runs flagged, of 42').toBeLessThanOrEqual(1);
    expect(growing.filter((name) => name.startsWith('p_')).length, 'leaking runs found, of 42').toBeGreaterThanOrEqual(34);
  });

  test('the program that loads its configuration once is a spike', () => {
    const steps = recordings().filter(({ name }) => name === 'n_step_config');
    expect(steps.map((recording) => judge(recording, 1))).toEqual(['spike', 'spike', 'spike']);
  });
});
