import type { ChildOfOurs } from './linux.ts';

/** Not to be had without /proc: children show as handles (`ProcessWrap`). */
export function runningChildren(): readonly ChildOfOurs[] {
  return [];
}
