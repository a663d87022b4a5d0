import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { liveRoots, makeLiveDirectory } from '../../src/watch/places/live-directory.ts';
import { keptRuns, reportedRuns, writeReport } from '../../src/watch/places/report-files.ts';
import { readRunFile, writeRunFile } from '../../src/watch/places/run-file.ts';
import { runId, runIdPattern } from '../../src/watch/places/run-id.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { runFile, startedAtMs } from './made-up.ts';

const texts = { json: '{}', html: '<p>' };
const never = () => false;

test('a run is named by its second, in UTC', () => {
  expect(runId(startedAtMs)).toBe('2026-11-21-093012');
  expect(runId(startedAtMs)).toMatch(runIdPattern);
});

test('WATERTIGHT_DIR comes first, then the runtime directory, then the temporary one', () => {
  const roots = liveRoots({ WATERTIGHT_DIR: '/vol', XDG_RUNTIME_DIR: '/run/user/7' });
  expect(roots.slice(0, 2)).toEqual(['/vol', '/run/user/7/watertight']);
  expect(roots[2]).toMatch(/watertight-/);
  expect(liveRoots({})).toHaveLength(1);
});

test('the live directory is for the user alone, and no two runs share one', () => {
  const root = join(tempFolder(), 'live');
  const first = makeLiveDirectory([root], 'id', never, () => undefined);
  const second = makeLiveDirectory([root], 'id', never, () => undefined);
  const third = makeLiveDirectory(
    [root],
    'id',
    (id) => id === 'id-3',
    () => undefined,
  );
  expect([first?.id, second?.id, third?.id]).toEqual(['id', 'id-2', 'id-4']);
  expect(statSync(first?.path ?? '').mode & 0o777).toBe(0o700);
  expect(readdirSync(first?.path ?? '')).toEqual([]);
});

test('a root that cannot be used is passed over, with the reason', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  const refused: string[] = [];
  const made = makeLiveDirectory(
    [join(folder, 'file'), '/proc/nowhere', join(folder, 'good')],
    'id',
    never,
    ({ folder: root, why }) => refused.push(`${root} ${why}`),
  );
  expect(made?.path).toBe(join(folder, 'good', 'id'));
  expect(refused).toHaveLength(2);
  expect(makeLiveDirectory([join(folder, 'file')], 'id', never, () => undefined)).toBeUndefined();
});

test('a link that somebody put in the way is not followed', () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'root'));
  expect(makeLiveDirectory([join(folder, 'root')], 'id', never, () => undefined)).toBeUndefined();
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
});

test('reports are for the user alone, ignored by version control, and the last 20 are kept', () => {
  const root = join(tempFolder(), '.watertight');
  const name = (index: number) => `2026-11-21-0930${String(index).padStart(2, '0')}`;
  for (let index = 0; index < keptRuns + 5; index += 1) writeReport(root, name(index), texts);
  expect(reportedRuns(root)).toEqual(Array.from({ length: keptRuns }, (_, index) => name(index + 5)));
  expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('*\n');
  expect(statSync(join(root, name(10), 'report.json')).mode & 0o777).toBe(0o600);
});

test('what is not a run is never removed', () => {
  const root = tempFolder();
  mkdirSync(join(root, 'mine'));
  mkdirSync(join(root, '2001-01-01-000000'));
  for (let index = 0; index < keptRuns + 1; index += 1)
    writeReport(root, `2026-11-21-1000${String(index).padStart(2, '0')}`, texts);
  expect(existsSync(join(root, 'mine'))).toBe(true);
  expect(existsSync(join(root, '2001-01-01-000000'))).toBe(true);
});

test('runs of the same second sort by their number', () => {
  const root = tempFolder();
  for (const id of ['2026-11-21-100000-10', '2026-11-21-100000', '2026-11-21-100000-9']) writeReport(root, id, texts);
  expect(reportedRuns(root)).toEqual(['2026-11-21-100000', '2026-11-21-100000-9', '2026-11-21-100000-10']);
});

test('a report that cannot be written leaves nothing half done', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(() => writeReport(join(folder, 'file'), 'id', texts)).toThrow();
  expect(readdirSync(folder)).toEqual(['file']);
});

test('the run file reads back; a missing, broken or foreign one is none', () => {
  const folder = tempFolder();
  expect(readRunFile(folder)).toBeUndefined();
  writeRunFile(folder, runFile());
  expect(readRunFile(folder)).toEqual(runFile());
  writeFileSync(join(folder, 'run.json'), '{"version":1');
  expect(readRunFile(folder)).toBeUndefined();
  writeFileSync(join(folder, 'run.json'), '{"version":9,"id":"x"}');
  expect(readRunFile(folder)).toBeUndefined();
});
