/**
 * Live questions to a watched thread. Data go by file; this is for what somebody asks now: memory as it is, a collection, a heap snapshot.
 * Nothing listens until somebody wants to ask: whoever does makes the file `<pid>-<start>-<tid>.ask` in the run's directory; the thread sees it
 * within about a second, listens on a Unix socket, and writes where into `<pid>-<start>-<tid>.at` ({@link SocketPointer}). On connection the
 * thread says who it is ({@link Greeting}); then each line is one {@link Request}, each answered by one line, a {@link Reply}. With nobody
 * connected for half a minute the thread takes both away again.
 */
export const askSuffix = '.ask';
export const pointerSuffix = '.at';

/** What stands in the pointer file. */
export interface SocketPointer {
  readonly path: string;
}

/** The first line: a socket at a known path may be somebody else's by now. */
export interface Greeting {
  readonly wt: number;
  readonly pid: number;
  readonly start: number;
  readonly tid: number;
}

/** What can be asked. */
export type Question =
  | { readonly ask: 'memory' }
  | { readonly ask: 'collect' }
  /** What a snapshot would cost now, and whether it would be taken. */
  | { readonly ask: 'estimate'; readonly path: string }
  /** Writes a heap snapshot to an absolute path that does not exist yet; refused as the estimate says. The thread stands still meanwhile. */
  | { readonly ask: 'snapshot'; readonly path: string }
  /** No more snapshots will be compared with earlier ones: what V8 keeps for that goes. Else it goes after a quarter of an hour. */
  | { readonly ask: 'forget' };

export type Request = Question & { readonly id: number };

export interface MemoryAnswer {
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  readonly heapLimitBytes: number;
  readonly externalBytes: number;
  readonly arrayBuffersBytes: number;
  readonly spaces: readonly { readonly name: string; readonly usedBytes: number; readonly sizeBytes: number }[];
}

export interface CollectAnswer {
  readonly beforeBytes: number;
  readonly afterBytes: number;
  readonly pauseMs: number;
}

export interface EstimateAnswer {
  readonly liveBytes: number;
  /** How long the thread would stand still: at best and at worst. */
  readonly stopMs: readonly [low: number, high: number];
  /** Memory it takes meanwhile, and what is free. */
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly diskBytes: number;
  /** `null` where it cannot be told. */
  readonly freeDiskBytes: number | null;
  /** Why a snapshot would be refused; `null`: it would be taken. */
  readonly refusal: string | null;
}

export interface SnapshotAnswer {
  readonly path: string;
  readonly bytes: number;
  readonly stopMs: number;
}

/** Which answer belongs to which question. */
export interface Answers {
  readonly memory: MemoryAnswer;
  readonly collect: CollectAnswer;
  readonly estimate: EstimateAnswer;
  readonly snapshot: SnapshotAnswer;
  readonly forget: object;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly answer: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };

/** A line that is longer is no question. */
export const longestRequest = 16_384;
