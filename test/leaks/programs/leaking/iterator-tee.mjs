// leaking: a stream of readings is split in two, and of the second branch only the first reading is ever asked for
// right: pull, tee, readings, makeReading
// rate: 110
// written: 2026-11-22
import { drive, traffic } from '../../driver.mjs';

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
    return { done: false, value: waiting[branch].shift() };
  }
  return waiting.map((_, branch) => ({
    next: () => pull(branch),
    [Symbol.iterator]() {
      return this;
    },
  }));
}

function* moving(source, length) {
  const last = [];
  for (const { values } of source) {
    last.push(values[0]);
    if (last.length > length) last.shift();
    yield last.reduce((sum, value) => sum + value, 0) / last.length;
  }
}

const [toAverage, toSniff] = tee(readings());
const header = toSniff.next().value;
const averages = moving(toAverage, 30);

function step() {
  return averages.next().value > header.at;
}

await drive(
  (n) => {
    traffic(n);
    for (let turn = 0; turn < 4; turn += 1) step();
  },
  { perSecond: 110 },
);
