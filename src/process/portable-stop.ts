import type { ChildProcess } from 'node:child_process';
import { until } from '../kernel/clock/index.ts';
import type { Clock } from '../kernel/clock/index.ts';
import type { StopSettings } from './options.ts';
import type { StopReport } from './types.ts';

const stepMs = 20;

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Signals the child's group, only while the child itself has not been asked for its status: until then its number is its own. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (hasEnded(child) || child.pid === undefined) return false;
  try {
    return process.platform === 'win32' ? child.kill(signal) : process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

/** Where there is no /proc: only the group is known, and nothing can be proved of what has left it. Never rejects. */
export async function stopGroup(child: ChildProcess, clock: Clock, settings: StopSettings): Promise<StopReport> {
  const begun = clock.monotonic();
  const ended = (): boolean => hasEnded(child);
  const signalled = killGroup(child, settings.signal) ? 1 : 0;
  await until(clock, ended, { withinMs: settings.graceMs, stepMs });
  const killed = killGroup(child, 'SIGKILL') ? 1 : 0;
  await until(clock, ended, { withinMs: settings.killGraceMs, stepMs });
  const durationMs = Math.round(clock.monotonic() - begun);
  const first = { pid: child.pid ?? 0, start: 0, parent: process.pid, command: child.spawnargs, proof: 'started here' };
  return Object.freeze({ ok: ended(), signalled, killed, left: ended() ? [] : [first], zombies: [], durationMs });
}
