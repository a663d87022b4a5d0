import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root, runCommand, testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { bin, eventually, place, reports, runSource, start } from './watertight.ts';
import type { Place } from './watertight.ts';

const source = `
const held = [];
function keep() { held.push(require('fs').openSync(process.execPath)); }
for (let left = 3; left > 0; left--) keep();
`;

async function connect(where: Place, args: readonly string[] = []): Promise<Client> {
  const env = Object.fromEntries(
    Object.entries({ ...process.env, ...where.env }).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp', ...args],
    cwd: where.cwd,
    env,
    stderr: 'pipe',
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

async function ask(
  client: Client,
  name: string,
  given: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const answer = await client.callTool({ name, arguments: given });
  expect(answer.isError).not.toBe(true);
  return answer.structuredContent as Record<string, unknown>;
}

describe('with the client of the official SDK', () => {
  test('a stored run is told', async () => {
    const where = place();
    await runSource(where, `${source} setTimeout(() => {}, 1500)`);
    const client = await connect(where);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['runs', 'status', 'findings', 'sites', 'resources', 'explain']);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);

    const [finished] = (await ask(client, 'runs'))['finished'] as { run: string }[];
    expect(finished?.run).toContain(reports(where)[0]);
    expect(await ask(client, 'status')).toMatchObject({ end: { kind: 'natural', code: 0 }, open: 3 });
    expect(await ask(client, 'resources', { run: finished?.run })).toMatchObject({
      open: [{ type: 'file', count: 3, site: { function: 'keep()' } }],
    });
    expect(await ask(client, 'findings')).toMatchObject({ findings: [] });
    expect(((await ask(client, 'sites'))['sites'] as unknown[]).length).toBeGreaterThanOrEqual(1);
    expect((await ask(client, 'explain'))['text']).toContain('## What to answer');
    const wrong = await client.callTool({ name: 'status', arguments: { run: '/nowhere' } });
    expect(wrong).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('there is no run at /nowhere') as unknown }],
    });
  }, 60_000);

  test('a run that goes on is told, and its program collects only where that was allowed', async () => {
    const where = place();
    const run = start(where, [
      'run',
      '--',
      testNode,
      '-e',
      `${source} setInterval(() => {}, 100); console.log('pid', process.pid)`,
    ]);
    await eventually('the program runs', () => /pid \d+\n/.test(run.stdout()));
    const pid = Number(/pid (\d+)/.exec(run.stdout())?.[1]);
    onTestFinished(async () => {
      process.kill(pid, 'SIGTERM');
      await run.ended;
    });
    const client = await connect(where, [String(pid), '--allow-actions']);
    await eventually('its data are there', () => run.stderr().includes('watching'));
    const answer = await ask(client, 'collect', { pid });
    expect(answer['pauseMs']).toBeGreaterThan(0);
    expect(await ask(client, 'status')).toMatchObject({ end: { kind: 'still-running' } });
    const live = (await ask(client, 'runs'))['live'] as { pids: number[] }[];
    expect(live.some(({ pids }) => pids.includes(pid))).toBe(true);
    const readOnly = await connect(where);
    expect(
      (await readOnly.callTool({ name: 'collect', arguments: { pid } }).catch((error: unknown) => ({ isError: true, error })))
        .isError,
    ).toBe(true);
  }, 60_000);
});

test('without the SDK it says what to install', async () => {
  const folder = tempFolder();
  const own = join(folder, 'node_modules/watertight');
  mkdirSync(own, { recursive: true });
  cpSync(join(root, 'dist'), join(own, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(own, 'package.json'));
  for (const name of ['commander', 'ws', '@jridgewell'])
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
  const end = await runCommand(process.execPath, [join(own, 'dist/cli/bin.js'), 'mcp'], { cwd: folder });
  expect([end.code, end.stdout]).toEqual([125, '']);
  expect(end.stderr).toBe(
    'watertight: watertight mcp needs @modelcontextprotocol/server 2, which is not installed. Try: npm install --save-dev @modelcontextprotocol/server (WT_PEER_MISSING)\n',
  );
});
