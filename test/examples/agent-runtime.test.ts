// The host of agents, as users run it: under `watertight run`, with injected crashes, cancellations and hangs. Shorter than the minute of
// `npm run example:agents`.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseReport } from '../../src/report/index.ts';
import { root, runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const example = join(root, 'examples/agent-runtime');

interface Summary {
  readonly endings: Readonly<Record<string, number>>;
  readonly releases: { readonly released: number; readonly problems: number };
  readonly stillRegistered: number;
}

beforeAll(async () => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const { code, stdout } = await runProgram(tsc, { args: ['-p', 'tsconfig.json'], cwd: example, node: process.execPath });
  if (code !== 0) throw new Error(`the example does not compile: ${stdout}`);
});

const outputFolders = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('agent_runtime_'));

describe('agent-runtime', { timeout: 90_000 }, () => {
  test('runs agents with every fault, and the report shows nothing left open', async () => {
    const folder = tempFolder();
    const before = outputFolders();
    const json = join(folder, 'report.json');
    const args = ['run', '--report-dir', folder, '--json', json, '--', process.execPath, 'dist/main.js'];
    const end = await runProgram('dist/cli/bin.js', {
      args: [...args, '--executions', '60', '--seconds', '60', '--timeout-ms', '2000'],
      cwd: example,
      timeoutMs: 80_000,
    });
    expect(end, end.stderr).toMatchObject({ code: 0, signal: null });
    const summary = JSON.parse(end.stdout.slice(end.stdout.indexOf('{'))) as Summary;
    expect(summary).toMatchObject({ releases: { problems: 0 }, stillRegistered: 0 });
    const endings = [
      'done',
      'the tool crashed',
      'over time: 2000 ms',
      'cancelled',
      'no answer after 10 tool calls',
      'the program ended with SIGKILL',
    ];
    expect(Object.keys(summary.endings)).toEqual(expect.arrayContaining(endings));
    const report = parseReport(readFileSync(json, 'utf8'));
    expect(report.open).toEqual([]);
    expect(report.left).toEqual([]);
    expect(report.owned?.problems ?? []).toEqual([]);
    expect(outputFolders()).toEqual(before);
  });

  test('an interrupt ends it early, with nothing left', async () => {
    const before = outputFolders();
    const source = `
      import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['dist/main.js', '--seconds', '30', '--timeout-ms', '500'], { stdio: 'inherit' });
      setTimeout(() => child.kill('SIGTERM'), 1500);
      child.once('exit', (code, signal) => console.log(JSON.stringify({ code, signal })));`;
    const end = await runProgram(source, { cwd: example, timeoutMs: 30_000 });
    expect(end.stdout).toContain('{"code":null,"signal":"SIGTERM"}');
    expect(outputFolders()).toEqual(before);
  });
});
