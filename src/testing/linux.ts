import { readFileSync, readdirSync } from 'node:fs';

/** A child of this process. */
export interface ChildOfOurs {
  readonly pid: number;
  readonly command: string;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone meanwhile, or not offered by this kernel.
    return '';
  }
}

function threads(): readonly string[] {
  try {
    return readdirSync('/proc/self/task');
  } catch {
    return [];
  }
}

/** Children that run: those that have ended and wait to be reaped are left out. */
export function runningChildren(): readonly ChildOfOurs[] {
  return threads()
    .flatMap((thread) => read(`/proc/self/task/${thread}/children`).split(' '))
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => {
      const status = read(`/proc/${pid}/stat`);
      const [, command = '', state = 'Z'] = /\((.*)\) (\w)/s.exec(status) ?? [];
      return state === 'Z' || state === 'X' ? [] : [{ pid, command }];
    });
}
