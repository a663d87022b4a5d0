import type * as Fs from 'node:fs';
import type { Agent } from '../agent.ts';
import type { AnyFunction } from '../sites.ts';
import { tempFolder } from '../run-directory.ts';
import type { Callable } from './wrap.ts';
import { patchWatchPromise } from './watchers.ts';
import { callWithRoom, wrap } from './wrap.ts';

type FileSystem = typeof Fs;

/** A stream that was made and will open its file in a later tick, when no frame of the program is on the stack. */
interface PendingStream {
  readonly path: string;
  readonly site: number;
  readonly weight: number;
}

const maxPending = 256;
const createFlag = 0o100;

function textOf(path: unknown): string {
  return typeof path === 'string' ? path : String(path);
}

function creates(flags: unknown): boolean {
  if (typeof flags === 'number') return (flags & createFlag) !== 0;
  return typeof flags === 'string' && /[wa]/.test(flags);
}

/** Whether the path lies in the system's folder for temporary files and is not of our own run. */
function createTempTest(ownDirectory: string): (path: unknown) => boolean {
  const folder = `${tempFolder()}/`;
  const workplace = `${process.cwd()}/`;
  return (path) =>
    typeof path === 'string' &&
    path.indexOf(folder) === 0 &&
    path.indexOf(ownDirectory) !== 0 &&
    !(workplace.indexOf(folder) === 0 && path.indexOf(workplace) === 0);
}

/** Descriptors, and what is made in the folder for temporary files. */
// oxlint-disable-next-line max-lines-per-function -- a factory of small functions: closures bundle to less than classes do
export function patchFiles(agent: Agent, ownDirectory: string): void {
  const fs = require('fs') as FileSystem;
  const { rows, sites } = agent;
  const isTemp = createTempTest(ownDirectory);
  let pending: PendingStream[] = [];

  function openTemp(path: unknown, site: number): void {
    rows.open({ type: 'temp', site, weight: 1, detail: textOf(path) });
  }

  /** Site and weight of a descriptor that is about to be opened; weight 0: it is left out. */
  function origin(path: unknown, below: AnyFunction): PendingStream {
    const name = textOf(path);
    const weight = sites.weigh('file');
    if (weight === 0) return { path: name, site: 0, weight };
    const site = sites.of('file', below);
    if (site !== 0 || pending.length === 0) return { path: name, site, weight };
    const at = pending.findIndex((stream) => stream.path === name);
    const [stream] = at < 0 ? [] : pending.splice(at, 1);
    return stream || { path: name, site, weight };
  }

  function opened(from: PendingStream, descriptor: unknown): void {
    if (from.weight === 0 || typeof descriptor !== 'number') return;
    rows.open({ type: 'file', site: from.site, weight: from.weight, descriptor, detail: from.path });
  }

  wrap(fs, 'openSync', (original) => {
    const openSync: Callable = function (this: unknown, path, flags) {
      const descriptor = callWithRoom(original, this, arguments);
      agent.quietly(() => {
        const temp = isTemp(path) && creates(flags);
        // What node opens for itself (readFileSync) it closes before it returns.
        const internal = sites.isInternal(openSync);
        if (temp) openTemp(path, sites.of('temp', openSync));
        if (!internal) opened(origin(path, openSync), descriptor);
      });
      return descriptor;
    };
    return openSync;
  });

  wrap(fs, 'open', (original) => {
    const open: Callable = function (this: unknown, path, flags) {
      const values: unknown[] = Array.from(arguments);
      const callback = values[values.length - 1];
      if (typeof callback !== 'function') return callWithRoom(original, this, values);
      let from: PendingStream = { path: '', site: 0, weight: 0 };
      agent.quietly(() => {
        from = origin(path, open);
      });
      values[values.length - 1] = function (this: unknown, error: unknown, descriptor: unknown) {
        if (!error) {
          agent.quietly(() => {
            opened(from, descriptor);
            if (isTemp(path) && creates(flags)) openTemp(path, from.site);
          });
        }
        return Reflect.apply(callback, this, arguments);
      };
      return callWithRoom(original, this, values);
    };
    return open;
  });

  for (const key of ['close', 'closeSync']) {
    wrap(
      fs,
      key,
      (original) =>
        function (this: unknown, descriptor) {
          const result = callWithRoom(original, this, arguments);
          if (typeof descriptor === 'number') rows.closeDescriptor(descriptor);
          return result;
        },
    );
  }

  for (const key of ['createReadStream', 'createWriteStream']) {
    wrap(fs, key, (original) => {
      const create: Callable = function (this: unknown, path) {
        const stream = callWithRoom(original, this, arguments);
        agent.quietly(() => {
          const weight = (stream as { fd?: unknown }).fd == null ? sites.weigh('file') : 0;
          if (weight === 0) return;
          if (pending.length >= maxPending) pending = pending.slice(maxPending / 2);
          pending.push({ path: textOf(path), site: sites.of('file', create), weight });
        });
        return stream;
      };
      return create;
    });
  }

  patchTemporary(agent, fs, { isTemp, openTemp });
  onPromises(fs, (promises) => patchPromises(agent, promises, { isTemp, openTemp }));
}

