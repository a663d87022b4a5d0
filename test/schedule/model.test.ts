import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { ManualClock, ResourceRegistry } from '../../src/core/index.ts';
import { CleanupScheduler } from '../../src/schedule/index.ts';
import type { OverlapPolicy } from '../../src/schedule/index.ts';

type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'settle'; readonly well: boolean }
  | { readonly do: 'set-clock'; readonly ms: number }
  | { readonly do: 'cancel' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 2_500 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), well: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('set-clock' as const), ms: fc.integer({ min: -1e8, max: 1e8 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'cancel' as const }) },
);

const intervalMs = 1_000;
const backoff = { firstMs: 1, maxMs: 1 };

/** One recurring task, driven by the steps; what it did is kept. */
class World {
  readonly clock: ManualClock = new ManualClock();
  readonly registry: ResourceRegistry = new ResourceRegistry({ clock: this.clock });
  readonly scheduler: CleanupScheduler = new CleanupScheduler({ registry: this.registry, clock: this.clock, random: () => 0.5 });
  readonly startedAt: number[] = [];
  running = 0;
  most = 0;
  afterCancel = 0;
  cancelled = false;
  cancelling: Promise<unknown> | undefined;
  #settle: ((well: boolean) => void) | undefined;

  constructor(overlap: OverlapPolicy) {
    this.scheduler.scheduleRecurringCleanup('task', () => this.#run(), { intervalMs, overlap, backoff });
  }

  #run(): Promise<void> {
    this.startedAt.push(this.clock.monotonic());
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    if (this.cancelled) this.afterCancel += 1;
    return new Promise((resolve, reject) => {
      this.#settle = (well) => {
        this.#settle = undefined;
        this.running -= 1;
        if (well) resolve();
        else reject(new Error('badly'));
      };
    });
  }

  async take(next: Step): Promise<void> {
    if (next.do === 'wait') await this.clock.advanceAsync(next.ms);
    else if (next.do === 'set-clock') this.clock.jump(next.ms);
    else if (next.do === 'settle') this.#settle?.(next.well);
    else {
      this.cancelled = true;
      this.cancelling ??= this.scheduler.cancelTask('task').catch(() => undefined);
    }
    // Outcomes are heard of after a few turns of the promise queue.
    await this.clock.advanceAsync(0);
  }

  async finish(): Promise<void> {
    await this.take({ do: 'cancel' });
    while (this.running > 0) await this.take({ do: 'settle', well: true });
    await this.cancelling;
    await this.clock.advanceAsync(10_000);
  }
}

describe('whatever happens to a recurring task', () => {
  test.prop([fc.constantFrom<OverlapPolicy>('skip', 'queue', 'cancel'), fc.array(step, { maxLength: 40 })], { numRuns: 200 })(
    'it never overlaps, loses no run, and none begins after a cancel',
    async (overlap, steps) => {
      const world = new World(overlap);
      for (const next of steps) {
        await world.take(next);
        expect(world.running).toBeLessThanOrEqual(1);
        if (world.cancelled) continue;
        const status = world.scheduler.getTask('task');
        const due = Math.floor(world.clock.monotonic() / intervalMs);
        expect(status?.runs).toBe(world.startedAt.length);
        // Every point of the grid is a run or was left out because of one; what is queued stands for all that it missed.
        if (overlap === 'skip') {
          const pausing = (status?.failures ?? 0) > 0 ? 1 : 0;
          expect((status?.runs ?? 0) + (status?.skipped ?? 0)).toBeGreaterThanOrEqual(due - pausing);
          expect((status?.runs ?? 0) + (status?.skipped ?? 0)).toBeLessThanOrEqual(due);
        } else if (due > 0) {
          expect(status?.runs).toBeGreaterThanOrEqual(1);
        }
        // Between runs something is always planned, within one interval.
        if (world.running === 0) {
          expect((status?.nextRunAtMs ?? Infinity) - world.clock.now()).toBeLessThanOrEqual(intervalMs);
        }
      }
      await world.finish();
      expect(world.most).toBeLessThanOrEqual(1);
      expect(world.afterCancel).toBe(0);
      expect(world.registry.count()).toBe(0);
      expect(world.clock.pending()).toBe(0);
    },
  );
});
