import type { ResourceId } from '../kernel/ids.ts';
import type { Bytes, Milliseconds } from '../kernel/units.ts';
import { infoOf, rows } from './info.ts';
import type { Ledger } from './ledger.ts';
import type { ResourceState, ResourceType } from './words.ts';

/** One live resource in a snapshot. Plain data. */
export interface SnapshotRow {
  readonly id: ResourceId;
  readonly type: ResourceType;
  readonly name: string | null;
  readonly state: ResourceState;
  readonly owner: ResourceId | null;
  readonly bytes: Bytes;
  readonly registeredAtMs: Milliseconds;
  readonly createdAt: string | null;
}

/** All rows of a registry at one moment. Plain data: can be written and compared later. */
export interface RegistrySnapshot {
  readonly registry: string;
  /** Milliseconds since 1970. */
  readonly takenAtMs: Milliseconds;
  readonly rows: readonly SnapshotRow[];
}

/** How many came, went and stayed, of one type from one line. */
export interface DiffGroup {
  readonly type: ResourceType;
  readonly createdAt: string | null;
  readonly added: number;
  readonly removed: number;
  /** `added - removed`. */
  readonly growth: number;
  readonly bytesGrowth: Bytes;
}

/** What came and went between two snapshots. */
export interface RegistryDiff {
  readonly elapsedMs: Milliseconds;
  readonly added: readonly SnapshotRow[];
  readonly removed: readonly SnapshotRow[];
  /** In both, in another state. */
  readonly changed: readonly { readonly before: SnapshotRow; readonly after: SnapshotRow }[];
  /** What grew most first. */
  readonly groups: readonly DiffGroup[];
}

export function takeSnapshot(ledger: Ledger): RegistrySnapshot {
  const taken: SnapshotRow[] = [];
  for (const slot of rows(ledger)) {
    const { id, type, name, state, owner, bytes, registeredAtMs, createdAt } = infoOf(ledger, slot);
    taken.push({ id, type, name, state, owner, bytes, registeredAtMs, createdAt });
  }
  return { registry: ledger.name, takenAtMs: ledger.clock.now(), rows: taken };
}

/** What changed between two snapshots of one registry. Ids are never used twice, so nothing is mistaken for something else. */
export function diff(before: RegistrySnapshot, after: RegistrySnapshot): RegistryDiff {
  const old = new Map(before.rows.map((row) => [row.id, row]));
  const added = after.rows.filter((row) => !old.has(row.id));
  const changed: RegistryDiff['changed'][number][] = [];
  for (const row of after.rows) {
    const earlier = old.get(row.id);
    old.delete(row.id);
    if (earlier !== undefined && earlier.state !== row.state) changed.push({ before: earlier, after: row });
  }
  const removed = [...old.values()];
  return { elapsedMs: after.takenAtMs - before.takenAtMs, added, removed, changed, groups: groupsOf(added, removed) };
}

function groupsOf(added: readonly SnapshotRow[], removed: readonly SnapshotRow[]): DiffGroup[] {
  const groups = new Map<
    string,
    { type: ResourceType; createdAt: string | null; added: number; removed: number; bytesGrowth: number }
  >();
  const groupOf = ({ type, createdAt }: SnapshotRow): NonNullable<ReturnType<typeof groups.get>> => {
    const key = `${type} ${createdAt}`;
    const group = groups.get(key) ?? { type, createdAt, added: 0, removed: 0, bytesGrowth: 0 };
    groups.set(key, group);
    return group;
  };
  for (const row of added) {
    const group = groupOf(row);
    group.added += 1;
    group.bytesGrowth += row.bytes;
  }
  for (const row of removed) {
    const group = groupOf(row);
    group.removed += 1;
    group.bytesGrowth -= row.bytes;
  }
  return [...groups.values()]
    .map((group) => ({ ...group, growth: group.added - group.removed }))
    .sort((a, b) => b.growth - a.growth || b.bytesGrowth - a.bytesGrowth);
}
