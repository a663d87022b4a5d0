// leaking: of each block of samples only the loudest sixteen are kept for a chart, as a view that holds the whole block
// right: loudest, readBlock, analyse
// class: external
// rate: 1440
// written: 2026-11-22
import { drive, traffic } from '../../driver.mjs';

const chart = [];
const length = 8_192;

function readBlock(n) {
  const block = new Float64Array(length);
  for (let at = 0; at < length; at += 1) block[at] = Math.sin((at * (n % 60)) / 97) * ((at * 31 + n) % 13);
  return block;
}

function loudest(block) {
  let start = 0;
  for (let at = 16; at + 16 <= length; at += 16) if (Math.abs(block[at]) > Math.abs(block[start])) start = at;
  return block.subarray(start, start + 16);
}

function analyse(n) {
  const peak = loudest(readBlock(n));
  chart.push({ n, peak });
  return peak[0];
}

await drive(
  (n) => {
    traffic(n);
    if (n % 5 === 0) analyse(n);
  },
  { perSecond: 110 },
);
