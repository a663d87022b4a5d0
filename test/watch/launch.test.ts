import { expect, test } from 'vitest';
import { splitNodeOptions, withPreload } from '../../src/watch/launch/node-options.ts';
import { planPermission } from '../../src/watch/launch/permission.ts';
import { runCommand, testNode } from '../support/run-program.ts';
import { writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../support/temp-folder.ts';

test('what stands in NODE_OPTIONS stays, ours comes last', () => {
  expect(withPreload(undefined, '/a/entry.cjs')).toBe('--require "/a/entry.cjs"');
  expect(withPreload('  ', '/a/entry.cjs')).toBe('--require "/a/entry.cjs"');
  expect(withPreload('--max-old-space-size=64', '/a/entry.cjs')).toBe('--max-old-space-size=64 --require "/a/entry.cjs"');
});

test('Node reads a path with blanks, quotes and backslashes as it was meant', async () => {
  const folder = join(tempFolder(), 'a "b" \\c d');
  mkdirSync(folder);
  writeFileSync(join(folder, 'entry.cjs'), 'process.stdout.write("loaded ");');
  const end = await runCommand(testNode, ['-p', '1'], {
    env: { NODE_OPTIONS: withPreload('--no-warnings', join(folder, 'entry.cjs')) },
  });
  expect(end.stdout).toBe('loaded 1\n');
});

test('NODE_OPTIONS is split as Node splits it', () => {
  expect(splitNodeOptions('--a  --b="c d" "--e \\"f\\""')).toEqual(['--a', '--b=c d', '--e "f"']);
});

const folders = { agent: '/wt/agent', run: '/tmp/run' };

test('a program under the permission model is given leave for the agent and the data', () => {
  expect(planPermission(['node', '--permission', '--allow-fs-read=*', 'app.js'], undefined, folders)).toEqual({
    kind: 'widened',
    command: [
      'node',
      '--allow-fs-read=/wt/agent/*',
      '--allow-fs-read=/tmp/run/*',
      '--allow-fs-write=/tmp/run/*',
      '--permission',
      '--allow-fs-read=*',
      'app.js',
    ],
  });
  expect(planPermission(['/usr/bin/node', '-r', './x.js', '--experimental-permission', 'app.js'], undefined, folders).kind).toBe(
    'widened',
  );
});

test('a flag behind the program is the program’s own', () => {
  expect(planPermission(['node', 'app.js', '--permission'], undefined, folders)).toEqual({ kind: 'none' });
  expect(planPermission(['node', '--', '--permission'], undefined, folders)).toEqual({ kind: 'none' });
  expect(planPermission(['deploy', '--permission'], undefined, folders)).toEqual({ kind: 'none' });
});

test('with the flag in NODE_OPTIONS the agent is not loaded', () => {
  expect(planPermission(['npm', 'start'], '--permission', folders).kind).toBe('stand-aside');
});
