import type { Agent } from '../agent.ts';
import type { Callable } from './wrap.ts';
import { callWithRoom, wrap } from './wrap.ts';

/** The watcher that `fs.watch` makes for whole trees where the system has none: its state is private, so its `close` says that it has gone. */
function followClose(agent: Agent, watcher: object): void {
  if ('_handle' in watcher) return;
  const prototype = Object.getPrototypeOf(watcher) as object;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  wrap(prototype, 'close', (original) => function (this: unknown) {
    const result = Reflect.apply(original, this, arguments);
    agent.quietly(() => {
      const row = agent.rows.of(this as object);
      if (row) agent.rows.close(row);
    });
    return result;
  });
}

const patched = new WeakSet<object>();

/** `fs.watch`, `fs.watchFile` and `fs.promises.watch`. */
export function patchWatchers(agent: Agent): void {
  const fs = require('fs') as typeof import('node:fs');
  const { rows, sites } = agent;

  function watched(original: Callable, room: boolean): Callable {
    const replacement: Callable = function (this: unknown, path) {
      const watcher = room ? callWithRoom(original, this, arguments) : Reflect.apply(original, this, arguments);
      agent.quietly(() => {
        const handle = watcher as object;
        const weight = rows.of(handle) ? 0 : sites.weigh('watcher');
        if (weight === 0) return;
        rows.open({ type: 'watcher', site: sites.of('watcher', replacement), weight, handle, detail: String(path) });
        if (room) followClose(agent, handle);
      });
      return watcher;
    };
    return replacement;
  }

  wrap(fs, 'watch', (original) => watched(original, true));
  wrap(fs, 'watchFile', (original) => watched(original, true));
  wrap(fs.promises, 'watch', (original) => watched(original, false));
}
