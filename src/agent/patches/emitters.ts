import type * as Events from 'node:events';
import type { Agent } from '../agent.ts';
import { quietly } from '../agent.ts';
import { patchNetwork } from './network.ts';
import { patchChildren, patchWorkers } from './processes.ts';
import type { Callable } from './wrap.ts';
import { wrap } from './wrap.ts';

/** Reads no property of the program's objects: a getter of theirs would run. */
function isFileHandle(prototype: object): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'constructor');
  const constructor: unknown = descriptor && descriptor.value;
  return typeof constructor === 'function' && constructor.name === 'FileHandle' && Object.hasOwn(prototype, 'fd');
}

/**
 * Every emitter of node passes through `EventEmitter.init` when it is made. There we see the first socket, server, child or worker
 * (node's modules for them need not be loaded in programs that do not use them), and file handles, whose promises stay untouched.
 */
export function watchEmitters(agent: Agent): void {
  const { rows, sites } = agent;
  const emitters = require('events') as typeof Events & { init: unknown };
  const loaded = (process as unknown as { readonly moduleLoadList?: readonly string[] }).moduleLoadList;
  const plain = new WeakSet<object>();
  const patches = new Map<string, (agent: Agent) => void>([
    ['NativeModule net', patchNetwork],
    ['NativeModule internal/child_process', patchChildren],
    ['NativeModule internal/worker', patchWorkers],
  ]);
  let seen = 0;
  let fileHandles: object | undefined;

  /** Patches the modules that have been loaded meanwhile; all, where node does not tell. */
  function patchLoaded(): void {
    if (loaded && loaded.length === seen) return;
    const names = loaded ? loaded.slice(seen) : Array.from(patches.keys());
    seen += names.length;
    for (const name of names) {
      const patch = patches.get(name);
      if (patch) quietly(() => patch(agent));
      patches.delete(name);
    }
  }

  function onFileHandle(handle: object, init: Callable): void {
    const weight = sites.weigh('file');
    if (weight !== 0) rows.open({ type: 'file', site: sites.of('file', init), weight, handle });
  }

  function look(emitter: object, init: Callable): void {
    if (patches.size > 0) patchLoaded();
    const prototype = Object.getPrototypeOf(emitter) as object | null;
    if (prototype === null || plain.has(prototype)) return;
    if (fileHandles === undefined && isFileHandle(prototype)) fileHandles = prototype;
    if (prototype === fileHandles) onFileHandle(emitter, init);
    else plain.add(prototype);
  }

  patchLoaded();
  wrap(emitters, 'init', (original) => {
    const init: Callable = function (this: unknown) {
      try {
        look(this as object, init);
      } catch {
        // Nothing of ours may reach the program.
      }
      return Reflect.apply(original, this, arguments);
    };
    return init;
  });
}
