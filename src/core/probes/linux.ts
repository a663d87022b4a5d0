import { readFileSync, readdirSync } from 'node:fs';
import type { ProcessIdentity, ProcessPlatform, ProcessState } from './platform.ts';
import { answersSignal } from './portable.ts';

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly startedAt: number;
}

/** Field 22 of the line, counted from the state, which is field 3. */
const startField = 19;
/** A bound for trees that grow while they are walked. */
const maxProcesses = 10_000;

/** The line has the command in brackets, which may hold anything: what counts stands after the last bracket. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const startedAt = Number(fields[startField]);
    return Number.isFinite(startedAt) ? { state: fields[0] ?? '', parent: Number(fields[1]), startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function identify(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  if (stat !== undefined) return { pid, startedAt: stat.startedAt };
  // Processes of others may be hidden from /proc.
  return answersSignal(pid) === true ? { pid, startedAt: null } : undefined;
}

function stateOf({ pid, startedAt }: ProcessIdentity): ProcessState {
  const stat = statOf(pid);
  if (stat === undefined) return answersSignal(pid) === false ? 'gone' : 'unknown';
  if (startedAt === null) return 'unknown';
  if (stat.startedAt !== startedAt) return 'gone';
  return stat.state === 'Z' || stat.state === 'X' ? 'zombie' : 'alive';
}

function childrenByParent(): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined;
    if (stat === undefined) continue;
    const siblings = children.get(stat.parent);
    if (siblings === undefined) children.set(stat.parent, [pid]);
    else siblings.push(pid);
  }
  return children;
}

function descendantsOf(pid: number): readonly ProcessIdentity[] {
  try {
    const children = childrenByParent();
    const found: number[] = [pid];
    for (let at = 0; at < found.length && at < maxProcesses; at += 1) found.push(...(children.get(found[at] ?? -1) ?? []));
    return found
      .slice(1)
      .map(identify)
      .filter((one) => one !== undefined);
  } catch {
    return [];
  }
}

/** Number and start time from /proc: no two processes of a machine have both. */
export const linuxProcesses: ProcessPlatform = Object.freeze({ identify, stateOf, descendantsOf });
