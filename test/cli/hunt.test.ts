// The hunt from the outside: real programs, from the first line that is said to the exit status and the files for CI.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/wire/index.ts';
import { captureEnd } from '../support/capture-end.ts';
import type { ProgramEnd } from '../support/run-program.ts';
import { root, testNode } from '../support/run-program.ts';
import type { Place } from './watertight.ts';
import { bin, cli, lastReport, place } from './watertight.ts';

const formats = ['--junit', 'junit.xml', '--sarif', 'leaks.sarif'];
const leaking = join(root, 'test/programs/hunt-leaking.cjs');
const clean = join(root, 'test/programs/hunt-clean.cjs');

/** Runs until so many different lines of a kind were said, then asks the program to end. */
function runUntilSaid(where: Place, args: readonly string[], said: RegExp, times: number): Promise<ProgramEnd> {
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...where.env }).filter(([key, value]) => value !== undefined && !key.startsWith('VITEST')),
  );
  const child = spawn(process.execPath, [bin, 'run', ...args], { cwd: where.cwd, env, stdio: 'pipe' });
  const seen = new Set<string>();
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const match of text.matchAll(said)) seen.add(match[0]);
    if (seen.size >= times) child.kill('SIGTERM');
  });
  child.stdin.end();
  return captureEnd(child, 100_000);
}

function lineOf(file: string, words: string): number {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((line) => line.startsWith(words)) + 1
  );
}

/** A collection may take long by the clock beside other tests; what it costs is not what is tested here. */
const calm = { WATERTIGHT_OPTIONS: 'maxPauseMs=500' };

describe('watertight run', { timeout: 120_000, retry: 1 }, () => {
  test('names leaking closures, listeners and timers by their functions, while it runs and at the end', async () => {
    const where = place(calm);
    const end = await runUntilSaid(
      where,
      ['--fail-on', 'suspect,leak', ...formats, '--', testNode, leaking],
      /leak after [\d.a-z ]+: \S+ \w+/g,
      2,
    );
    expect(end, end.stderr).toMatchObject({ code: 91, timedOut: false });
    const report = lastReport(where);
    const places = new Map(report.sites.map((site) => [site.id, `${site.line} ${site.function}`]));
    const found = (level: Finding['level']) =>
      report.findings
        .filter((finding) => finding.level === level && finding.closed === null)
        .map(({ site }) => places.get(site ?? 0));
    expect(found('leak')).toEqual(
      expect.arrayContaining([
        `${lineOf(leaking, 'function keepClosure')} keepClosure`,
        `${lineOf(leaking, 'function subscribe')} subscribe`,
      ]),
    );
    expect(report.findings.map(({ rule }) => rule)).toContain('counter-interval');
    expect(report.verdict).toMatchObject({ level: 'leak', exitStatus: 91 });
    expect(end.stderr).toMatch(/suspect after \d+ s: .*hunt-leaking\.cjs:\d+ (?:keepClosure|subscribe)\(\) keeps/);
    expect(end.stderr).toMatch(/^LEAK .*hunt-leaking\.cjs:\d+:\d+ {2}(?:keepClosure|subscribe)\(\)/m);
    expect(readFileSync(join(where.cwd, 'junit.xml'), 'utf8')).toMatch(/<failure message="LEAK/);
    expect(readFileSync(join(where.cwd, 'leaks.sarif'), 'utf8')).toContain('"ruleId": "heap-survivors"');
  });

  test('has nothing against the twin that lets go of everything', async () => {
    const where = place(calm);
    const end = await cli(where, ['run', '--fail-on', 'leak,suspect', ...formats, '--', testNode, clean, '45']);
    expect(end, end.stderr).toMatchObject({ code: 0, timedOut: false });
    const report = lastReport(where);
    expect(report.findings).toEqual([]);
    expect(report.verdict.level).toBe('not-growing');
    expect(end.stderr).not.toMatch(/suspect/);
    expect(readFileSync(join(where.cwd, 'junit.xml'), 'utf8')).toContain('failures="0"');
    expect(readFileSync(join(where.cwd, 'leaks.sarif'), 'utf8')).toContain('"results": []');
  });
});

test('what is too short to tell is no failure, and says what would be enough', async () => {
  const where = place();
  const end = await cli(where, ['run', '--fail-on', 'leak', ...formats, '--', testNode, clean, '1']);
  expect(end.code).toBe(0);
  expect(lastReport(where).verdict).toMatchObject({ level: 'too-short', failOn: [{ rule: 'leak', hit: false }] });
  expect(readFileSync(join(where.cwd, 'junit.xml'), 'utf8')).toContain('<skipped');
});

test('a file for CI that cannot be written is told, and changes nothing else', async () => {
  const where = place();
  const end = await cli(where, ['run', '--junit', '/no/such/folder/junit.xml', '--', testNode, '-e', '0']);
  expect(end.code).toBe(0);
  expect(end.stderr).toMatch(/the JUnit report cannot be written to \/no\/such\/folder\/junit\.xml: ENOENT/);
});
