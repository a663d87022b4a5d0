/**
 * The data file of a watched thread, version 1. NDJSON: the first line is a {@link ThreadHeader}, every further line one
 * {@link WireRecord}: a short array whose first element is its kind and whose second, except for sites, is the time in
 * milliseconds since `header.t0`. Readers skip kinds they do not know and extra elements; a line cut off at the end of the
 * file (the program was killed while writing) is skipped as well.
 */
export const wireVersion = 1;

/** `<pid>-<start>-<tid>.wt` */
export const dataFileSuffix = '.wt';

export type ThreadKind = 'main' | 'worker' | 'hooks';

export interface ThreadHeader {
  readonly wt: number;
  readonly pid: number;
  /** Start time of the process in clock ticks since boot (field 22 of /proc/self/stat); elsewhere 0. With the pid it names the process. */
  readonly start: number;
  readonly tid: number;
  readonly thread: ThreadKind;
  readonly name: string | null;
  readonly ppid: number;
  readonly node: string;
  readonly platform: string;
  /** Redacted. */
  readonly argv: readonly string[];
  /** Redacted. */
  readonly execArgv: readonly string[];
  readonly cwd: string;
  /** Milliseconds since the epoch at which the agent was loaded in this thread; times of records count from it. */
  readonly t0: number;
  /** 0: see {@link HeapLimitRecord}. */
  readonly heapLimitBytes: number;
}

/** Where a resource was made: `[url or path, line, column, function name]`, innermost first, lines and columns from 1; frames of `node:` and of the agent are left out. */
export type WireFrame = readonly [url: string, line: number, column: number, name: string];

export type HandleType =
  | 'file'
  | 'directory'
  | 'socket'
  | 'server-socket'
  | 'server'
  | 'udp'
  | 'process'
  | 'worker'
  | 'watcher'
  | 'interval'
  | 'timeout'
  | 'temp'
  | 'zlib';

/** Once a second, and when the thread ends. CPU figures are totals of the process since its start; `selfUs` is what our own callbacks used, in this thread. */
export type SampleRecord = readonly [
  kind: 's',
  tMs: number,
  rssBytes: number,
  heapUsedBytes: number,
  heapTotalBytes: number,
  externalBytes: number,
  arrayBuffersBytes: number,
  descriptors: number | null,
  cpuUs: number,
  selfUs: number,
  loopActivePermille: number,
  loopDelayMaxUs: number | null,
];

/** A full collection: forced by the agent (`f`) or natural (`n`), how long the thread stood still, and what was in use after it. */
export type CollectionRecord = readonly [
  kind: 'g',
  tMs: number,
  how: 'f' | 'n',
  pauseUs: number,
  heapUsedBytes: number,
  externalBytes: number,
];

/** Totals since the start of the thread: number of collections and their pauses. Written with a sample when they changed. */
export type CollectionTotalsRecord = readonly [
  kind: 'G',
  tMs: number,
  minor: number,
  minorUs: number,
  full: number,
  fullUs: number,
];

/** The limit of this thread's heap. Reading it takes longer than the header may: it is written with the first sample, and where it is missing `header.heapLimitBytes` (0: not known) holds. */
export type HeapLimitRecord = readonly [kind: 'h', tMs: number, heapLimitBytes: number];

/** Defines a site, before the first record that names it. Ids start at 1; 0 means "not known". */
export type SiteRecord = readonly [kind: 'f', site: number, frames: readonly WireFrame[]];

/** What the program's own source maps say of a frame of a site (its index in the frames). */
export type MappedFrameRecord = readonly [kind: 'm', site: number, frame: number, source: string, line: number, column: number];

/** A handle that was open when it was flushed. `weight` is how many handles this row stands for (more than 1 where handles are sampled); `opened` is when it was made. */
export type OpenedRecord = readonly [
  kind: '+',
  openedMs: number,
  row: number,
  type: HandleType,
  site: number,
  /** Path, "host:port", "listening :port", command or delay; redacted. */
  detail: string,
  weight: number,
];

export type ClosedRecord = readonly [kind: '-', tMs: number, row: number];

/** The rows that keep the thread's event loop alive now; written when that set changed and the loop is idle, and at the end. */
export type KeepsAliveRecord = readonly [kind: 'k', tMs: number, rows: readonly number[]];

/** Totals per type since the start: handles opened and closed, whether or not they lived long enough to get a row. Written with a sample when they changed. */
export type CountsRecord = readonly [
  kind: 'n',
  tMs: number,
  counts: readonly (readonly [HandleType, opened: number, closed: number])[],
];

/** A child process was started. */
export type ChildRecord = readonly [
  kind: 'c',
  tMs: number,
  pid: number,
  command: readonly string[],
  environment: 'inherited' | 'replaced',
];

