import { spawn } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { captureEnd } from '../support/capture-end.ts';
import type { ProgramEnd } from '../support/run-program.ts';
import { root, runProgram, testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const program = join(root, 'test/programs/exit-way.mjs');

/** Starts the program, waits until it listens, then sends the signals; each later one when its text stands in the output. */
async function signalled(
  settings: readonly string[],
  first: NodeJS.Signals,
  later: readonly (readonly [after: string, NodeJS.Signals])[] = [],
): Promise<ProgramEnd> {
  const child = spawn(testNode, [program, 'wait', ...settings], { cwd: root, stdio: 'pipe' });
  const steps: (readonly [string, NodeJS.Signals])[] = [['ready\n', first], ...later];
  let output = '';
  const next = (): void => {
    const step = steps[0];
    if (step === undefined || !output.includes(step[0])) return;
    steps.shift();
    child.kill(step[1]);
    next();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    next();
  });
  return captureEnd(child, 30_000);
}

function told(end: ProgramEnd): string {
  const steps = end.stdout.replace('ready\n', '').trim();
  return `${steps} ${end.signal ?? end.code}`.trim();
}

const run = (way: string, ...settings: string[]): Promise<ProgramEnd> => runProgram(program, { args: [way, ...settings] });

describe('each way out of the process', () => {
  it('natural end: everything is released, the exit code stays', async () => {
    const end = await run('natural');
    expect([told(end), end.stderr]).toEqual(['SaA 0', '']);
    expect(told(await run('natural', 'code'))).toBe('SaA 4');
  });

  it('process.exit: nothing asynchronous can run any more, the synchronous stand-ins do', async () => {
    const end = await run('exit');
    expect([told(end), end.stderr]).toEqual(['Ss 3', '']);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s: everything is released, and the parent sees a death by it',
    async (signal) => {
      const end = await signalled([], signal);
      expect([told(end), end.stderr]).toEqual([`SaA ${signal}`, '']);
    },
  );

  it.each(['throw', 'reject'])('%s: Node’s own text, everything released, status 1', async (way) => {
    const end = await run(way);
    const plain = await run(way, 'off');
    expect(told(plain)).toBe('1');
    expect([told(end), end.stderr]).toEqual(['SaA 1', plain.stderr]);
  });

  it('the same signal twice at once, as npm sends it, is one wish', async () => {
    const end = await signalled([], 'SIGINT', [['a', 'SIGINT']]);
    expect([told(end), end.stderr]).toEqual(['SaA SIGINT', '']);
  });

  it('a second signal ends the wait for a release that hangs', async () => {
    const child = spawn(testNode, [program, 'wait', 'hang'], { cwd: root, stdio: 'pipe' });
    let asking: NodeJS.Timeout | undefined;
    child.stdout.once('data', () => {
      // Sent until it counts: what comes within 250 ms of the first is taken for the same wish.
      asking = setInterval(() => child.kill('SIGTERM'), 100);
    });
    const end = await captureEnd(child, 30_000).finally(() => clearInterval(asking));
    expect(told(end)).toBe('Sas SIGTERM');
    expect(end.stderr).toContain('watertight: second SIGTERM: ended without waiting any longer\n');
    expect(end.stderr).toMatch(/not released: custom:slow "the slow one" registered at .*exit-way\.mjs:\d+:\d+/);
  });

  it('a release that hangs is given up after the grace time, with its name and line', async () => {
    const end = await signalled(['hang', 'grace=200'], 'SIGTERM');
    expect(told(end)).toBe('Sas SIGTERM');
    expect(end.stderr).toMatch(
      /^watertight: SIGTERM: custom:slow "the slow one" registered at .*exit-way\.mjs:\d+:\d+ timed-out/,
    );
    const natural = await run('natural', 'hang', 'grace=200', 'code');
    expect(told(natural)).toBe('Sas 4');
    expect(natural.stderr).toContain('natural-end: custom:slow');
  });
});

describe('the program’s own wishes', () => {
  it('a listener of its own may end the process before the releases are done', async () => {
    expect(told(await signalled(['own-exit'], 'SIGTERM'))).toBe('Sas 7');
  });

  it('a listener of its own that does not end it cannot keep it beyond the grace time', async () => {
    const end = await signalled(['logs', 'grace=300'], 'SIGTERM');
    expect(end.stdout.replace('ready\n', '').split('').toSorted().join('')).toBe('ALSa');
    expect(end.signal).toBe('SIGTERM');
    expect(end.stderr).toContain('own listener has not ended it');
  });

  it('the modest listeners of signal-exit neither delay the end nor lose their hooks', async () => {
    const end = await signalled(['signal-exit'], 'SIGTERM');
    expect([told(end), end.stderr]).toEqual(['SaAX SIGTERM', '']);
  });

  it('its listeners for uncaught errors and unhandled rejections keep them', async () => {
    expect(told((await run('throw', 'own-uncaught', 'ends', 'grace=1000').catch(String)) as ProgramEnd)).toMatch(/^U/);
    expect(told(await run('reject', 'own-unhandled', 'ends'))).toBe('RSaA 0');
  });

  it.each([
    ['none', 'SaA 0'],
    ['warn', 'SaA 0'],
    ['warn-with-error-code', 'SaA 1'],
    ['strict', 'SaA 1'],
    ['throw', 'SaA 1'],
  ])('--unhandled-rejections=%s is honoured', async (mode, expected) => {
    const nodeArgs = [`--unhandled-rejections=${mode}`];
    const end = await runProgram(program, { args: ['reject', 'ends'], nodeArgs });
    const plain = await runProgram(program, { args: ['reject', 'ends', 'off'], nodeArgs });
    expect(told(end)).toBe(expected);
    expect(end.code).toBe(plain.code);
    expect(end.stderr.replaceAll(/\(node:\d+\)/g, '')).toBe(plain.stderr.replaceAll(/\(node:\d+\)/g, ''));
  });

  it('a framework that owns the signals closes through its own hook', async () => {
    expect(told(await signalled(['no-signals', 'framework'], 'SIGTERM'))).toBe('SaA closed 0');
  });

  it('what was taken away does nothing', async () => {
    expect(told(await signalled(['dispose'], 'SIGTERM'))).toBe('SIGTERM');
    expect(told(await run('exit', 'dispose'))).toBe('3');
  });
});

describe('the coordinator', () => {
  it('installs nothing at import, one listener per event however often it is asked, and removes them', async () => {
    const end = await runProgram(`
      const events = ['exit', 'beforeExit', 'uncaughtException', 'unhandledRejection', 'SIGINT', 'SIGTERM', 'SIGHUP'];
      const counts = () => events.map((event) => process.listenerCount(event));
      const before = counts();
      const more = () => counts().map((count, index) => count - before[index]).join('');
      const { installShutdown } = await import(${JSON.stringify(join(root, 'dist/core/index.js'))});
      const seen = [more()];
      const installed = [
        installShutdown(),
        installShutdown({ signals: ['SIGTERM'] }),
        installShutdown({ uncaught: false, naturalEnd: false, signals: false }),
      ];
      seen.push(more());
      for (const one of installed) {
        one[Symbol.dispose]();
        seen.push(more());
      }
      console.log(seen.join(' '));
    `);
    expect(end.stdout).toBe('0000000 1110111 1110010 1000000 0000000\n');
  });

  it('is one for all copies of the package', async () => {
    const folder = tempFolder();
    for (const copy of ['one', 'two']) cpSync(join(root, 'dist'), join(folder, copy), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const file = join(folder, 'program.mjs');
    writeFileSync(
      file,
      `for (const name of ['one', 'two']) {
          const { defaultRegistry, installShutdown } = await import(\`./\${name}/core/index.js\`);
          installShutdown();
          defaultRegistry().register({}, { type: 'custom', release: async () => console.log(name) });
        }
        console.log(process.listenerCount('SIGTERM'));`,
    );
    const end = await runProgram(file, { cwd: folder });
    expect(end.stdout.trim().split('\n').toSorted()).toEqual(['1', 'one', 'two']);
  });

  it('in a worker sees the natural end and process.exit, and takes no signals', async () => {
    const end = await runProgram(`
      import { Worker } from 'node:worker_threads';
      const core = ${JSON.stringify(join(root, 'dist/core/index.js'))};
      for (const last of ['', 'process.exit(5)']) {
        const source = \`
          const { writeSync } = require('node:fs');
          import(\${JSON.stringify(core)}).then(({ defaultRegistry, installShutdown }) => {
            installShutdown();
            defaultRegistry().register({}, {
              type: 'custom',
              release: () => new Promise((done) => setTimeout(done, 20)).then(() => writeSync(1, 'async ')),
              releaseSync: () => writeSync(1, 'sync '),
            });
            writeSync(1, String(process.listenerCount('SIGTERM')) + ' ');
            \${last}
          });\`;
        const worker = new Worker(source, { eval: true, execArgv: [] });
        const code = await new Promise((resolve) => worker.once('exit', resolve));
        process.stdout.write(code + ' ');
      }
    `);
    expect(end.stdout.trim()).toBe('0 async 0 0 sync 5');
  });

  it('refuses wrong options', async () => {
    const { installShutdown } = await import('../../src/core/shutdown.ts');
    const code = (options: object): unknown => {
      try {
        installShutdown(options);
        return 'accepted';
      } catch (error) {
        return Reflect.get(error as object, 'code');
      }
    };
    for (const options of [{ graceMs: -1 }, { signals: ['TERM'] }, { signal: [] }, { targets: [{}] }])
      expect(code(options)).toBe('WT_INVALID_OPTION');
  });
});
