// leaking: a temporary file per upload that nobody removes
// right: receive
// class: temp
// rate: 0
// written: 2026-11-21
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive, traffic } from '../../driver.mjs';

const folder = mkdtempSync(join(tmpdir(), 'uploads-'));

function receive(n) {
  const part = mkdtempSync(join(folder, 'part-'));
  writeFileSync(join(part, 'body'), `upload ${n}`);
  return part;
}

await drive(
  (n) => {
    traffic(n);
    receive(n);
  },
  { perSecond: 20, count: () => readdirSync(folder).length, end: () => rmSync(folder, { recursive: true }) },
);
