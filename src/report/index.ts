export type { HtmlOptions } from './html.ts';
export { renderHtml } from './html.ts';
export { renderJson } from './json.ts';
export type { ColorQuestion } from './lines.ts';
export { wantsColor } from './lines.ts';
export { parseReport } from './parse.ts';
export type { TextOptions } from './text.ts';
export { renderText } from './text.ts';
export type {
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
