import { redactText } from '../wire/redact.ts';
import type { HandleType } from '../wire/records.ts';
import { cut } from '../wire/names.ts';
import type { AgentClock } from './clock.ts';
import type { Natives } from './natives.ts';
import { describe, isAlive, isReferenced } from './probes.ts';
import type { Recorder } from './recorder.ts';
import type { Sites } from './sites.ts';

/** A handle that is open. Holds it weakly: the agent never keeps anything of the program alive. */
export interface Row {
  readonly id: number;
  readonly type: HandleType;
  readonly site: number;
  readonly weight: number;
  readonly openedMs: number;
  readonly detail: string;
  readonly handle: WeakRef<object> | null;
  /** Descriptor, or -1. */
  readonly descriptor: number;
  written: boolean;
}

export interface NewRow {
  readonly type: HandleType;
  readonly site: number;
  readonly weight: number;
  readonly handle?: object | undefined;
  readonly descriptor?: number;
  readonly detail?: string;
}

export interface Rows {
  /** Replaced by whoever has handles of ours to hide. */
  open: (row: NewRow) => void;
  readonly close: (row: Row) => void;
  readonly closeDescriptor: (descriptor: number) => void;
  /** The row of this very object, if it has one. */
  readonly of: (handle: object) => Row | undefined;
  /** Closes rows whose handle has gone. */
  readonly sweep: (atTheEnd?: boolean) => void;
  /** Queues records of what was opened and closed since the last call, and lived until now. */
  readonly flush: () => void;
  /** Ids of written rows that keep the event loop alive; at most {@link maxListed}. */
  readonly referenced: () => number[];
  /** `[type, opened, closed]` of every type seen, and whether anything changed since the last call. */
  readonly takeCounts: () => { readonly changed: boolean; readonly counts: readonly (readonly [HandleType, number, number])[] };
  readonly size: () => number;
  readonly isOpen: (id: number) => boolean;
  /** Says that the row is a resource of a registry. */
  readonly own: (row: Row, id: number) => void;
}

const maxRows = 20_000;
const maxListed = 200;
/** Descriptors and temporary files that are looked at per sweep. */
const probesPerSweep = 200;

// oxlint-disable-next-line max-lines-per-function -- a factory of small functions: closures bundle to less than classes do
export function createRows(natives: Natives, clock: AgentClock, recorder: Recorder, sites: Sites): Rows {
  const rows = new Map<number, Row>();
  const byDescriptor = new Map<number, Row>();
  const byHandle = new WeakMap<object, Row>();
  const counts = new Map<HandleType, [opened: number, closed: number]>();
  let changed = false;
  let fresh: Row[] = [];
  let closed: number[] = [];
  let owned: (readonly [Row, id: number])[] = [];
  let lastId = 0;
  let probeAfter = 0;

  function countOf(type: HandleType): [opened: number, closed: number] {
    let count = counts.get(type);
    if (!count) counts.set(type, (count = [0, 0]));
    changed = true;
    return count;
  }

  function close(row: Row): void {
    if (!rows.delete(row.id)) return;
    if (byDescriptor.get(row.descriptor) === row) byDescriptor.delete(row.descriptor);
    countOf(row.type)[1] += row.weight;
    if (row.written) closed.push(row.id);
  }

  function open(what: NewRow): void {
    countOf(what.type)[0] += what.weight;
    if (rows.size >= maxRows) {
      recorder.note('skipped', `more than ${maxRows} handles: others are only counted`);
      return;
    }
    const row: Row = {
      id: (lastId += 1),
      type: what.type,
      site: what.site,
      weight: what.weight,
      openedMs: clock.elapsed(),
      detail: what.detail === undefined ? '' : what.detail,
      handle: what.handle ? new WeakRef(what.handle) : null,
      descriptor: what.descriptor === undefined ? -1 : what.descriptor,
      written: false,
    };
    rows.set(row.id, row);
    fresh.push(row);
    if (what.handle) byHandle.set(what.handle, row);
    if (row.descriptor >= 0) {
      const former = byDescriptor.get(row.descriptor);
      if (former) close(former); // closed by other means, its number was given out again
      byDescriptor.set(row.descriptor, row);
    }
  }

  function isGone(row: Row, now: number): boolean {
    if (!row.handle) return false;
    const handle = row.handle.deref();
    if (!handle) return true;
    try {
      return !isAlive(row.type, handle, now - row.openedMs);
    } catch {
      return false;
    }
  }

  /** Descriptors closed and files removed behind our back, a few at a time. */
  function probe(row: Row): boolean {
    try {
      if (row.descriptor >= 0) natives.fstatSync(row.descriptor);
      else if (row.type === 'temp') natives.lstatSync(row.detail);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code !== 'EBADF' && code !== 'ENOENT';
    }
  }

  function sweep(atTheEnd?: boolean): void {
    // At the end nothing is still about to open.
    const now = atTheEnd ? Infinity : clock.elapsed();
    let left = probesPerSweep;
    for (const row of rows.values()) {
      if (isGone(row, now)) close(row);
      else if (!row.handle && row.id > probeAfter && left > 0) {
        left -= 1;
        probeAfter = row.id;
        if (!probe(row)) close(row);
      }
    }
    if (left > 0) probeAfter = 0;
  }

  function detailOf(row: Row): string {
    if (row.detail !== '') return row.type === 'socket' ? redactText(row.detail) : row.detail;
    const handle = row.handle && row.handle.deref();
    try {
      if (!handle) return '';
      if (row.type === 'file') return natives.readlinkSync(`/proc/self/fd/${(handle as { readonly fd: number }).fd}`);
      return redactText(describe(row.type, handle));
    } catch {
      return '';
    }
  }

  function flush(): void {
    const opened = fresh;
    const ids = closed;
    fresh = [];
    closed = [];
    for (const row of opened) {
      if (!rows.has(row.id)) continue;
      if (row.type === 'temp' && !probe(row)) {
        close(row);
        continue;
      }
      sites.define(row.site);
      row.written = true;
      recorder.add(['+', row.openedMs, row.id, row.type, row.site, cut(detailOf(row)), row.weight]);
    }
    const now = clock.elapsed();
    for (const [row, id] of owned) if (row.written) recorder.add(['O', now, row.id, id]);
    owned = [];
    for (const id of ids) recorder.add(['-', now, id]);
  }

  function keeps(row: Row): boolean {
    const handle = row.written && row.handle ? row.handle.deref() : undefined;
    try {
      return handle !== undefined && isReferenced(row.type, handle);
    } catch {
      return false;
    }
  }

  return {
    open,
    close,
    closeDescriptor(descriptor) {
      const row = byDescriptor.get(descriptor);
      if (row) close(row);
    },
    of: (handle) => byHandle.get(handle),
    sweep,
    flush,
    referenced() {
      const ids: number[] = [];
      for (const row of rows.values()) {
        if (ids.length >= maxListed) break;
        if (keeps(row)) ids.push(row.id);
      }
      return ids;
    },
    takeCounts() {
      const was = changed;
      changed = false;
      return {
        changed: was,
        counts: Array.from(counts, ([type, count]) => [type, Math.round(count[0]), Math.round(count[1])] as const),
      };
    },
    size: () => rows.size,
    isOpen: (id) => rows.has(id),
    own(row, id) {
      owned.push([row, id]);
    },
  };
}
