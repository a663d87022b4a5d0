import { expect, test } from 'vitest';
import { ManualClock } from '../../src/kernel/clock/index.ts';
import { CollectionCounter } from '../../src/memory/collections.ts';
import { collectGarbage } from '../../src/memory/index.ts';
import { LoopDelayGauge } from '../../src/memory/loop-delay.ts';
import { PacedPss } from '../../src/memory/paced-pss.ts';

const { setTimeout: wait } = globalThis;
const pause = (ms: number) => new Promise<void>((resolve) => void wait(resolve, ms));

/** Polls until there is a value; fails after 10 s. */
async function eventually<T>(read: () => T | null): Promise<T> {
  for (let tries = 0; tries < 500; tries++) {
    const value = read();
    if (value !== null) return value;
    await pause(20);
  }
  throw new Error('there was never a value');
}

test('a forced collection is counted as a full one; a stopped counter says nothing', async () => {
  const counter = new CollectionCounter();
  expect(counter.totals()).toBeNull();
  counter.start();
  counter.start();
  collectGarbage();
  const totals = await eventually(() => {
    const seen = counter.totals();
    return seen !== null && seen.full > 0 ? seen : null;
  });
  expect(totals.fullMs).toBeGreaterThan(0);
  expect(totals.longestMs).toBeGreaterThanOrEqual(totals.fullMs / totals.full);
  counter.stop();
  expect(counter.totals()).toBeNull();
});

test('the delay of the event loop is measured, and starts anew with each reading', async () => {
  const gauge = new LoopDelayGauge();
  expect(gauge.take()).toBeNull();
  gauge.start();
  gauge.start();
  const delay = await eventually(() => gauge.take());
  expect(delay.maxMs).toBeGreaterThanOrEqual(delay.meanMs);
  expect(delay.meanMs).toBeGreaterThanOrEqual(0);
  expect(gauge.take()).toBeNull();
  gauge.stop();
  expect(gauge.take()).toBeNull();
});

test('what is expensive is read once per interval, and more seldom the longer it takes', () => {
  const clock = new ManualClock();
  let [costMs, reads] = [1, 0];
  const pss = new PacedPss(clock, 60_000, () => {
    clock.advance(costMs);
    return ++reads;
  });
  for (let second = 0; second < 120; second++) {
    pss.take();
    clock.advance(1000);
  }
  expect(reads).toBe(2);
  costMs = 100;
  clock.advance(60_000);
  expect(pss.take()).toBe(3);
  clock.advance(490_000);
  expect(pss.take()).toBe(3);
  clock.advance(10_000);
  expect(pss.take()).toBe(4);
});
