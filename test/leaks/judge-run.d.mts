import type { Report } from '../../src/wire/index.ts';
import type { Program } from './manifest.mjs';

export type { Program };

export type SiteJudgement = 'right' | 'near' | 'wrong' | 'none';

export interface Row {
  readonly verdict: string;
  readonly leak: boolean;
  readonly leakClosed: boolean;
  readonly suspect: boolean;
  readonly suspectMs: number | null;
  readonly leakMs: number | null;
  readonly site: SiteJudgement | null;
  readonly suspectSite: SiteJudgement | null;
}

export function judgeRun(program: Program, report: Report): Row;
