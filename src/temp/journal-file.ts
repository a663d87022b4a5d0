import { platform } from './this-platform.ts';

/** Flat, so that a shell script could read it. */
export type JournalData = Readonly<Record<string, string | number>>;

/** One thing that an owner holds outside its root. */
export interface JournalEntry {
  readonly id: number;
  readonly kind: string;
  readonly data: JournalData;
}

/** The first line: whose journal it is. */
export function headerLine(nonce: string): string {
  const header = { wt: 1, nonce, boot: platform.bootId(), pid: process.pid, start: platform.startTime() };
  return `${JSON.stringify(header)}\n`;
}

export function entryLine({ id, kind, data }: JournalEntry): string {
  return `${JSON.stringify([id, kind, data])}\n`;
}

export function removalLine(id: number): string {
  return `[${id}]\n`;
}

export function parseJournal(text: string): readonly JournalEntry[] {
  const live = new Map<number, JournalEntry>();
  for (const line of text.split('\n').slice(1)) {
    const found = parseLine(line);
    if (found === undefined) continue;
    if (typeof found === 'number') live.delete(found);
    else live.set(found.id, found);
  }
  return [...live.values()];
}

/** An entry, the number of a removed one, or nothing that can be read. */
function parseLine(line: string): JournalEntry | number | undefined {
  if (!line.startsWith('[')) return undefined;
  try {
    const found: unknown = JSON.parse(line);
    if (!Array.isArray(found)) return undefined;
    const [id, kind, data]: readonly unknown[] = found;
    if (!Number.isSafeInteger(id)) return undefined;
    if (found.length === 1) return Number(id);
    if (typeof kind !== 'string' || typeof data !== 'object' || data === null) return undefined;
    // Strings and numbers only, as `add` wrote them.
    return { id: Number(id), kind, data: data as JournalData };
  } catch {
    return undefined;
  }
}
