import type * as Fs from 'node:fs';
import type { Agent } from '../agent.ts';
import type { AnyFunction } from '../sites.ts';
import { tempFolder } from '../temp-folder.ts';
import { watchersOf } from './watchers.ts';
import type { Observe } from './wrap.ts';
import { onCallback, onPromise, onReturn } from './wrap.ts';

/** Where a descriptor comes from. Weight 0: it is left out. */
interface Origin {
  readonly path: string;
  readonly site: number;
  readonly weight: number;
}

const maxPending = 256;
const createFlag = 0o100;

function creates(flags: unknown): boolean {
  if (typeof flags === 'number') return (flags & createFlag) !== 0;
  return typeof flags === 'string' && /[wa]/.test(flags);
}

/** Whether the path lies in the system's folder for temporary files and is not of our own run. */
function createTempTest(ownDirectory: string): (path: unknown) => path is string {
  const folder = `${tempFolder()}/`;
  const workplace = `${process.cwd()}/`;
  const worksInTemp = workplace.indexOf(folder) === 0;
  return (path): path is string =>
    typeof path === 'string' &&
    path.indexOf(folder) === 0 &&
    path.indexOf(ownDirectory) !== 0 &&
    !(worksInTemp && path.indexOf(workplace) === 0);
}

/** Calls back when the program asks for `fs.promises`, which is not loaded before. */
function onPromises(fs: typeof Fs, patch: (promises: object) => void): void {
  const descriptor = Object.getOwnPropertyDescriptor(fs, 'promises');
  // oxlint-disable-next-line typescript/unbound-method -- called with its receiver below
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

/** Sees what is made in the folder for temporary files. */
interface Temporary {
  /** For calls whose first argument is the path. */
  readonly made: Observe;
  /** For calls whose second argument says whether a file may be made. */
  readonly opened: Observe;
  /** For calls that answer with the path. */
  readonly named: Observe;
}

function seeTemporary({ natives, rows, sites }: Agent, isTemp: (path: unknown) => path is string): Temporary {
  function open(path: string, site: number): void {
    rows.open({ type: 'temp', site, weight: 1, detail: path });
  }

  function isNew(path: unknown): path is string {
    if (!isTemp(path)) return false;
    try {
      natives.lstatSync(path);
      return false;
    } catch {
      return true;
    }
  }

  const made: Observe = ({ values: [path], below }) => {
    if (!isNew(path)) return undefined;
    const site = sites.of('temp', below);
    return () => open(path, site);
  };
  return {
    made,
    opened: (call) => (creates(call.values[1]) ? made(call) : undefined),
    named({ below }) {
      const site = sites.of('temp', below);
      return (path) => open(String(path), site);
    },
  };
}

/** Descriptors. File handles are seen when they are made: see `emitters.ts`. */
function patchDescriptors({ rows, sites }: Agent, fs: typeof Fs, { opened }: Temporary): void {
  /** Streams that were made and will open their file in a later tick, when no frame of the program is on the stack. */
  let pending: Origin[] = [];

  function originOf(path: string, below: AnyFunction): Origin {
    const weight = sites.weigh('file');
    const site = weight === 0 ? 0 : sites.of('file', below);
    const at = site === 0 ? pending.findIndex((stream) => stream.path === path) : -1;
    return at < 0 ? { path, site, weight } : (pending.splice(at, 1)[0] as Origin);
  }

  function open({ path, site, weight }: Origin, descriptor: unknown): void {
    if (weight > 0 && typeof descriptor === 'number') rows.open({ type: 'file', site, weight, descriptor, detail: path });
  }

  onReturn(fs, ['openSync'], (call) => {
    const temp = opened(call);
    // What node opens for itself (readFileSync) it closes before it returns.
    if (sites.isInternal(call.below)) return temp;
    return (descriptor) => {
      if (temp) temp(descriptor);
      open(originOf(String(call.values[0]), call.below), descriptor);
    };
  });
  onCallback(fs, 'open', (call) => {
    const temp = opened(call);
    const origin = originOf(String(call.values[0]), call.below);
    return (descriptor) => {
      if (temp) temp(descriptor);
      open(origin, descriptor);
    };
  });
  onReturn(fs, ['close', 'closeSync'], ({ values: [descriptor] }) => {
    if (typeof descriptor !== 'number') return undefined;
    return () => rows.closeDescriptor(descriptor);
  });
  onReturn(fs, ['createReadStream', 'createWriteStream'], ({ values, below }) => (stream) => {
    const weight = (stream as { fd?: unknown }).fd == null ? sites.weigh('file') : 0;
    if (weight === 0) return;
    if (pending.length >= maxPending) pending = pending.slice(maxPending / 2);
    pending.push({ path: String(values[0]), site: sites.of('file', below), weight });
  });
}

/** Descriptors, watchers, and what is made in the folder for temporary files. */
export function patchFiles(agent: Agent, ownDirectory: string): void {
  const fs = require('fs') as typeof Fs;
  const temporary = seeTemporary(agent, createTempTest(ownDirectory));
  const { made, named } = temporary;
  const watched = watchersOf(agent);
  patchDescriptors(agent, fs, temporary);
  onReturn(fs, ['writeFileSync', 'mkdirSync'], made);
  onReturn(fs, ['mkdtempSync'], named);
  onCallback(fs, 'mkdtemp', named);
  onReturn(fs, ['watch', 'watchFile'], watched);
  onPromises(fs, (promises) => {
    onPromise(promises, ['writeFile', 'mkdir'], made);
    onPromise(promises, ['mkdtemp'], named);
    onReturn(promises, ['watch'], watched);
  });
}
