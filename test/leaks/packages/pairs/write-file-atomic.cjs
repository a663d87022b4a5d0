// package: write-file-atomic
// versions: 3.0.0, 3.0.1
// says: a small file written over and over; the old version never closes its temporary file
// right: writeFileAsync, save
// class: counter
// rate: 4
// written: 2026-11-21
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { versionOf } = require('../version.cjs');

const writeFileAtomic = require(versionOf('write-file-atomic'));

const folder = mkdtempSync(join(tmpdir(), 'atomic-'));

async function save(n) {
  await writeFileAtomic(join(folder, `state-${n % 20}.json`), JSON.stringify({ n }), { fsync: false });
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    async (n) => {
      traffic(n);
      await save(n);
    },
    { perSecond: 60, end: () => rmSync(folder, { recursive: true, force: true }) },
  ),
);
