import type { Agent } from '../agent.ts';
import type { Observe } from './wrap.ts';
import { onReturn } from './wrap.ts';

/**
 * Sees `fs.watch`, `fs.watchFile` and `fs.promises.watch`. What the last one answers is open until it is collected. The
 * watcher that node makes for whole trees keeps its state private: its `close` says that it has gone.
 */
export function watchersOf(agent: Agent): Observe {
  const { rows, sites } = agent;
  const patched = new WeakSet<object>();

  function followClose(watcher: object): void {
    if ('_handle' in watcher || Symbol.asyncIterator in watcher) return;
    const prototype = Object.getPrototypeOf(watcher) as object;
    if (patched.has(prototype)) return;
    patched.add(prototype);
    onReturn(prototype, ['close'], ({ self }) => () => {
      const row = rows.of(self as object);
      if (row) rows.close(row);
    });
  }

  return ({ values, below }) =>
    (watcher) => {
      const handle = watcher as object;
      const weight = rows.of(handle) ? 0 : sites.weigh('watcher');
      if (weight === 0) return;
      rows.open({ type: 'watcher', site: sites.of('watcher', below), weight, handle, detail: String(values[0]) });
      followClose(handle);
    };
}
