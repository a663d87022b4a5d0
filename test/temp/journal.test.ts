import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJournal } from '../../src/temp/index.ts';
import { FileJournal } from '../../src/temp/journal.ts';
import { tempFolder } from '../support/temp-folder.ts';

const data = fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(fc.string({ maxLength: 20 }), fc.integer()), { maxKeys: 4 });
const step = fc.oneof(
  fc.record({ kind: fc.string({ minLength: 1, maxLength: 10 }), data }),
  fc.record({ remove: fc.nat(20) }),
  fc.constant('restore' as const),
);

test('after any steps it holds what was added and not removed, in order; also with half a line at its end', () => {
  const folder = tempFolder();
  let run = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      run += 1;
      const path = join(folder, `journal-${run}`);
      const journal = new FileJournal(path, '{"wt":1}\n');
      const model = new Map<number, unknown>();
      const ids: number[] = [];
      for (const one of steps) {
        if (one === 'restore') journal.restore();
        else if ('remove' in one) {
          const id = ids[one.remove] ?? 999;
          journal.remove(id);
          model.delete(id);
        } else {
          const id = journal.add(one.kind, one.data);
          ids.push(id);
          model.set(id, { id, kind: one.kind, data: one.data });
        }
      }
      journal.close();
      expect(new Set(ids).size).toBe(ids.length);
      appendFileSync(path, '[99,"half');
      expect(JSON.stringify(readJournal(path))).toBe(JSON.stringify([...model.values()]));
    }),
    { numRuns: 200 },
  );
});

test('it stays small however much is added and removed, and is private', () => {
  const path = join(tempFolder(), 'journal');
  const journal = new FileJournal(path, '{"wt":1}\n');
  for (let index = 0; index < 50_000; index += 1) journal.remove(journal.add('process', { pid: index }));
  const stat = statSync(path);
  expect(stat.size).toBeLessThan(300_000);
  expect(stat.mode & 0o777).toBe(0o600);
  journal.close();
  expect(() => journal.add('late', {})).toThrow(/closed/);
});

test('what cannot be read is left out, and a file that is none has no entries', () => {
  const path = join(tempFolder(), 'journal');
  writeFileSync(path, '{"wt":1}\nnonsense\n[1,"a",{}]\n[2,"b"]\n["x","c",{}]\n{"id":3}\n[1,2,3]\n\n');
  expect(readJournal(path)).toEqual([{ id: 1, kind: 'a', data: {} }]);
  expect(readJournal(join(path, 'not there'))).toEqual([]);
  expect(readFileSync(path, 'utf8')).toContain('nonsense');
});
