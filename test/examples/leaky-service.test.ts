// The example of the README, as `npm run example` and `npm run example:fixed` run it: under load for as long as a verdict needs.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseReport } from '../../src/report/index.ts';
import type { Report } from '../../src/report/index.ts';
import { root, runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const example = join(root, 'examples/leaky-service');
const loadSeconds = '42';

beforeAll(async () => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const { code, stdout } = await runProgram(tsc, { args: ['-p', 'tsconfig.json'], cwd: example, node: process.execPath });
  if (code !== 0) throw new Error(`the example does not compile: ${stdout}`);
});

async function watchTwin(twin: 'leaky' | 'fixed') {
  const folder = tempFolder();
  const options = ['--report-dir', folder, '--json', join(folder, 'report.json')];
  const end = await runProgram(join(example, 'dist/drive.js'), { args: [twin, loadSeconds, ...options], timeoutMs: 100_000 });
  expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
  return { end, report: parseReport(readFileSync(join(folder, 'report.json'), 'utf8')) };
}

/** `interval at src/leaky.ts:37` for each group of open handles. */
function openLines(report: Report): readonly string[] {
  return report.open.map((group) => {
    const site = report.sites.find((one) => one.id === group.site);
    return `${group.type} at ${site?.file}:${site?.line}`;
  });
}

function lineOf(file: string, words: string): number {
  return (
    readFileSync(join(example, file), 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(words)) + 1
  );
}

describe.concurrent('leaky-service', { timeout: 120_000 }, () => {
  test('the leaky twin grows, and the report names the lines that hold handles, in TypeScript', async ({ expect: expects }) => {
    const { end, report } = await watchTwin('leaky');
    expects(report.verdict.level, report.verdict.why).toBe('growing');
    const lines = openLines(report);
    expects(lines).toContain(`interval at src/leaky.ts:${lineOf('src/leaky.ts', 'setInterval(')}`);
    expects(lines).toContain(`file at src/leaky.ts:${lineOf('src/leaky.ts', 'openSync(join')}`);
    expects(end.stderr).toMatch(/GROWING/);
  });

  test('the fixed twin does not grow and leaves nothing open', async ({ expect: expects }) => {
    const { end, report } = await watchTwin('fixed');
    expects(report.verdict.level, report.verdict.why).toBe('not-growing');
    expects(openLines(report)).toEqual([]);
    expects(end.stderr).toMatch(/nothing left open/);
  });
});
