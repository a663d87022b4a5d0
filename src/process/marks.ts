/** Environment of an owned process: whose it is. Its own children may replace it when they own processes themselves. */
export const ownerVariable = 'WATERTIGHT_OWNER';
const treePrefix = 'WATERTIGHT_TREE_';
/** What the reaper looks for, too: anything else would match too much. */
export const markPattern: RegExp = /^WATERTIGHT_TREE_[0-9a-f]+_[0-9]+$/;
export const markValue = '1';

let trees = 0;

/**
 * The name of a variable that only one tree carries. A name of its own, not a value: a tree inside a tree then carries both marks, and
 * is found by either owner.
 */
export function newMark(nonce: string): string {
  trees += 1;
  return `${treePrefix}${nonce}_${trees}`;
}