interface Temporary {
  isTemp(path: unknown): boolean;
  openTemp(path: unknown, site: number): void;
}

function patchTemporary(agent: Agent, fs: FileSystem, { isTemp, openTemp }: Temporary): void {
  const { sites } = agent;
  wrap(fs, 'mkdtempSync', (original) => {
    const make: Callable = function (this: unknown) {
      const path = callWithRoom(original, this, arguments);
      agent.quietly(() => openTemp(path, sites.of('temp', make)));
      return path;
    };
    return make;
  });

  wrap(fs, 'mkdtemp', (original) => {
    const make: Callable = function (this: unknown) {
      const values: unknown[] = Array.from(arguments);
      const callback = values[values.length - 1];
      if (typeof callback !== 'function') return callWithRoom(original, this, values);
      let site = 0;
      agent.quietly(() => {
        site = sites.of('temp', make);
      });
      values[values.length - 1] = function (this: unknown, error: unknown, path: unknown) {
        if (!error) agent.quietly(() => openTemp(path, site));
        return Reflect.apply(callback, this, arguments);
      };
      return callWithRoom(original, this, values);
    };
    return make;
  });

  for (const key of ['writeFileSync', 'mkdirSync']) {
    wrap(fs, key, (original) => {
      const write: Callable = function (this: unknown, path) {
        if (!isTemp(path)) return callWithRoom(original, this, arguments);
        const isNew = !exists(agent, path as string);
        const result = callWithRoom(original, this, arguments);
        if (isNew) agent.quietly(() => openTemp(path, sites.of('temp', write)));
        return result;
      };
      return write;
    });
  }
}

function exists(agent: Agent, path: string): boolean {
  try {
    agent.natives.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Calls back when the program asks for `fs.promises`, which is not loaded before. */
function onPromises(fs: FileSystem, patch: (promises: object) => void): void {
  const descriptor = Object.getOwnPropertyDescriptor(fs, 'promises');
  const read = descriptor && descriptor.get;
  if (!descriptor || !read || !descriptor.configurable) return patch(fs.promises);
  Object.defineProperty(fs, 'promises', {
    get() {
      const promises = Reflect.apply(read, fs, []) as object;
      Object.defineProperty(fs, 'promises', descriptor);
      patch(promises);
      return promises;
    },
    enumerable: descriptor.enumerable === true,
    configurable: true,
  });
}

/** File handles themselves are seen when they are made: see `emitters.ts`. */
function patchPromises(agent: Agent, promises: object, { isTemp, openTemp }: Temporary): void {
  const { sites } = agent;

  /** The derived promise is handed out: a branch of our own beside it would mark the program's promise as handled. */
  function then(key: string, begin: (path: unknown, below: AnyFunction) => ((value: unknown) => void) | undefined): void {
    wrap(promises, key, (original) => {
      const replacement: Callable = function (this: unknown, path) {
        let finish: ((value: unknown) => void) | undefined;
        agent.quietly(() => {
          finish = begin(path, replacement);
        });
        const promise = Reflect.apply(original, this, arguments) as Promise<unknown>;
        const done = finish;
        if (!done) return promise;
        return promise.then((value) => {
          agent.quietly(() => done(value));
          return value;
        });
      };
      return replacement;
    });
  }

  then('mkdtemp', (_path, below) => {
    const site = sites.of('temp', below);
    return (made) => openTemp(made, site);
  });
  for (const key of ['writeFile', 'mkdir']) {
    then(key, (path, below) => {
      if (!isTemp(path) || exists(agent, path as string)) return undefined;
      const site = sites.of('temp', below);
      return () => openTemp(path, site);
    });
  }
  patchWatchPromise(agent, promises);
}
