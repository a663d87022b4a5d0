import { constants } from 'node:os';

const termStatus = 128 + constants.signals.SIGTERM;

/** Whether a program that was sent SIGTERM obeyed: by default, with the status that shells pass on, or by ending with 0. */
export function obeyed(end: { readonly code: number | null; readonly signal: string | null }): boolean {
  return end.signal === 'SIGTERM' || end.code === termStatus || end.code === 0;
}

/** What an end counts as for the exit status and for `--fail-on`: a program that we stopped, and that obeyed, ended with 0. */
export function countsAs<End extends { readonly code: number | null; readonly signal: string | null }>(
  end: End,
  stopped: string | null,
): Pick<End, 'code' | 'signal'> {
  return stopped !== null && obeyed(end) ? { ...end, code: 0, signal: null } : end;
}
