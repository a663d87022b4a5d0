import type {
  BaselineInfo,
  Cost,
  EndInfo,
  Finding,
  FindingAllocation,
  Left,
  MemoryInfo,
  MemoryLimit,
  MemorySeries,
  OpenGroup,
  Owned,
  OwnedProblem,
  OwnedTotals,
  ProcessInfo,
  Report,
  RunInfo,
  Site,
  ThreadInfo,
  Verdict,
} from '../wire/report.ts';
import { reportSchema } from '../wire/report.ts';
import type { Schema } from './schema-parts.ts';
import { boolean, integer, listOf, mapOf, nullable, number, objectOf, oneOf, redacted, text, tuple } from './schema-parts.ts';

export type { Schema } from './schema-parts.ts';

const endKind = oneOf('natural', 'exit', 'signal', 'uncaught', 'abort', 'out-of-memory', 'killed', 'still-running');
const skipped = listOf(objectOf<Cost['skipped'][number]>({ what: text, why: text }));

const run = objectOf<RunInfo>({
  id: text,
  command: redacted(listOf(text)),
  cwd: text,
  startedAt: text,
  durationMs: number,
  mode: oneOf('light', 'hunt'),
  options: mapOf({ anyOf: [text, number, boolean] }),
  truncated: boolean,
  notWatched: listOf(objectOf<RunInfo['notWatched'][number]>({ pid: nullable(integer), command: redacted(text), why: text })),
});

const end = objectOf<EndInfo>({
  kind: endKind,
  code: nullable(integer),
  signal: nullable(text),
  lastRecordAgeMs: nullable(number),
  text,
});

const verdict = objectOf<Verdict>({
  level: oneOf('leak', 'suspect', 'growing', 'spike', 'not-growing', 'too-short'),
  why: text,
  wouldBeEnough: nullable(text),
  failOn: listOf(objectOf<Verdict['failOn'][number]>({ rule: text, hit: boolean })),
  exitStatus: nullable(integer),
});

const thread = objectOf<ThreadInfo>({
  id: integer,
  kind: oneOf('main', 'worker', 'hooks'),
  name: nullable(text),
  gaps: listOf(objectOf<ThreadInfo['gaps'][number]>({ fromMs: number, toMs: number, why: text })),
});

const processInfo = objectOf<ProcessInfo>({
  key: text,
  pid: integer,
  parent: nullable(text),
  role: oneOf('launcher', 'program', 'worker', 'tool'),
  command: redacted(listOf(text)),
  node: text,
  end: objectOf<ProcessInfo['end']>({ kind: endKind, code: nullable(integer), signal: nullable(text) }),
  peakRssBytes: nullable(integer),
  cpuMs: nullable(number),
  threads: listOf(thread),
});

const site = objectOf<Site>({
  id: integer,
  raw: objectOf<Site['raw']>({ url: text, line: integer, column: integer, scriptHash: nullable(text) }),
  file: text,
  line: integer,
  column: integer,
  function: text,
  mapped: oneOf('disk', 'runtime', 'none'),
  generated: boolean,
  package: nullable(objectOf<NonNullable<Site['package']>>({ name: text, version: nullable(text) })),
  user: nullable(integer),
});

