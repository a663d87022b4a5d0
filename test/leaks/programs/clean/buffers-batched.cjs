// clean: chunks are collected to two megabytes and joined
// written: 2026-11-21
let chunks = [];
let size = 0;

function receive(chunk) {
  chunks.push(chunk);
  size += chunk.length;
  if (size < 2_000_000) return null;
  const whole = Buffer.concat(chunks);
  chunks = [];
  size = 0;
  return whole.length;
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      receive(Buffer.alloc(3_000, n & 255));
    },
    { perSecond: 150 },
  ),
);
