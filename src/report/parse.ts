import { WatertightError } from '../kernel/errors.ts';
import type { Report } from '../wire/report.ts';
import { reportSchema } from '../wire/report.ts';
import { firstMismatch } from './check.ts';
import { schemaOfReport } from './schema.ts';

const family = /^watertight-report\/(\d{1,9})$/;
const ourVersion = Number(family.exec(reportSchema)?.[1]);

/**
 * Reads a report from the text of a `report.json`. What is returned has the shape of a report, checked key by key; keys that
 * this version does not know are kept and mean nothing.
 *
 * @throws WatertightError `WT_REPORT_INVALID`: the text is not JSON, or not a report; the message names the first place that
 * is wrong. `WT_REPORT_NEWER`: a newer watertight wrote it, in a version of the report that this one cannot read.
 */
export function parseReport(text: string): Report {
  const value = parseJson(text);
  refuseOtherVersions(value);
  const mismatch = firstMismatch(value, schemaOfReport);
  if (mismatch !== null) throw new WatertightError('WT_REPORT_INVALID', `not a report of watertight: ${mismatch}`);
  // The shape has just been checked against the schema, which the compiler holds against `Report`.
  return value as Report;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw new WatertightError('WT_REPORT_INVALID', 'not a report of watertight: the text is not JSON, or cut off', { cause });
  }
}

function refuseOtherVersions(value: unknown): void {
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  const version = typeof schema === 'string' ? Number(family.exec(schema)?.[1]) : Number.NaN;
  if (version > ourVersion) {
    throw new WatertightError(
      'WT_REPORT_NEWER',
      `this report has version ${String(version)}, written by a newer watertight; this one reads up to version ${String(ourVersion)}: update watertight`,
    );
  }
}
