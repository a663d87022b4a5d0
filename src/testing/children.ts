import * as linux from './linux.ts';
import type { ChildOfOurs } from './linux.ts';
import * as portable from './portable.ts';

export const seesChildren: boolean = process.platform === 'linux';

/** Children of this process that run. */
export const runningChildren: () => readonly ChildOfOurs[] = seesChildren ? linux.runningChildren : portable.runningChildren;
