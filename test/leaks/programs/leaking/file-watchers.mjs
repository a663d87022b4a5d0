// leaking: the configuration is watched again after each change, the old watcher stays
// right: watchConfig
// class: counter
// rate: 3
// written: 2026-11-21
import { mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive, traffic } from '../../driver.mjs';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
const file = join(folder, 'config.json');
writeFileSync(file, '{}');
let watchers = 0;

function watchConfig() {
  watch(file, { persistent: false }, () => {});
  watchers += 1;
}

await drive(
  (n) => {
    traffic(n);
    if (n % 20 === 0) watchConfig();
  },
  { perSecond: 50, count: () => watchers, end: () => rmSync(folder, { recursive: true }) },
);
