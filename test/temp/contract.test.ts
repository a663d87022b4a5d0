import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ownerJournal, ownerRoot, proveOwner, readJournal } from '../../src/temp/index.ts';

test('an owner has one root, private, with a socket that proves its life', async () => {
  const owner = ownerRoot();
  expect(ownerRoot()).toBe(owner);
  expect(statSync(owner.path).mode & 0o777).toBe(0o700);
  expect(owner.nonce).toMatch(/^[0-9a-f]{32}$/);
  expect(statSync(owner.socketPath).isSocket()).toBe(true);
  expect(Buffer.byteLength(owner.socketPath)).toBeLessThanOrEqual(100);
  expect(await proveOwner(owner.path)).toBe('alive');
});

test('the journal keeps what was added and not removed', () => {
  const journal = ownerJournal();
  const first = journal.add('process', { pid: 1, start: 2 });
  const second = journal.add('process', { pid: 3, mark: 'x\ny' });
  journal.remove(first);
  journal.remove(12_345);
  const { journalPath } = ownerRoot();
  expect(readJournal(journalPath)).toEqual([{ id: second, kind: 'process', data: { pid: 3, mark: 'x\ny' } }]);
  for (let index = 0; index < 5_000; index += 1) journal.remove(journal.add('x', { index }));
  expect(statSync(journalPath).size).toBeLessThan(200_000);
  expect(readJournal(journalPath).map(({ id }) => id)).toEqual([second]);
  expect(readFileSync(journalPath, 'utf8').split('\n')[0]).toMatch(/^\{"wt":1,"nonce":/);
});
