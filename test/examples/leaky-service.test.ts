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
  // Beside other tests a collection may take long by the clock; what it costs is not what is tested here.
  const env = { WATERTIGHT_OPTIONS: 'maxPauseMs=500' };
  const end = await runProgram(join(example, 'dist/drive.js'), {
    args: [twin, loadSeconds, ...options],
    env,
    timeoutMs: 100_000,
  });
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

// One after the other, so that they do not slow each other down, and with a second chance: on a machine that is too busy to collect often
// enough the verdict is "too short", and rightly so.
describe('leaky-service', { timeout: 120_000, retry: 1 }, () => {
  test('the leaky twin leaks, and the report names the lines that keep objects and handles, in TypeScript', async () => {
    const { end, report } = await watchTwin('leaky');
    expect(report.verdict.level, report.verdict.why).toBe('leak');
    const [leak] = report.findings;
    const site = report.sites.find((one) => one.id === leak?.site);
    expect(leak).toMatchObject({ rule: 'heap-survivors', level: 'leak' });
    expect(site).toMatchObject({
      file: 'src/leaky.ts',
      line: lineOf('src/leaky.ts', 'function remember('),
      function: 'remember',
    });
    const lines = openLines(report);
    expect(lines).toContain(`interval at src/leaky.ts:${lineOf('src/leaky.ts', 'setInterval(')}`);
    expect(lines).toContain(`file at src/leaky.ts:${lineOf('src/leaky.ts', 'openSync(join')}`);
    expect(end.stderr).toMatch(/^LEAK .*src\/leaky\.ts:\d+:\d+ {2}remember\(\)$/m);
  });

  test('the fixed twin does not leak and leaves nothing open', async () => {
    const { end, report } = await watchTwin('fixed');
    expect(report.verdict.level, report.verdict.why).toBe('not-growing');
    expect(report.findings.filter(({ closed }) => closed === null)).toEqual([]);
    expect(openLines(report)).toEqual([]);
    expect(end.stderr).toMatch(/nothing left open/);
  });
});
