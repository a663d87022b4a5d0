import { worseSeverity } from '../../leak/index.ts';
import type { Finding } from '../../wire/index.ts';
import { fingerprint } from '../assemble/fingerprint.ts';

/** A finding that stands counts before one that closed itself, a leak before a suspect, the larger before the smaller. */
function rank({ closed, level, rate }: Finding): readonly number[] {
  return [Number(closed !== null), Number(level !== 'leak'), -(rate?.bytesPerSecond ?? 0)];
}

export function byRank(a: Finding, b: Finding): number {
  const [left, right] = [rank(a), rank(b)];
  return left.map((value, index) => value - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b;
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

type Rate = NonNullable<Finding['rate']>;

/** All bytes for all requests. */
function perRequest(a: Rate, b: Rate): number | null {
  if (!a.perRequestBytes || !b.perRequestBytes) return null;
  const requests = a.bytesPerSecond / a.perRequestBytes + b.bytesPerSecond / b.perRequestBytes;
  return requests > 0 ? Math.round((a.bytesPerSecond + b.bytesPerSecond) / requests) : null;
}

function sumOfRates(a: Finding['rate'], b: Finding['rate']): Finding['rate'] {
  if (a === null || b === null) return a ?? b;
  return {
    bytesPerSecond: a.bytesPerSecond + b.bytesPerSecond,
    low: add(a.low, b.low),
    high: add(a.high, b.high),
    perRequestBytes: perRequest(a, b),
  };
}

function sumOfAllocations(a: Finding['allocation'], b: Finding['allocation']): Finding['allocation'] {
  if (a === null || b === null) return a ?? b;
  return { ...a, objects: a.objects + b.objects, bytes: a.bytes + b.bytes };
}

/** The same finding of two threads: what stands is told by the stronger one, the amounts are those of both. */
function merge(a: Finding, b: Finding): Finding {
  const [main, other] = byRank(a, b) <= 0 ? [a, b] : [b, a];
  const processes = [...new Set([...main.processes, ...other.processes])];
  const openedMs = Math.min(a.openedMs, b.openedMs);
  // One that closed itself and opened again, or that closed in one of two threads: only what stands counts.
  if (main.closed === null && other.closed !== null) return { ...main, openedMs };
  return {
    ...main,
    processes,
    openedMs,
    leakMs: earlier(main.leakMs, other.leakMs),
    severity:
      main.severity === null || other.severity === null
        ? (main.severity ?? other.severity)
        : worseSeverity(main.severity, other.severity),
    rate: main.closed === null ? sumOfRates(main.rate, other.rate) : main.rate,
    allocation: main.closed === null ? sumOfAllocations(main.allocation, other.allocation) : main.allocation,
    evidence: {
      ...main.evidence,
      survivors: main.closed === null ? add(main.evidence.survivors, other.evidence.survivors) : main.evidence.survivors,
    },
  };
}

/** Functions without a name can share a fingerprint: those at different lines are told apart by their order. */
function distinct(findings: readonly Finding[], lineOf: (site: number) => number): readonly Finding[] {
  const lines = new Map<string, Set<number>>();
  for (const { id, site } of findings) {
    if (site !== null) lines.set(id, (lines.get(id) ?? new Set()).add(lineOf(site)));
  }
  return findings.map((finding) => {
    const all = [...(lines.get(finding.id) ?? [])].sort((a, b) => a - b);
    const index = finding.site === null ? 0 : all.indexOf(lineOf(finding.site));
    return index <= 0 ? finding : { ...finding, id: fingerprint(finding.id, String(index)) };
  });
}

/** Findings of the same line are one, however many processes and threads have it; the most urgent first. */
export function mergeFindings(findings: readonly Finding[], lineOf: (site: number) => number): readonly Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of distinct(findings, lineOf)) {
    const known = merged.get(finding.id);
    merged.set(finding.id, known === undefined ? finding : merge(known, finding));
  }
  return [...merged.values()].sort(byRank);
}