/** An event of a registry of the program (channel `watertight:v1:resource`). */
export type OwnedRecord = readonly [
  kind: 'o',
  tMs: number,
  event: string,
  id: number,
  type: string,
  name: string | null,
  createdAt: string | null,
  reason: string | null,
  error: string | null,
];

/** An owned resource is the same thing as a row of ours: the row is owned from now on. */
export type OwnedRowRecord = readonly [kind: 'O', tMs: number, row: number, id: number];

/** Heap sampling began (`start`) or ended (`stop`); `intervalBytes` is the mean of allocated bytes between two samples. Samples of one window say nothing of another's. */
export type WindowRecord = readonly [
  kind: 'w',
  tMs: number,
  what: 'start' | 'stop',
  window: number,
  intervalBytes: number,
  why: string,
];

/** Defines a function that allocates, before the first stack that names it. Ids start at 1. Line and column (from 1) are where the function begins; `url` is empty for what is no script. */
export type FunctionRecord = readonly [kind: 'F', id: number, name: string, url: string, line: number, column: number];

/** What the program's own source maps say of a function. */
export type MappedFunctionRecord = readonly [kind: 'M', id: number, source: string, line: number, column: number];

/** Defines a stack as a node of a tree: this function, called from that stack (0: from nothing). Ids start at 1. */
export type StackRecord = readonly [kind: 't', id: number, parent: number, functionId: number];

/**
 * What lived after a full collection, as a change to the poll before it in the same window. `clock` is the largest ordinal given out so far: it
 * counts samples, so it goes by allocated bytes, not by time. `born`: `stack, ordinal, bytes` of each sample that is new and still lives, flat, by
 * ordinal; the bytes are those that the sample stands for. `died`: ordinals of samples of earlier polls that live no more.
 */
export type PollRecord = readonly [
  kind: 'p',
  tMs: number,
  window: number,
  clock: number,
  heapUsedBytes: number,
  externalBytes: number,
  pauseUs: number,
  born: readonly number[],
  died: readonly number[],
];

/** Requests that the servers of this thread have taken in since its start. Written with a sample when there were more. */
export type RequestsRecord = readonly [kind: 'q', tMs: number, requests: number];

/** How much of this thread's heap is reserved and was never written to: not resident. Written before a sample when it has changed by a quarter of a megabyte; 0 at first. */
export type UntouchedRecord = readonly [kind: 'u', tMs: number, bytes: number];

/** Something the report has to say: what was skipped or found out, and why. The code is one of {@link noteCodes}. */
export type NoteRecord = readonly [kind: '!', tMs: number, code: NoteCode, text: string];

export const noteCodes = {
  /** Recording stopped: the disk is full or the file cannot be written. */
  truncated: 'truncated',
  /** The older half of the file was thinned out. */
  thinned: 'thinned',
  /** A costly step was left out. */
  skipped: 'skipped',
  /** The thread stood still or was busy for long: samples are missing. */
  gap: 'gap',
  /** Another profiler, fake timers, an unusual host. */
  neighbour: 'neighbour',
} as const;
export type NoteCode = (typeof noteCodes)[keyof typeof noteCodes];

/** The thread ended in an orderly way, after its own exit listeners ran. Missing after a signal, abort or SIGKILL. */
export type EndRecord = readonly [
  kind: 'x',
  tMs: number,
  how: 'natural' | 'exit' | 'uncaught',
  code: number,
  error: string | null,
];

/** The agent was told to stop, by who attached it: the thread goes on, unwatched. Nothing follows. */
export type DetachedRecord = readonly [kind: 'd', tMs: number, why: string];

export type WireRecord =
  | SampleRecord
  | HeapLimitRecord
  | CollectionRecord
  | CollectionTotalsRecord
  | SiteRecord
  | MappedFrameRecord
  | OpenedRecord
  | ClosedRecord
  | KeepsAliveRecord
  | CountsRecord
  | ChildRecord
  | OwnedRecord
  | OwnedRowRecord
  | WindowRecord
  | FunctionRecord
  | MappedFunctionRecord
  | StackRecord
  | PollRecord
  | RequestsRecord
  | UntouchedRecord
  | NoteRecord
  | DetachedRecord
  | EndRecord;

/** Environment variables by which the supervisor speaks to the agent. */
export const environment = {
  /** Absolute path of the run's directory: the agent writes its data file there. Without it, and without `directory`, the agent stands aside. */
  run: 'WATERTIGHT_RUN',
  /** Set by users: the folder in which run directories are made (a volume, say). */
  directory: 'WATERTIGHT_DIR',
  /** `1`: the agent stands aside. */
  off: 'WATERTIGHT_OFF',
  /** `key=value` pairs separated by commas: `gc=0` forbids forced collections; `sampling=0` sampled allocations; `mode=light|hunt`; `maxPauseMs=50`; `sampleBytes=8192`. */
  options: 'WATERTIGHT_OPTIONS',
} as const;
