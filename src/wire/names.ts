import { dataFileSuffix } from './records.ts';

/** Longest string that a record carries; what is longer is cut by {@link cut}. */
export const maxTextLength = 1024;

/** The text, or its first {@link maxTextLength} characters and an ellipsis. */
export function cut(text: string, length: number = maxTextLength): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Name of a thread's data file inside the run's directory. `start` as in {@link ThreadHeader}. */
export function dataFileName(pid: number, start: number, tid: number): string {
  return `${pid}-${start}-${tid}${dataFileSuffix}`;
}

/**
 * Name of the file by which a supervisor that attached to a process says that it is still there: the agents of all its threads
 * stop when it is removed, or not touched any more.
 */
export function leaseFileName(pid: number, start: number): string {
  return `${pid}-${start}.lease`;
}
