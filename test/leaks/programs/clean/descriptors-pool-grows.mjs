// clean: one descriptor for each of sixty log files, opened in the first half minute's third
// written: 2026-11-21
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive, run, traffic, upTo } from '../../driver.mjs';

const folder = mkdtempSync(join(tmpdir(), 'logs-'));
const open = new Map();

function write(id, text) {
  if (!open.has(id)) open.set(id, openSync(join(folder, `${id}.log`), 'a'));
  writeSync(open.get(id), text);
}

await drive(
  (n) => {
    traffic(n);
    write(upTo(Math.min(60, 1 + Math.floor((run.part * run.seconds * 60) / 10))), `${n}\n`);
  },
  {
    end: () => {
      for (const descriptor of open.values()) closeSync(descriptor);
      rmSync(folder, { recursive: true });
    },
  },
);
