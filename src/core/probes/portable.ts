import type { ProcessPlatform } from './platform.ts';

/** Whether a signal could be sent; undefined where even that is not told. */
export function answersSignal(pid: number): boolean | undefined {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ESRCH') return false;
    return code === 'EPERM' ? true : undefined;
  }
}

/** Where there is no /proc: a number that nobody has is gone, one that somebody has may be another's by now. */
export const portableProcesses: ProcessPlatform = Object.freeze({
  identify: (pid: number) => (answersSignal(pid) === true ? { pid, startedAt: null } : undefined),
  stateOf: ({ pid }: { readonly pid: number }) => (answersSignal(pid) === false ? 'gone' : 'unknown'),
  descendantsOf: () => [],
});
