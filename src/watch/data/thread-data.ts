import type {
  ChildRecord,
  CollectionRecord,
  CollectionTotalsRecord,
  EndRecord,
  HandleType,
  MappedFrameRecord,
  NoteRecord,
  RequestsRecord,
  SampleRecord,
  ThreadHeader,
  UntouchedRecord,
  WireFrame,
  WireRecord,
} from '../../wire/index.ts';
import { BoundedSeries } from './bounded-series.ts';
import { OpenRows } from './open-rows.ts';
import { OwnedData } from './owned-data.ts';
import { SurvivorData } from './survivor-data.ts';

const maxSamples = 4_000;
const maxCollections = 2_000;
const maxRequests = 2_000;
const maxUntouched = 4_000;
const maxNotes = 500;
const maxChildren = 5_000;
/** Records whose second element is no time, or not the time of writing. */
const timeless: ReadonlySet<string> = new Set(['f', 'm', '+', 'F', 'M', 't']);

export interface Peak {
  rssBytes: number;
  heapBytes: number;
  externalBytes: number;
}

/** All that the data file of one thread has told so far. Bounded: a long run thins its series, never its peaks and totals. */
export class ThreadData {
  readonly header: ThreadHeader;
  readonly samples: BoundedSeries<SampleRecord> = new BoundedSeries(maxSamples);
  readonly collections: BoundedSeries<CollectionRecord> = new BoundedSeries(maxCollections);
  readonly sites: Map<number, readonly WireFrame[]> = new Map();
  /** By `site:frame`. */
  readonly mapped: Map<string, MappedFrameRecord> = new Map();
  readonly rows: OpenRows = new OpenRows();
  readonly counts: Map<HandleType, { readonly opened: number; readonly closed: number }> = new Map();
  readonly children: ChildRecord[] = [];
  readonly owned: OwnedData = new OwnedData();
  readonly requests: BoundedSeries<RequestsRecord> = new BoundedSeries(maxRequests);
  /** Of the heap: reserved, and not resident. */
  readonly untouched: BoundedSeries<UntouchedRecord> = new BoundedSeries(maxUntouched);
  /** Sampled allocations. */
  readonly survivors: SurvivorData = new SurvivorData();
  /** Row to the owned resource that is the same thing. */
  readonly ownedRows: Map<number, number> = new Map();
  readonly notes: NoteRecord[] = [];
  readonly peak: Peak = { rssBytes: 0, heapBytes: 0, externalBytes: 0 };
  readonly forced: { count: number; longestUs: number; totalUs: number } = { count: 0, longestUs: 0, totalUs: 0 };
  /** The limit of this thread's heap; 0 when it is not known. */
  heapLimitBytes: number;
  keepsAlive: { readonly tMs: number; readonly rows: readonly number[] } | null = null;
  totals: CollectionTotalsRecord | null = null;
  longestCollectionUs = 0;
  end: EndRecord | null = null;
  /** The agent was told to stop before the thread ended. */
  detached = false;
  /** Time of the latest record. */
  lastMs = 0;
  unreadableLines = 0;

  constructor(header: ThreadHeader) {
    this.header = header;
    this.heapLimitBytes = header.heapLimitBytes;
  }

  apply(record: WireRecord): void {
    this.#applyEvent(record);
    if (timeless.has(record[0])) return;
    if (record[1] > this.lastMs) this.lastMs = record[1];
  }

  // One line per kind of record: split up, it would only be harder to see that none is missing.
  // oxlint-disable-next-line complexity, max-lines-per-function
  #applyEvent(record: WireRecord): void {
    switch (record[0]) {
      case 's':
        return this.#sample(record);
      case 'g':
        return this.#collection(record);
      case 'G':
        this.totals = record;
        return;
      case 'f':
        this.sites.set(record[1], record[2]);
        return;
      case 'm':
        this.mapped.set(`${record[1]}:${record[2]}`, record);
        return;
      case '+':
        this.rows.open(record);
        return;
      case '-':
        this.rows.close(record[1], record[2]);
        return;
      case 'k':
        this.keepsAlive = { tMs: record[1], rows: record[2] };
        return;
      case 'n':
        for (const [type, opened, closed] of record[2]) this.counts.set(type, { opened, closed });
        return;
      case 'c':
        if (this.children.length < maxChildren) this.children.push(record);
        return;
      case 'o':
        this.owned.apply(record);
        return;
      case 'O':
        this.ownedRows.set(record[2], record[3]);
        return;
      case 'w':
        return this.survivors.applyWindow(record);
      case 'F':
        return this.survivors.applyFunction(record);
      case 'M':
        return this.survivors.applyMapped(record);
      case 't':
        return this.survivors.applyStack(record);
      case 'p':
        return this.survivors.applyPoll(record);
      case 'q':
        this.requests.push(record);
        return;
      case 'u':
        this.untouched.push(record);
        return;
      case '!':
        if (this.notes.length < maxNotes) this.notes.push(record);
        return;
      case 'h':
        this.heapLimitBytes = record[2];
        return;
      case 'd':
        this.detached = true;
        return;
      case 'x':
        this.end = record;
        return;
      default:
        return;
    }
  }

  #sample(record: SampleRecord): void {
    this.samples.push(record);
    this.peak.rssBytes = Math.max(this.peak.rssBytes, record[2]);
    this.peak.heapBytes = Math.max(this.peak.heapBytes, record[3]);
    this.peak.externalBytes = Math.max(this.peak.externalBytes, record[5]);
  }

  #collection(record: CollectionRecord): void {
    this.collections.push(record);
    this.longestCollectionUs = Math.max(this.longestCollectionUs, record[3]);
    if (record[2] !== 'f') return;
    this.forced.count += 1;
    this.forced.totalUs += record[3];
    this.forced.longestUs = Math.max(this.forced.longestUs, record[3]);
  }
}

/** `pid.start` of the process this thread belongs to. */
export function ownerKey(thread: ThreadData): string {
  return `${thread.header.pid}.${thread.header.start}`;
}
