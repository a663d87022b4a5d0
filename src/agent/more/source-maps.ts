import type * as ModuleModule from 'node:module';
import type { WireFrame } from '../../wire/records.ts';
import type { Agent } from '../agent.ts';

type SourceMap = ModuleModule.SourceMap;

/** Position in the source; lines and columns from 0. */
interface Entry {
  readonly originalSource?: string;
  readonly originalLine?: number;
  readonly originalColumn?: number;
}

interface FindsEntries {
  findEntry(line: number, column: number): Entry | undefined;
}

const maxFiles = 500;
/** Reading maps may take this long per tick. */
const budgetMs = 10;

function isEnabled(): boolean {
  const { sourceMapsEnabled } = process as { readonly sourceMapsEnabled?: boolean };
  return sourceMapsEnabled !== false;
}

/** The program's own source maps: those that exist in memory only (tsx) are nowhere else. */
export interface Mapping {
  /** Asks about new sites. To be called on each tick; `all`: without the budget. */
  readonly map: (all: boolean) => void;
  /** Asks about a function that allocates, too. */
  readonly addFunction: (id: number, at: WireFrame) => void;
}

type Found = (source: string, line: number, column: number) => void;

export function mapSites(agent: Agent): Mapping {
  const { findSourceMap } = require('module') as typeof ModuleModule;
  const maps = new Map<string, SourceMap | null>();
  let waiting: (readonly [at: WireFrame, found: Found])[] = [];

  function mapOf(url: string): SourceMap | null {
    const known = maps.get(url);
    if (known !== undefined) return known;
    if (maps.size >= maxFiles) return null;
    const map = findSourceMap(url) ?? null;
    maps.set(url, map);
    return map;
  }

  function ask([url, line, column]: WireFrame, found: Found): void {
    const entry = (mapOf(url) as FindsEntries | null)?.findEntry(line - 1, column - 1);
    if (entry?.originalSource === undefined || entry.originalLine === undefined) return;
    found(entry.originalSource, entry.originalLine + 1, (entry.originalColumn ?? 0) + 1);
  }

  function takeSites(): void {
    for (const [site, frames] of agent.sites.takeDefined()) {
      for (const [index, at] of frames.entries())
        waiting.push([at, (source, line, column) => agent.recorder.add(['m', site, index, source, line, column])]);
    }
  }

  return {
    addFunction(id, at) {
      waiting.push([at, (source, line, column) => agent.recorder.add(['M', id, source, line, column])]);
    },
    map(all) {
      takeSites();
      if (!isEnabled()) waiting = [];
      const from = agent.clock.monotonic();
      const untilMs = all ? Number.POSITIVE_INFINITY : from + budgetMs;
      while (waiting.length > 0 && agent.clock.monotonic() < untilMs) {
        const next = waiting.pop();
        if (next) agent.quietly(() => ask(...next));
      }
    },
  };
}
