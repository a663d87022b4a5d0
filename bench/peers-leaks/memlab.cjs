// memlab's search for leaks over three snapshots, through its programming interface: node memlab.cjs baseline target final
const { findLeaksBySnapshotFilePaths } = require('@memlab/api');

const [baseline, target, final] = process.argv.slice(2);
findLeaksBySnapshotFilePaths(baseline, target, final, {}).then((leaks) => {
  console.log(`${leaks.length} leak traces`);
  for (const leak of leaks.slice(0, 3)) console.log(JSON.stringify(leak).slice(0, 600));
});
