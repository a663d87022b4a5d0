import { constants } from 'node:os';

/** Listeners of signal-exit (inside many packages): they leave the end to others, and so must not count as somebody who takes it over. */
function modestListeners(): number {
  const holders: readonly unknown[] = [
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
    Reflect.get(process, '__signal_exit_emitter__'),
  ];
  return holders.reduce<number>((sum, holder) => {
    const count: unknown = typeof holder === 'object' && holder !== null ? Reflect.get(holder, 'count') : 0;
    return sum + (typeof count === 'number' ? count : 0);
  }, 0);
}

/** Whether the program itself listens to the signal, beside us: then the end is its own to decide. */
export function othersListen(signal: NodeJS.Signals): boolean {
  return process.listenerCount(signal) - modestListeners() > 1;
}

/**
 * Ends the process so that its parent sees a death by this signal. As the first process of a container that is not possible, the
 * kernel drops the signal: then with the status that shells use for it.
 */
export function dieBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  try {
    process.kill(process.pid, signal);
  } catch {
    // Not permitted here (permission model, sandbox): the status has to do.
  }
  process.exit(128 + (constants.signals[signal] ?? 0));
}
