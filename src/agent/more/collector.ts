import type * as V8 from 'node:v8';
import type * as Vm from 'node:vm';

/** V8's collector, taken without leaving a `gc` behind in contexts that the program makes; null where it cannot be had. */
export function takeCollector(): (() => void) | null {
  const v8 = require('v8') as typeof V8;
  const vm = require('vm') as typeof Vm;
  const hadIt = typeof (globalThis as { gc?: unknown }).gc === 'function';
  try {
    v8.setFlagsFromString('--expose-gc');
    const collect: unknown = vm.runInNewContext('gc');
    return typeof collect === 'function' ? () => void collect() : null;
  } catch {
    return null;
  } finally {
    if (!hadIt) v8.setFlagsFromString('--no-expose-gc');
  }
}
