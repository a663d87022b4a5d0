import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const child = join(dirname(fileURLToPath(import.meta.url)), '..', 'memory-child.mjs');
const runs = 3;

const variants = [
  ['watertight track', 'track', true],
  ['Map + metadata object of 10 fields, whole milliseconds', 'map', false],
  ['Map + metadata object of 10 fields, Date.now()', 'map-date', false],
  ['DisposableStack.use (no metadata)', 'stack', false],
];

/** Each variant in processes of its own, the median of three: bytes that live beyond the resources themselves. */
export const memory = {
  title: 'live memory for each registered resource, 1 000 000 live',
  unit: 'bytes',
  budget: 48,
  async measure() {
    const results = [];
    for (const [name, variant, ours] of variants) {
      const values = [];
      for (let run = 0; run < runs; run++) {
        const { stdout, status, stderr } = spawnSync(
          process.execPath,
          ['--expose-gc', '--max-old-space-size=4096', child, variant],
          { encoding: 'utf8' },
        );
        if (status !== 0) throw new Error(`memory of ${name}: ${stderr}`);
        if (stdout !== '') values.push(Number(stdout));
      }
      values.sort((a, b) => a - b);
      if (values.length > 0) results.push({ name, ours, value: values[values.length >> 1], low: values[0], high: values.at(-1) });
    }
    return results;
  },
};
