import type * as Events from 'node:events';
import type { Agent } from '../agent.ts';
import { patchNetwork } from './network.ts';
import type { Callable } from './wrap.ts';
import { wrap } from './wrap.ts';

/** Reads no property of the program's objects: a getter of theirs would run. */
function isFileHandle(prototype: object): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'constructor');
  const constructor: unknown = descriptor && descriptor.value;
  return typeof constructor === 'function' && constructor.name === 'FileHandle' && Object.hasOwn(prototype, 'fd');
}

/**
 * Every emitter of node passes through `EventEmitter.init` when it is made. There we see the first socket or server (node's
 * module of networks need not be loaded in programs that do not use it), and file handles, whose promises stay untouched.
 */
export function watchEmitters(agent: Agent): void {
  const { rows, sites } = agent;
  const emitters = require('events') as typeof Events & { init: unknown };
  const loaded = (process as unknown as { readonly moduleLoadList?: readonly string[] }).moduleLoadList;
  const plain = new WeakSet<object>();
  let seen = 0;
  let fileHandles: object | undefined;
  let netIsPatched = false;

  function patchNet(): void {
    netIsPatched = true;
    patchNetwork(agent);
  }

  function checkNet(): void {
    if (!loaded) return patchNet();
    if (loaded.length === seen) return;
    for (; seen < loaded.length; seen += 1) if (loaded[seen] === 'NativeModule net' && !netIsPatched) patchNet();
  }

  function onFileHandle(handle: object, init: Callable): void {
    const weight = sites.weigh('file');
    if (weight !== 0) rows.open({ type: 'file', site: sites.of('file', init), weight, handle });
  }

  function look(emitter: object, init: Callable): void {
    if (!netIsPatched) checkNet();
    const prototype = Object.getPrototypeOf(emitter) as object | null;
    if (prototype === null || plain.has(prototype)) return;
    if (fileHandles === undefined && isFileHandle(prototype)) fileHandles = prototype;
    if (prototype === fileHandles) onFileHandle(emitter, init);
    else plain.add(prototype);
  }

  checkNet();
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
