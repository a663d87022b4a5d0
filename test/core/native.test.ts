import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, runProgram, testNode } from '../support/run-program.ts';

const index = join(root, 'dist/core/index.js');

function knowsUsing(node: string): boolean {
  return spawnSync(node, ['--eval', '{ using x = null; }'], { stdio: 'ignore' }).status === 0;
}

describe.runIf(existsSync(index))('the built package', () => {
  it('releases with native `using` and `await using`, where the syntax exists', async () => {
    const program = `
      import { scope, ResourceRegistry, defineKind } from ${JSON.stringify(index)};
      const registry = new ResourceRegistry();
      const order = [];
      const sync = defineKind({ type: 'file', releaseSync: (name) => void order.push(name) });
      const source = \`return (async () => {
        await using own = scope({ registry });
        own.defer(async () => void order.push('deferred'));
        own.adopt('adopted', sync);
        using guard = registry.register('sync', sync);
        await using other = registry.register('async', { type: 'socket', release: async (name) => void order.push(name) });
        order.push('body');
      })()\`;
      await new Function('scope', 'registry', 'sync', 'order', source)(scope, registry, sync, order);
      try {
        await new Function('scope', 'registry', \`return (async () => {
          await using own = scope({ registry });
          own.defer(() => { throw new Error('no'); });
        })()\`)(scope, registry);
      } catch (error) { order.push(error.code); }
      console.log(JSON.stringify({ order, left: registry.count() }));
    `;
    if (!knowsUsing(testNode)) return;
    const { stdout, stderr, code } = await runProgram(program);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ order: ['body', 'async', 'sync', 'adopted', 'deferred', 'WT_RELEASE_FAILED'], left: 1 });
  });

  it('reports a guard and a scope that were dropped, with the line, and releases nothing', async () => {
    const program = `
      import { ResourceRegistry, defineKind } from ${JSON.stringify(index)};
      const registry = new ResourceRegistry({ scopes: { finalizer: 'always', stack: 'always' } });
      let released = 0;
      const kind = defineKind({ type: 'socket', finalizer: 'always', stack: 'always', release: () => void released++ });
      const leaked = [];
      registry.on((event) => { if (event.kind === 'leaked') leaked.push(event.type + (event.createdAt ? ' with line' : '')); });
      const kept = registry.register({ kept: true }, kind);
      (() => { registry.register({}, kind); registry.scope().defer(() => {}); registry.register({}, kind).release(); })();
      for (let turn = 0; turn < 200 && leaked.length < 2; turn += 1) { gc(); await new Promise((resolve) => setTimeout(resolve, 5)); }
      console.log(JSON.stringify({ leaked: leaked.sort(), released, state: kept.state, metrics: registry.metrics().leaked, health: registry.health().status }));
    `;
    const { stdout, stderr } = await runProgram(program, { nodeArgs: ['--expose-gc'] });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      leaked: ['scope with line', 'socket with line'],
      released: 1,
      state: 'live',
      metrics: 2,
      health: 'degraded',
    });
  });

  it('keeps the process alive while a release runs, and not otherwise', async () => {
    const program = `
      import { defaultRegistry, scope } from ${JSON.stringify(index)};
      defaultRegistry().register({}, { type: 'custom', release() {} });
      const own = scope();
      let settle;
      own.defer(() => new Promise((resolve) => { settle = resolve; setTimeout(resolve, 100).unref(); }));
      own.close().then((report) => console.log('closed', report.ok));
    `;
    const { stdout, code } = await runProgram(program);
    expect(stdout).toBe('closed true\n');
    expect(code).toBe(0);
  });

  it('names the line of the registration in its outcome', async () => {
    const program = [
      `import { ResourceRegistry } from ${JSON.stringify(index)};`,
      'const registry = new ResourceRegistry();',
      "  const guard = registry.register(1, { type: 'file', release() { throw new Error('no'); } });",
      'console.log(guard.release().createdAt);',
    ].join('\n');
    const { stdout } = await runProgram(program);
    expect(stdout.trim()).toMatch(/:3:26$/);
  });

  it('can be required, and does nothing when it is loaded', async () => {
    const program = `
      import { createRequire } from 'node:module';
      const before = process.eventNames().length;
      const core = createRequire(import.meta.url)(${JSON.stringify(index)});
      console.log(typeof core.scope, process.eventNames().length - before, process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length);
    `.replace('import.meta.url', JSON.stringify(join(root, 'test/x.js')));
    const { stdout } = await runProgram(program);
    expect(stdout).toBe('function 0 0\n');
  });
});
