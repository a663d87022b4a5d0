import type * as Fs from 'node:fs';
import type { Agent } from '../agent.ts';
import type { Observe } from '../patches/wrap.ts';
import { onCallback, onPromise, onReturn } from '../patches/wrap.ts';

const promisesModule = 'NativeModule internal/fs/promises';

/** A directory that is read entry by entry (`fs.opendir`) holds a descriptor, whose number node does not tell, until it is closed. Answers what to call on each tick; the caller updates imports once at the start. */
export function watchDirectories(agent: Agent, updateImports: () => void): () => void {
  const { rows, sites } = agent;
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList?: readonly string[] };
  // An attached agent puts back only what it replaced at its start.
  if (agent.stops !== undefined) return () => undefined;
  let isDone = moduleLoadList === undefined;

  const opened: Observe = ({ values: [path], below }) => {
    const weight = sites.weigh('directory');
    if (weight === 0) return undefined;
    const site = sites.of('directory', below);
    return (handle) => rows.open({ type: 'directory', site, weight, handle: handle as object, detail: String(path) });
  };

  function patch(fs: typeof Fs): void {
    onReturn(fs, ['opendirSync'], opened);
    onCallback(fs, 'opendir', opened);
    // Its iterator closes by these as well.
    onReturn(fs.Dir.prototype, ['close', 'closeSync'], ({ self }) => () => {
      const row = rows.of(self as object);
      if (row) rows.close(row);
    });
  }

  function patchPromises(fs: typeof Fs): void {
    onPromise(fs.promises, ['opendir'], opened);
    updateImports();
  }

  const fs = require('fs') as typeof Fs;
  agent.quietly(() => patch(fs));
  return () => {
    if (isDone || !moduleLoadList?.includes(promisesModule)) return;
    isDone = true;
    agent.quietly(() => patchPromises(fs));
  };
}
