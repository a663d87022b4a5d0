import type * as Zlib from 'node:zlib';
import type { Agent } from '../agent.ts';
import { onReturn } from '../patches/wrap.ts';

/** A compressor keeps up to 256 KB outside of the heap until it is closed: what makes one is wrapped once node has loaded its module. */
export function watchCompressors(agent: Agent, updateImports: () => void): () => void {
  const { rows, sites } = agent;
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList?: readonly string[] };
  // An attached agent puts back only what it replaced at its start.
  let isDone = agent.stops !== undefined || moduleLoadList === undefined;

  function patch(): void {
    const zlib = require('zlib') as typeof Zlib;
    const makers = Object.keys(zlib).filter((name) => name.startsWith('create'));
    onReturn(zlib, makers, ({ below }) => (handle) => {
      const weight = sites.weigh('zlib');
      if (weight > 0) rows.open({ type: 'zlib', site: sites.of('zlib', below), weight, handle: handle as object });
    });
    updateImports();
  }

  return () => {
    if (isDone || !moduleLoadList?.includes('NativeModule zlib')) return;
    isDone = true;
    agent.quietly(patch);
  };
}
