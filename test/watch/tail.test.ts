import { appendFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunTail } from '../../src/watch/data/run-tail.ts';
import { encodeHeader, encodeRecord } from '../../src/wire/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { header, sample } from './made-up.ts';

function file(folder: string, name = '4711-900-0.wt'): string {
  return join(folder, name);
}

test('reads what is appended, also when a line comes in pieces', () => {
  const folder = tempFolder();
  const tail = new RunTail(folder);
  tail.poll();
  expect(tail.threads).toEqual([]);
  const line = encodeRecord(sample(1000));
  writeFileSync(file(folder), encodeHeader(header()) + line.slice(0, 10));
  tail.poll();
  expect(tail.threads[0]?.header.pid).toBe(4711);
  expect(tail.threads[0]?.samples.entries).toEqual([]);
  appendFileSync(file(folder), line.slice(10) + encodeRecord(sample(2000)));
  tail.poll();
  expect(tail.threads[0]?.samples.entries.map((entry) => entry[1])).toEqual([1000, 2000]);
  expect(tail.unreadable).toEqual([]);
});

test('a line cut off at the end of a dead file is not waited for and no damage', () => {
  const folder = tempFolder();
  writeFileSync(file(folder), `${encodeHeader(header())}${encodeRecord(sample(1000))}["s",2000,12`);
  const tail = new RunTail(folder);
  tail.poll();
  expect(tail.threads[0]?.lastMs).toBe(1000);
  expect(tail.unreadable).toEqual([]);
});

test('a file that was replaced by a thinned one is read from its start', () => {
  const folder = tempFolder();
  const tail = new RunTail(folder);
  writeFileSync(file(folder), encodeHeader(header()) + [1000, 2000, 3000, 4000].map((at) => encodeRecord(sample(at))).join(''));
  tail.poll();
  writeFileSync(
    `${file(folder)}.tmp`,
    encodeHeader(header()) + [1000, 4000, 5000].map((at) => encodeRecord(sample(at))).join(''),
  );
  renameSync(`${file(folder)}.tmp`, file(folder));
  tail.poll();
  expect(tail.threads[0]?.samples.entries.map((entry) => entry[1])).toEqual([1000, 4000, 5000]);
});

test('a file that was cut is read from its start', () => {
  const folder = tempFolder();
  const tail = new RunTail(folder);
  const start = encodeHeader(header()) + encodeRecord(sample(1000));
  writeFileSync(file(folder), start + encodeRecord(sample(2000)));
  tail.poll();
  truncateSync(file(folder), start.length);
  tail.poll();
  expect(tail.threads[0]?.samples.entries.map((entry) => entry[1])).toEqual([1000]);
});

test('damaged lines are skipped and counted, kinds that came later are only skipped', () => {
  const folder = tempFolder();
  writeFileSync(file(folder), `${encodeHeader(header())}\u0000\u0001garbage\n["future",5,6]\n${encodeRecord(sample(1000))}`);
  const tail = new RunTail(folder);
  tail.poll();
  expect(tail.threads[0]?.samples.entries).toHaveLength(1);
  expect(tail.unreadable).toEqual([{ file: '4711-900-0.wt', why: '1 of 4 lines could not be read' }]);
});

test('a file of a newer version, one of another program and a folder are named, and the others are read', () => {
  const folder = tempFolder();
  writeFileSync(file(folder, '1-1-0.wt'), '{"wt":7,"something":"else"}\n["q",1]\n');
  writeFileSync(file(folder, '2-2-0.wt'), 'not ours at all\n');
  mkdirSync(file(folder, '3-3-0.wt'));
  writeFileSync(file(folder), encodeHeader(header()));
  const tail = new RunTail(folder);
  tail.poll();
  expect(tail.threads).toHaveLength(1);
  expect(tail.unreadable).toEqual([
    { file: '1-1-0.wt', why: 'was written by a newer version of watertight (data version 7); update watertight' },
    { file: '2-2-0.wt', why: 'does not begin as a data file of watertight does' },
  ]);
});

test('a binary file without line ends is not taken into memory', () => {
  const folder = tempFolder();
  writeFileSync(file(folder), Buffer.concat([Buffer.from(encodeHeader(header())), Buffer.alloc(4 * 1024 * 1024, 120)]));
  const tail = new RunTail(folder);
  tail.poll();
  expect(tail.threads).toHaveLength(1);
});
