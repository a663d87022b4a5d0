import type { Clock, Timer } from '../../kernel/clock/index.ts';

/** Why we stopped to follow. */
export type Reason = 'interrupted' | 'duration' | 'ended';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const tickMs = 500;

export interface UntilEndOptions {
  readonly clock: Clock;
  readonly durationMs: number | undefined;
  /** Called twice a second; answers whether there is still something to follow. */
  readonly tick: () => boolean;
}

/** Resolves when a signal came, the time is over, or there is nothing to follow any more. A second signal ends us as usual. */
export function untilEnd({ clock, durationMs, tick }: UntilEndOptions): Promise<Reason> {
  return new Promise((resolve) => {
    const timers: Timer[] = [];
    const interrupt = (): void => done('interrupted');
    function done(reason: Reason): void {
      for (const name of signals) process.off(name, interrupt);
      for (const timer of timers) timer.cancel();
      resolve(reason);
    }
    function again(): void {
      timers[0] = clock.schedule(tickMs, () => (tick() ? again() : done('ended')), { ref: true });
    }
    for (const name of signals) process.on(name, interrupt);
    if (durationMs !== undefined) timers[1] = clock.schedule(durationMs, () => done('duration'), { ref: true });
    again();
  });
}
