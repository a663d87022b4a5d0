import { CoarseClock, TimingWheel } from '../kernel/clock/index.ts';
import type { Clock } from '../kernel/clock/index.ts';

/** What all registries on one clock share: one remembered time, one wheel of deadlines. */
export interface SharedTime {
  readonly clock: Clock;
  readonly coarse: CoarseClock;
  readonly wheel: TimingWheel;
}

const byClock: WeakMap<Clock, SharedTime> = new WeakMap();

export function timeOf(clock: Clock): SharedTime {
  let time = byClock.get(clock);
  if (time === undefined) {
    time = { clock, coarse: new CoarseClock(clock), wheel: new TimingWheel(clock) };
    byClock.set(clock, time);
  }
  return time;
}