const finding = objectOf<Finding>({
  id: text,
  rule: text,
  level: oneOf('leak', 'suspect', 'growing', 'spike', 'limit'),
  severity: nullable(oneOf('low', 'medium', 'high', 'critical')),
  site: nullable(integer),
  objectType: nullable(text),
  what: text,
  processes: listOf(text),
  openedMs: number,
  leakMs: nullable(number),
  closed: nullable(objectOf<NonNullable<Finding['closed']>>({ tMs: number, why: text })),
  rate: nullable(
    objectOf<NonNullable<Finding['rate']>>({
      bytesPerSecond: number,
      low: nullable(number),
      high: nullable(number),
      perRequestBytes: nullable(number),
    }),
  ),
  limit: nullable(objectOf<NonNullable<Finding['limit']>>({ name: text, bytes: integer, reachedInMs: nullable(number) })),
  evidence: objectOf<Finding['evidence']>({
    collections: nullable(integer),
    cohorts: nullable(integer),
    survivors: nullable(integer),
    points: nullable(integer),
  }),
  allocation: nullable(
    objectOf<FindingAllocation>({
      objects: integer,
      bytes: integer,
      spanMs: integer,
      path: listOf(integer),
      callees: listOf(objectOf<FindingAllocation['callees'][number]>({ label: text, site: nullable(integer), share: number })),
      cohorts: listOf(tuple(integer, integer, integer, integer)),
    }),
  ),
  heldBy: listOf(objectOf<Finding['heldBy'][number]>({ label: text, site: nullable(integer) })),
  lookalikes: listOf(text),
  try: listOf(objectOf<Finding['try'][number]>({ text, guide: text })),
});

const open = objectOf<OpenGroup>({
  type: text,
  site: nullable(integer),
  owner: nullable(text),
  count: integer,
  estimated: boolean,
  growthPerMinute: nullable(number),
  oldestMs: number,
  keepsAlive: integer,
  examples: redacted(listOf(text)),
  processes: listOf(text),
});

const owned = objectOf<Owned>({
  totals: mapOf(
    objectOf<OwnedTotals>({ live: integer, released: integer, failed: integer, timedOut: integer, abandoned: integer }),
  ),
  problems: listOf(
    objectOf<OwnedProblem>({
      id: integer,
      name: nullable(text),
      type: text,
      result: text,
      reason: nullable(text),
      error: redacted(nullable(text)),
      createdAt: nullable(text),
    }),
  ),
});

const left = objectOf<Left>({
  kind: oneOf('process', 'temp'),
  what: redacted(text),
  proof: text,
  removed: boolean,
  site: nullable(integer),
});

const series = objectOf<MemorySeries>({
  process: text,
  thread: integer,
  columns: listOf(text),
  rows: listOf(listOf(nullable(number))),
  collected: listOf(tuple(number, number, oneOf('forced', 'natural'))),
});

const memory = objectOf<MemoryInfo>({
  limits: listOf(objectOf<MemoryLimit>({ name: oneOf('heap', 'cgroup', 'host', 'configured'), bytes: integer, source: text })),
  tightest: nullable(text),
  peak: objectOf<MemoryInfo['peak']>({
    rssBytes: nullable(integer),
    heapBytes: nullable(integer),
    externalBytes: nullable(integer),
  }),
  gc: objectOf<MemoryInfo['gc']>({ full: integer, forced: integer, share: nullable(number), longestMs: nullable(number) }),
  series: listOf(series),
});

const cost = objectOf<Cost>({
  cpuShare: nullable(number),
  rssBytes: nullable(integer),
  longestPauseMs: nullable(number),
  forcedCollections: integer,
  samplingWindows: listOf(objectOf<Cost['samplingWindows'][number]>({ fromMs: number, toMs: number, why: text })),
  skipped,
});

const baseline = objectOf<BaselineInfo>({
  file: text,
  runId: text,
  startedAt: text,
  new: integer,
  worse: integer,
  same: integer,
  better: integer,
  gone: integer,
  regressions: listOf(text),
});

/** The shape of a report, as JSON Schema: what `parseReport` checks, in the order in which `renderJson` writes. */
export const schemaOfReport: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Report of a run of watertight, version 1',
  description:
    'Units stand in the keys; null means not measured. Readers ignore keys that they do not know. Values marked x-redacted can hold user data and are masked by default.',
  ...objectOf<Report>(
    {
      schema: { const: reportSchema },
      tool: objectOf<Report['tool']>({ version: text, node: text }),
      run,
      end,
      verdict,
      processes: listOf(processInfo),
      sites: listOf(site),
      findings: listOf(finding),
      open: listOf(open),
      owned,
      left: listOf(left),
      memory,
      cost,
      baseline,
    },
    ['baseline'],
  ),
};
