import type { Clock } from './clock.ts';

/** Resolves after this time; keeps the process alive until then. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(delayMs, resolve, { ref: true });
  });
}

/** Resolves to whether the condition came true before the time was over; asks at once and then every `stepMs`. */
export async function until(
  clock: Clock,
  condition: () => boolean,
  options: { readonly withinMs: number; readonly stepMs: number },
): Promise<boolean> {
  const deadline = clock.monotonic() + options.withinMs;
  for (;;) {
    if (condition()) return true;
    if (clock.monotonic() >= deadline) return false;
    await pause(clock, options.stepMs);
  }
}
