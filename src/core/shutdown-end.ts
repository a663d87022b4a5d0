import { constants } from 'node:os';

/**
 * The package signal-exit (inside many others) listens to signals, but leaves the end to whoever listens as well. Its listeners must
 * not count as somebody who takes the end over, and its hooks, which clean up too, must still run. Versions 3 and 4 keep what they
 * share between copies of theirs at these places.
 */
function signalExitEmitters(): readonly object[] {
  const holders: readonly unknown[] = [
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
    Reflect.get(process, '__signal_exit_emitter__'),
  ];
  return holders.filter((holder): holder is object => typeof holder === 'object' && holder !== null);
}

function countOf(emitter: object): number {
  const count: unknown = Reflect.get(emitter, 'count');
  return typeof count === 'number' ? count : 0;
}

function runHooks(emitter: object, signal: NodeJS.Signals): void {
  const emit: unknown = Reflect.get(emitter, 'emit');
  if (countOf(emitter) === 0 || typeof emit !== 'function') return;
  try {
    Reflect.apply(emit, emitter, ['exit', null, signal]);
  } catch {
    // A hook of somebody else's failed while the process is ending: there is nobody left to be told.
  }
}

/** Whether the program itself listens to the signal, beside us: then the end is its own to decide. */
export function othersListen(signal: NodeJS.Signals): boolean {
  const modest = signalExitEmitters().reduce((sum, emitter) => sum + countOf(emitter), 0);
  return process.listenerCount(signal) - modest > 1;
}

/**
 * Ends the process so that its parent sees a death by this signal. As the first process of a container that is not possible, the
 * kernel drops the signal: then with the status that shells use for it.
 */
export function dieBy(signal: NodeJS.Signals): void {
  for (const emitter of signalExitEmitters()) runHooks(emitter, signal);
  process.removeAllListeners(signal);
  try {
    process.kill(process.pid, signal);
  } catch {
    // Not permitted here (permission model, sandbox): the status has to do.
  }
  process.exit(128 + (constants.signals[signal] ?? 0));
}
