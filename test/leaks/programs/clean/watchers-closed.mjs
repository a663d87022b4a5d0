// clean: a configuration is watched; at each change the old watcher is closed first
// written: 2026-11-21
import { mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive, traffic } from '../../driver.mjs';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
const file = join(folder, 'config.json');
writeFileSync(file, '{}');
let watcher;

function watchAgain() {
  watcher?.close();
  watcher = watch(file, { persistent: false }, () => {});
}

await drive(
  (n) => {
    traffic(n);
    if (n % 20 === 0) watchAgain();
  },
  { perSecond: 60, end: () => rmSync(folder, { recursive: true }) },
);
