// clean: a stream of readings is split in two; the second branch is read up to the end only every three seconds
// written: 2026-11-22
import { drive, every, traffic } from '../../driver.mjs';

function makeReading(at) {
  const values = [at % 7, at % 11, at % 13, at % 17, at % 19];
  return { at, sensor: `sensor ${at % 40}`, values, unit: 'hPa', quality: { ok: true, of: at } };
}

function* readings() {
  for (let at = 0; ; at += 1) yield makeReading(at);
}

function tee(source) {
  const waiting = [[], []];
  function pull(branch) {
    if (waiting[branch].length === 0) {
      const { value } = source.next();
      for (const queue of waiting) queue.push(value);
    }
    return waiting[branch].shift();
  }
  return waiting.map((queue, branch) => ({ next: () => pull(branch), waiting: () => queue.length }));
}

const [live, archived] = tee(readings());
let written = 0;

function archive() {
  const lines = [];
  while (archived.waiting() > 0) lines.push(JSON.stringify(archived.next()));
  written += lines.join('\n').length;
}

every(3_000, archive);

await drive(
  (n) => {
    traffic(n);
    for (let turn = 0; turn < 5; turn += 1) live.next();
  },
  { perSecond: 110 },
);
