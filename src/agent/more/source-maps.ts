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

/** Asks the program's own source maps about new sites: maps that exist in memory only (tsx) are nowhere else. Answers the function to call on each tick; `all`: without the budget. */
export function mapSites(agent: Agent): (all: boolean) => void {
  const { findSourceMap } = require('module') as typeof ModuleModule;
  const maps = new Map<string, SourceMap | null>();
  let waiting: (readonly [site: number, frame: number, at: WireFrame])[] = [];

  function mapOf(url: string): SourceMap | null {
    const known = maps.get(url);
    if (known !== undefined) return known;
    if (maps.size >= maxFiles) return null;
    const map = findSourceMap(url) ?? null;
    maps.set(url, map);
    return map;
  }

  function record(site: number, frame: number, [url, line, column]: WireFrame): void {
    const entry = (mapOf(url) as FindsEntries | null)?.findEntry(line - 1, column - 1);
    if (entry?.originalSource === undefined || entry.originalLine === undefined) return;
    agent.recorder.add(['m', site, frame, entry.originalSource, entry.originalLine + 1, (entry.originalColumn ?? 0) + 1]);
  }

  return (all) => {
    const fresh = agent.sites.takeDefined();
    if (!isEnabled()) return;
    for (const [site, frames] of fresh) for (const [at, frame] of frames.entries()) waiting.push([site, at, frame]);
    const from = agent.clock.monotonic();
    const untilMs = all ? Number.POSITIVE_INFINITY : from + budgetMs;
    while (waiting.length > 0 && agent.clock.monotonic() < untilMs) {
      const [next, ...rest] = waiting;
      waiting = rest;
      if (next) agent.quietly(() => record(...next));
    }
  };
}
