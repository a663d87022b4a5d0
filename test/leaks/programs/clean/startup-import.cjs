// clean: at the start an address file is read line by line, for nine seconds, and then only looked up in
// written: 2026-11-21
const { mkdtempSync, rmSync, writeFileSync, createReadStream } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { createInterface } = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');

const folder = mkdtempSync(join(tmpdir(), 'addresses-'));
const file = join(folder, 'addresses.csv');
writeFileSync(file, Array.from({ length: 9_000 }, (_, at) => `${at},Long Road ${at},City ${at % 90},${at * 3}`).join('\n'));
const addresses = new Map();

async function load() {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const [id, street, city, code] = text.split(',');
    addresses.set(Number(id), { street, city, code: Number(code), near: Array.from({ length: 50 }, (_, at) => at + line) });
    line += 1;
    if (line % 20 === 0) await sleep(19);
  }
}

load();
import('../../driver.mjs').then(({ drive, traffic, upTo }) =>
  drive(
    (n) => {
      traffic(n);
      return addresses.get(upTo(9_000))?.city;
    },
    { end: () => rmSync(folder, { recursive: true }) },
  ),
);
