import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8's collector: of the whole heap, or of what is young. */
export type Collect = (options?: { readonly type: 'minor' }) => void;

/** V8's collector without `--expose-gc`, and without leaving a `gc` behind in contexts that the program makes; null where it cannot be had. */
export function takeCollector(): Collect | null {
  const hadIt = typeof Reflect.get(globalThis, 'gc') === 'function';
  try {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') return null;
    // With any argument, even undefined, newer versions of V8 leave more behind.
    return (options) => void (options === undefined ? collect() : collect(options));
  } catch {
    return null;
  } finally {
    if (!hadIt) setFlagsFromString('--no-expose-gc');
  }
}
