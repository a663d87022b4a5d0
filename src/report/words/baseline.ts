import type { BaselineInfo } from '../../wire/report.ts';

/** `1 new, 0 worse, 2 gone, 0 better, 5 the same` */
export function baselineCounts(baseline: BaselineInfo): string {
  return `${baseline.new} new, ${baseline.worse} worse, ${baseline.gone} gone, ${baseline.better} better, ${baseline.same} the same`;
}
