export type {
  ChildRecord, ClosedRecord, CollectionRecord, CollectionTotalsRecord, CountsRecord, EndRecord, HandleType, KeepsAliveRecord,
  MappedFrameRecord, NoteCode, NoteRecord, OpenedRecord, OwnedRecord, OwnedRowRecord, SampleRecord, SiteRecord, ThreadHeader,
  ThreadKind, WireFrame, WireRecord,
} from './records.ts';
export { dataFileSuffix, environment, noteCodes, wireVersion } from './records.ts';
export type {
  Cost, EndInfo, EndKind, Finding, Left, MemoryInfo, MemoryLimit, MemorySeries, OpenGroup, Owned, OwnedProblem, OwnedTotals,
  ProcessInfo, Report, Role, RunInfo, Severity, Site, ThreadInfo, Verdict, VerdictLevel,
} from './report.ts';
export { reportSchema } from './report.ts';
