// leaking: a listing is read page by page; its directory stays open until somebody asks for the last page
// right: openListing, firstPage
// class: counter
// rate: 28
// written: 2026-11-21
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drive, traffic } from '../../driver.mjs';

const folder = mkdtempSync(join(tmpdir(), 'listing-'));
for (let at = 0; at < 20; at += 1) writeFileSync(join(folder, `${at}.txt`), 'text');
const listings = new Map();

async function openListing(id) {
  const directory = await opendir(folder);
  listings.set(id, directory);
  return directory;
}

async function firstPage(id) {
  const directory = await openListing(id);
  const page = [];
  while (page.length < 5) page.push((await directory.read()).name);
  return page;
}

await drive(
  async (n) => {
    traffic(n);
    if (n % 12 === 0) await firstPage(n);
  },
  { perSecond: 60, end: () => rmSync(folder, { recursive: true }) },
);
