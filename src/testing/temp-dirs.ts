import fs, { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { programLine } from './caller.ts';

/** A directory that `fs.mkdtemp` made. */
export interface TempDirMade {
  readonly path: string;
  readonly createdAt: string | null;
}

/** Directories that this process made with `fs.mkdtemp`, in any form, while it is on. Dispose it to stop. */
export interface TempDirTracker extends Disposable {
  /** Those that still exist. */
  left(): readonly TempDirMade[];
}

const trackers: Set<Map<string, TempDirMade>> = new Set();
const natives = { mkdtemp: fs.mkdtemp, mkdtempSync: fs.mkdtempSync, promised: fs.promises.mkdtemp };

/** What this package makes is a row of a registry, and found there. */
function remember(path: unknown, caller: { readonly site: string | null; readonly isOurs: boolean }): void {
  if (caller.isOurs) return;
  const text = String(path);
  for (const tracker of trackers) tracker.set(text, { path: text, createdAt: caller.site });
}

function mkdtempSync(...args: Parameters<typeof natives.mkdtempSync>): unknown {
  const made: unknown = natives.mkdtempSync(...args);
  remember(made, programLine());
  return made;
}

function mkdtemp(...args: unknown[]): void {
  const caller = programLine();
  const callback = args.at(-1);
  const rest = args.slice(0, -1);
  const wrapped = (error: unknown, path: unknown): void => {
    if (error === null || error === undefined) remember(path, caller);
    if (typeof callback === 'function') callback(error, path);
  };
  // Called as the program called it; a callback that is none is refused by Node itself.
  Reflect.apply(natives.mkdtemp, fs, typeof callback === 'function' ? [...rest, wrapped] : args);
}

async function promised(...args: Parameters<typeof natives.promised>): Promise<unknown> {
  const caller = programLine();
  const made: unknown = await natives.promised(...args);
  remember(made, caller);
  return made;
}

function install(): void {
  Object.assign(fs, { mkdtemp, mkdtempSync });
  Object.assign(fs.promises, { mkdtemp: promised });
  syncBuiltinESMExports();
}

/** What somebody else has put in our place since stays. */
function uninstall(): void {
  const { mkdtemp: first, mkdtempSync: second, promises } = fs as unknown as Record<string, unknown>;
  if (first === mkdtemp) Object.assign(fs, { mkdtemp: natives.mkdtemp });
  if (second === mkdtempSync) Object.assign(fs, { mkdtempSync: natives.mkdtempSync });
  if (Reflect.get(Object(promises), 'mkdtemp') === promised) Object.assign(fs.promises, { mkdtemp: natives.promised });
  syncBuiltinESMExports();
}

/** Begins to keep track, with the line that makes each directory. Those that child processes make are not seen. */
export function trackTempDirs(): TempDirTracker {
  const made: Map<string, TempDirMade> = new Map();
  if (trackers.size === 0) install();
  trackers.add(made);
  return {
    left: () => [...made.values()].filter(({ path }) => existsSync(path)),
    [Symbol.dispose]: () => {
      if (trackers.delete(made) && trackers.size === 0) uninstall();
    },
  };
}
