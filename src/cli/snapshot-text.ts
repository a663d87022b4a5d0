import { formatBytes, formatCount, formatCounted } from '../kernel/format.ts';
import type { CodePlace, HeldBy, SnapshotDiff, StayedClass } from '../snapshot/index.ts';
import type { Counts, OneSnapshot } from '../watch/snapshots/analysis.ts';

function placed(at: CodePlace | null): string {
  return at === null ? '' : `${at.file}:${at.line}:${at.column}`;
}

function held(by: readonly HeldBy[]): string {
  return by.map(({ label, at }) => (at === null ? label : `${label} (${placed(at)})`)).join(' → ');
}

/** Columns: figures to the right, the last one to the left. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column] ?? 0))).join('  ');
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join('\n');
}

export function oneText(one: OneSnapshot): string {
  const rows = one.classes.map(({ name, count, selfBytes, retainedBytes }) => [
    formatBytes(retainedBytes),
    formatBytes(selfBytes),
    formatCount(count),
    name,
  ]);
  const biggest = one.biggest.flatMap(({ retainedBytes, name, at, id, heldBy }) => [
    `  ${formatBytes(retainedBytes)}  ${name} @${id}${at === null ? '' : `  ${placed(at)}`}`,
    `      held by ${heldBy.length === 0 ? 'the root' : held(heldBy)}`,
  ]);
  const rest = one.classCount - one.classes.length;
  return [
    `${one.file}: ${formatBytes(one.totalBytes)} in ${formatCounted(one.nodeCount, 'object')} of ${formatCounted(one.classCount, 'class', 'classes')}`,
    '',
    'CLASSES by what they keep alive',
    table([['keeps', 'own', 'count', 'class'], ...rows]),
    ...(rest > 0 ? [`  and ${formatCounted(rest, 'class', 'classes')} more (--limit)`] : []),
    `  V8's own (code, shapes of objects, tables): ${formatBytes(one.ofV8.selfBytes)}`,
    '',
    'BIGGEST objects',
    ...biggest,
  ].join('\n');
}

export function countsText(counts: Counts): string {
  const rows = counts.classes.map(({ name, count, selfBytes }) => [formatBytes(selfBytes), formatCount(count), name]);
  const rest = counts.classCount - counts.classes.length;
  return [
    `${counts.file}: ${formatCounted(counts.classCount, 'class', 'classes')} by their own size`,
    table([['own', 'count', 'class'], ...rows]),
    ...(rest > 0 ? [`  and ${formatCounted(rest, 'class', 'classes')} more (--limit)`] : []),
  ].join('\n');
}

function stayedText({ name, at, count, retainedBytes, paths }: StayedClass): readonly string[] {
  const ways = paths
    .slice(0, 3)
    .map((way) => `      held by ${held(way.heldBy)}${way.count === count ? '' : `  (${formatCount(way.count)} of them)`}`);
  return [`  ${formatBytes(retainedBytes)}  ${formatCount(count)} × ${name}${at === null ? '' : `  ${placed(at)}`}`, ...ways];
}

export function diffText({ classes, stayedCount, third }: SnapshotDiff): string {
  const all = `${formatCounted(third.nodeCount, 'object')} (${formatBytes(third.totalBytes)}) in the third snapshot`;
  if (classes.length === 0)
    return `nothing stayed: of no class 10 objects were born after the first snapshot and lived in both later ones (${all})`;
  const kept = `${formatCounted(classes.length, 'class', 'classes')} of objects ${classes.length === 1 ? 'was' : 'were'} born after the first snapshot and stayed`;
  return [
    `${kept} (${formatCounted(stayedCount, 'object')} in all, of ${all})`,
    '',
    'STAYED by what they keep alive',
    ...classes.flatMap(stayedText),
    '',
    'a cache that is still filling looks the same: let it fill before the first snapshot',
  ].join('\n');
}
