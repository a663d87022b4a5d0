import type { CollectedPoint, GrowthInput } from '../../src/leak/index.ts';

export const MB = 1024 ** 2;

/** The same numbers between 0 and 1 for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), state | 1) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a program keeps at a time t between 0 and 1 of its run, in MB above its base; `n` is the number of the point. */
export type Shape = (t: number, n: number, random: () => number) => number;

export interface SeriesOptions {
  readonly seed?: number;
  readonly count?: number;
  readonly everyMs?: number;
  readonly baseMb?: number;
  /** Width of the scatter, as a share of the base. */
  readonly scatter?: number;
  readonly how?: CollectedPoint['how'];
}

export function pointsOf(shape: Shape, options: SeriesOptions = {}): readonly CollectedPoint[] {
  const { seed = 1, count = 20, everyMs = 2000, baseMb = 20, scatter = 0.004, how = 'forced' } = options;
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, n) => ({
    tMs: (n + 1) * everyMs,
    liveBytes: Math.round((baseMb * (1 + scatter * (random() - 0.5)) + shape(n / Math.max(1, count - 1), n, random)) * MB),
    how,
  }));
}

export function inputOf(points: readonly CollectedPoint[], more: Partial<GrowthInput> = {}): GrowthInput {
  return { points, durationMs: (points.at(-1)?.tMs ?? 0) + 1000, limits: [], ...more };
}

/** Programs that do not leak. */
export const clean: Readonly<Record<string, Shape>> = {
  steady: () => 0,
  sawtooth: (_, n) => (n % 5) * 2,
  'slow sawtooth': (_, n) => (n % 9) * 2,
  'warm-up': (t) => 10 * (1 - Math.exp(-t / 0.12)),
  'a cache that fills early': (t) => 15 * Math.min(1, t / 0.3),
  'a cache that fills late': (t) => 15 * Math.min(1, t / 0.55),
  'a burst that goes away': (t) => (t > 0.4 && t < 0.6 ? 40 * (t - 0.4) : 0),
  'a tide': (t) => 6 * Math.sin(t * 2 * Math.PI * 2.3),
  'growth that ended': (t) => 12 * Math.min(1, t / 0.6),
  'a queue that comes and goes': (_, _n, random) => 3 * random(),
  'one step': (t) => (t > 0.55 ? 30 : 0),
};

/** Programs that do. */
export const leaking: Readonly<Record<string, Shape>> = {
  linear: (t) => 20 * t,
  slow: (t) => 2 * t,
  accelerating: (t) => 20 * t * t,
  'in small steps': (_, n) => Math.floor(n / 2),
  'under a fast sawtooth': (t, n) => 30 * t + (n % 2) * 2,
  'after a warm-up': (t) => 8 * (1 - Math.exp(-t / 0.1)) + 12 * t,
  'beside a cache that filled': (t) => 8 * Math.min(1, t / 0.2) + 12 * t,
};
