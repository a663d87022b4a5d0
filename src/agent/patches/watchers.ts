import type * as Fs from 'node:fs';
import type { Agent } from '../agent.ts';
import type { Callable } from './wrap.ts';
import { callWithRoom, wrap } from './wrap.ts';

/** The watcher that `fs.watch` makes for whole trees where the system has none: its state is private, so its `close` says that it has gone. */
function followClose(agent: Agent, watcher: object): void {
  if ('_handle' in watcher || Symbol.asyncIterator in watcher) return;
  const prototype = Object.getPrototypeOf(watcher) as object;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  wrap(
    prototype,
    'close',
    (original) =>
      function (this: unknown) {
        const result = Reflect.apply(original, this, arguments);
        agent.quietly(() => {
          const row = agent.rows.of(this as object);
          if (row) agent.rows.close(row);
        });
        return result;
      },
  );
}

const patched = new WeakSet<object>();

function watched(agent: Agent, original: Callable): Callable {
  const { rows, sites } = agent;
  const replacement: Callable = function (this: unknown, path) {
    const watcher = callWithRoom(original, this, arguments);
    agent.quietly(() => {
      const handle = watcher as object;
      const weight = rows.of(handle) ? 0 : sites.weigh('watcher');
      if (weight === 0) return;
      rows.open({ type: 'watcher', site: sites.of('watcher', replacement), weight, handle, detail: String(path) });
      followClose(agent, handle);
    });
    return watcher;
  };
  return replacement;
}

/** `fs.watch` and `fs.watchFile`. */
export function patchWatchers(agent: Agent): void {
  const fs = require('fs') as typeof Fs;
  for (const key of ['watch', 'watchFile']) wrap(fs, key, (original) => watched(agent, original));
}

/** `fs.promises.watch`: what it answers is open until it is collected. */
export function patchWatchPromise(agent: Agent, promises: object): void {
  wrap(promises, 'watch', (original) => watched(agent, original));
}
