import { describe, expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeRun, ofKind, readOnlyThread, rowsOf } from './support/agent.ts';

async function record(source: string, env: Readonly<Record<string, string>> = {}) {
  const run = makeRun('gc=0');
  const end = await runProgram(source, { env: { ...run.env, ...env } });
  return { end, thread: readOnlyThread(run.directory) };
}

describe('rows of handles', () => {
  test('every type of handle is recorded with the line that made it', async () => {
    const { end, thread } = await record('test/programs/agent-handles.cjs', { TMPDIR: tempFolder() });
    expect(end.stderr).toBe('');
    const expected = JSON.parse(end.stdout) as readonly string[];
    const rows = rowsOf(thread).map((row) => `${row.type} ${row.at}`);
    expect(expected.filter((mark) => !rows.includes(mark))).toEqual([]);
    expect(
      rowsOf(thread)
        .filter((row) => row.type === 'server-socket')
        .map((row) => row.at),
    ).toEqual(
      expect.arrayContaining(expected.filter((mark) => mark.startsWith('server ')).map((mark) => mark.slice('server '.length))),
    );
  });

  test('a connection that fetch() opens has the line that asked for it, far below', async () => {
    const { thread } = await record(`import { createServer } from 'node:http';
      const server = createServer((request, response) => response.end('x')).listen(0, '127.0.0.1', async () => {
        async function isUp() { return (await fetch('http://127.0.0.1:' + server.address().port)).ok; }
        await isUp();
        setTimeout(() => process.exit(), 300);
      });`);
    const [socket] = rowsOf(thread).filter(({ type }) => type === 'socket');
    const [made] = ofKind(thread, 'f').filter(([, , frames]) => frames.some(([, , , name]) => name === 'isUp'));
    expect(made).toBeDefined();
    expect(socket?.at).toMatch(/:3$/);
  });

  test('a child whose environment was replaced is listed as such', async () => {
    const { thread } = await record(`import { spawnSync, spawn } from 'node:child_process';
      spawn(process.execPath, ['-e', '0'], { env: {} }); spawn('true', ['--token', 'abc']);`);
    expect(ofKind(thread, 'c').map(([, , , command, environment]) => [command.at(-1), environment])).toEqual([
      ['0', 'replaced'],
      ['***', 'inherited'],
    ]);
  });

  test('what keeps the event loop alive is told, what was unref’d is not', async () => {
    const { thread } = await record(`setInterval(() => {}, 1000); setInterval(() => {}, 1000).unref();
      setTimeout(() => process.exit(), 400);`);
    const intervals = rowsOf(thread).filter((row) => row.type === 'interval');
    expect(intervals).toHaveLength(2);
    expect(ofKind(thread, 'k').at(-1)?.[2]).toEqual([intervals[0]?.id]);
  });

  test('handles that were closed are recorded as closed, those of a moment are only counted', async () => {
    const { thread } = await record(`import fs, { openSync, closeSync } from 'node:fs';
      for (let i = 0; i < 50; i += 1) closeSync(openSync('/etc/hostname'));
      const kept = openSync('/etc/hostname');
      const timer = setInterval(() => {}, 1000);
      const handle = await fs.promises.open('/etc/hostname');
      const recorded = (what) => { const dir = process.env.WATERTIGHT_RUN; return fs.readFileSync(dir + '/' + fs.readdirSync(dir)[0], 'utf8').includes(what); };
      const until = (what) => new Promise((done) => { const look = () => (recorded(what) ? done() : setTimeout(look, 20)); look(); });
      await until('"interval"');
      fs.closeSync(kept); clearInterval(timer); await handle.close();
      await until('["-"');`);
    const rows = rowsOf(thread);
    expect(rows.filter((row) => row.type !== 'timeout').map((row) => [row.type, row.isClosed])).toEqual([
      ['file', true],
      ['interval', true],
      ['file', true],
    ]);
    const counts = new Map(
      ofKind(thread, 'n')
        .at(-1)?.[2]
        .map(([type, opened, closed]) => [type, [opened, closed]]),
    );
    expect(counts.get('file')?.[0]).toBe(counts.get('file')?.[1]);
    expect(counts.get('file')?.[0]).toBeGreaterThanOrEqual(52);
    expect(counts.get('interval')).toEqual([1, 1]);
  });

  test('a compressor has the line that made it, until it is closed', async () => {
    const { thread } = await record(`import fs from 'node:fs'; import { createGzip } from 'node:zlib';
      const recorded = (what) => { const dir = process.env.WATERTIGHT_RUN; return fs.readFileSync(dir + '/' + fs.readdirSync(dir)[0], 'utf8').includes(what); };
      const until = (what, act) => new Promise((done) => { const look = () => { act(); if (recorded(what)) done(); else setTimeout(look, 20); }; look(); });
      const kept = [];
      function join() { kept.push(createGzip()); }
      await until('"zlib"', join);
      const last = kept.pop();
      for (const stream of kept) stream.close();
      await until('["-"', () => undefined);
      last.write('x');`);
    const rows = rowsOf(thread).filter(({ type }) => type === 'zlib');
    expect(new Set(rows.map(({ at }) => at))).toEqual(new Set(['[eval1]:5']));
    expect(rows.filter(({ isClosed }) => isClosed).length).toBeGreaterThan(0);
    expect(ofKind(thread, 'k').flatMap(([, , ids]) => ids.filter((id) => rows.some((row) => row.id === id)))).toEqual([]);
  });

  test('a directory that is read entry by entry has the line that opened it, until it is closed', async () => {
    const { thread } =
      await record(`import fs, { opendir, opendirSync } from 'node:fs'; import { opendir as open } from 'node:fs/promises';
      const recorded = () => { const dir = process.env.WATERTIGHT_RUN; return fs.readFileSync(dir + '/' + fs.readdirSync(dir)[0], 'utf8'); };
      const turn = () => new Promise((done) => setTimeout(done, 20));
      const kept = [];
      const walk = async () => { kept.push(await open('.')); };
      const list = () => { kept.push(opendirSync('.')); };
      const call = () => new Promise((done) => opendir('.', (error, dir) => done(kept.push(dir))));
      while (recorded().split('"directory"').length < 10) { for (const act of [walk, list, call]) await act(); await turn(); }
      const last = kept.pop();
      for (const [at, dir] of kept.entries()) if (at % 2) await dir.close(); else for await (const each of dir) break;
      while (!recorded().includes('["-"')) await turn();
      await last.read();`);
    const rows = rowsOf(thread).filter(({ type }) => type === 'directory');
    expect(new Set(rows.map(({ at }) => at))).toEqual(new Set(['[eval1]:5', '[eval1]:6', '[eval1]:7']));
    expect(rows.filter(({ isClosed }) => !isClosed)).toHaveLength(1);
  });

  test('a server that was closed shortly before the end is not open at the end', async () => {
    const run = makeRun('gc=0');
    await runProgram(
      `import { createServer } from 'node:http'; const server = createServer().listen(0, '127.0.0.1'); setTimeout(() => server.close(), 300);`,
      { env: run.env },
    );
    const thread = readOnlyThread(run.directory);
    const closed = new Set(ofKind(thread, '-').map(([, , row]) => row));
    expect(rowsOf(thread).map(({ type, id }) => [type, closed.has(id)])).toEqual([['server', true]]);
  });

  test('named imports of ES modules are seen', async () => {
    const { thread } = await record(`import { openSync } from 'node:fs';
      import { setInterval as every } from 'node:timers';
      openSync('/etc/hostname'); every(() => {}, 1000).unref(); setTimeout(() => {}, 100);`);
    expect(
      rowsOf(thread)
        .map((row) => row.type)
        .sort(),
    ).toEqual(expect.arrayContaining(['file', 'interval']));
  });

  test('short timers stand for the sixteenth part that is recorded', async () => {
    const { thread } = await record(
      `for (let i = 0; i < 160; i += 1) setTimeout(() => {}, 9000); setTimeout(() => process.exit(), 150);`,
    );
    const rows = rowsOf(thread).filter((row) => row.type === 'timeout');
    expect(rows.reduce((sum, row) => sum + row.weight, 0)).toBe(160);
    expect(rows[0]?.weight).toBe(16);
  });

  test('a flood of stacks is thinned out by weight', async () => {
    const { thread } = await record(`import { openSync } from 'node:fs';
      const all = []; for (let i = 0; i < 20_000; i += 1) all.push(setInterval(() => {}, 1e6));
      setTimeout(() => process.exit(), 150);`);
    const rows = rowsOf(thread).filter((row) => row.type === 'interval');
    expect(rows.length).toBeLessThan(20_000);
    const estimate = rows.reduce((sum, row) => sum + row.weight, 0);
    expect(estimate).toBeGreaterThan(15_000);
    expect(estimate).toBeLessThan(25_000);
  });
});
