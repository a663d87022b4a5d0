import type { Clock, Timer } from '../kernel/clock/index.ts';

/** Pauses between calls: short at first, so that what ends soon is seen. */
const pauses = [100, 200, 400];
const pollMs = 1_000;

/** Calls until cancelled. The timers do not keep us alive: the child does. */
export function repeatedly(clock: Clock, tick: () => void): { cancel(): void } {
  let timer: Timer;
  let count = 0;
  const again = () => {
    timer = clock.schedule(pauses[count] ?? pollMs, () => {
      count += 1;
      tick();
      again();
    });
  };
  again();
  return { cancel: () => timer.cancel() };
}
