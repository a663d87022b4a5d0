import { appendFileSync } from 'node:fs';
import { WatertightError } from '../kernel/errors.ts';

/** Lines that would silently get lost are no use: an unwritable file is told before anything is started. Throws WT_INVALID_OPTION. */
export function checkLog(file: string): void {
  try {
    appendFileSync(file, '', { mode: 0o600 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WatertightError('WT_INVALID_OPTION', `--log ${file} cannot be written to: ${why}`, { cause });
  }
}
