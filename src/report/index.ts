export type { HtmlOptions } from './html.ts';
export { renderHtml } from './html.ts';
export { renderJson } from './json.ts';
export type { Change, ChangeStatus, Compared, ComparedRun, Comparison, Confidence } from './compare/words.ts';
export type { CompareOptions } from './compare/compare.ts';
export { compareReports, sinceBaseline } from './compare/compare.ts';
export type { ComparisonTextOptions } from './compare/text.ts';
export { renderComparison } from './compare/text.ts';
export { renderJunit } from './junit.ts';
export type { ColorQuestion } from './lines.ts';
export { wantsColor } from './lines.ts';
export { parseReport } from './parse.ts';
export { renderSarif } from './sarif.ts';
export type { TextOptions } from './text.ts';
export { renderText } from './text.ts';
export type {
  BaselineInfo,
  Cost,
  EndInfo,
  EndKind,
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
  Role,
  RunInfo,
  Severity,
  Site,
  ThreadInfo,
  Verdict,
  VerdictLevel,
} from '../wire/report.ts';
export { reportSchema } from '../wire/report.ts';
