import { deadline } from './deadline.mjs';
import { memory } from './memory.mjs';
import { processTree } from './process.mjs';
import { queue, queuedTasks } from './queue.mjs';
import { insideSection, section } from './profile.mjs';
import { guard, track } from './registry.mjs';
import { asyncScope, syncScope } from './scope.mjs';
import { temp, tempTree } from './temp.mjs';

/** The budgets of the core and of what stands on it, in the order in which they are printed. */
export const rows = [
  track,
  guard,
  memory,
  asyncScope,
  syncScope,
  queue,
  queuedTasks,
  deadline,
  temp,
  tempTree,
  processTree,
  section,
  insideSection,
];
