// clean: an incremental build that keeps the trees of all four hundred files, and gets to the last of them after a third of the run
// written: 2026-11-21
const trees = new Map();

function parseFile(id, revision) {
  return Array.from({ length: 120 }, (_, line) => ({ line, kind: 'statement', of: id, revision, names: [line, id] }));
}

import('../../driver.mjs').then(({ drive, run, traffic, upTo }) => {
  const allAfter = run.seconds / 3;
  return drive(
    (n) => {
      traffic(n);
      const known = Math.min(400, Math.ceil((run.part * run.seconds * 400) / allAfter) + 1);
      const id = trees.size < known ? trees.size : upTo(known);
      trees.set(id, parseFile(id, n));
    },
    { perSecond: 40 },
  );
});
