import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { currentScope, requireScope, runInScope, withScope } from '../../src/core/context.ts';
import { ResourceRegistry } from '../../src/core/registry.ts';
import { WatertightError } from '../../src/kernel/errors.ts';
import { root, runProgram } from '../support/run-program.ts';

describe('the ambient scope', () => {
  it('is none outside, and code that needs one is told', () => {
    expect(currentScope()).toBeUndefined();
    expect(requireScope).toThrow(WatertightError);
    expect(requireScope).toThrow('WT_NOT_FOUND');
  });

  it('is found through awaits and timers, and everything in it is released at the end', async () => {
    const registry = new ResourceRegistry();
    const released: string[] = [];
    const deep = async (name: string): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      requireScope().defer(() => void released.push(name));
    };
    await runInScope(
      async (outer) => {
        await deep('outer');
        await runInScope(async (inner) => {
          expect(currentScope()).toBe(inner);
          await deep('inner');
        });
        expect(released).toEqual(['inner']);
        expect(currentScope()).toBe(outer);
      },
      { registry },
    );
    expect(released).toEqual(['inner', 'outer']);
    expect(registry.count()).toBe(0);
    expect(currentScope()).toBeUndefined();
  });

  it('keeps parallel tasks apart and passes on exactly what the task failed with', async () => {
    const registry = new ResourceRegistry();
    const mine = async (): Promise<boolean> =>
      runInScope(
        async (scope) => {
          await Promise.resolve();
          return currentScope() === scope;
        },
        { registry },
      );
    expect(await Promise.all([mine(), mine(), mine()])).toEqual([true, true, true]);
    const error = new Error('the body’s own');
    await expect(runInScope(() => Promise.reject(error), { registry })).rejects.toBe(error);
  });

  it('refuses what comes after the scope was closed', async () => {
    const registry = new ResourceRegistry();
    const opened = registry.scope();
    const late = withScope(opened, () => () => requireScope());
    await opened.close();
    withScope(opened, () => expect(() => late().defer(() => {})).toThrow('WT_SHUTTING_DOWN'));
  });

  it('touches no async hook before it is used', async () => {
    const end = await runProgram(`
      import { AsyncLocalStorage } from 'node:async_hooks';
      let runs = 0;
      const { run } = AsyncLocalStorage.prototype;
      AsyncLocalStorage.prototype.run = function (...args) { runs += 1; return Reflect.apply(run, this, args); };
      const core = await import(${JSON.stringify(join(root, 'dist/core/index.js'))});
      const { currentScope, runInScope } = await import(${JSON.stringify(join(root, 'dist/core/context.js'))});
      await core.scope().run(() => currentScope());
      const before = runs;
      await runInScope(() => {});
      console.log(before, runs);
    `);
    expect(end.stdout).toBe('0 1\n');
  });
});
