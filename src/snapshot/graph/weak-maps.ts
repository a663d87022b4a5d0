/**
 * V8 gives each entry of a WeakMap two edges to the value, from the key and from the table, both named alike. The table keeps nothing alive: the
 * name tells its id, so that the edge that starts there can be told from the other.
 */
export function weakMapTable(edgeName: string): number | undefined {
  const id = /^\d+ \/ part of key .* pair in WeakMap \(table @(\d+)\)$/s.exec(edgeName)?.[1];
  return id === undefined ? undefined : Number(id);
}
