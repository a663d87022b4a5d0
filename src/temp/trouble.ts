import { WatertightError } from '../kernel/errors.ts';

/** The system's code of an error (`ENOENT`); empty for anything else. */
export function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

export function isFull(error: unknown): boolean {
  return full.has(codeOf(error));
}

/** An error of the file system as ours: a full disk has a code of its own. */
export function trouble(where: string, what: string, error: unknown): WatertightError {
  if (error instanceof WatertightError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new WatertightError(isFull(error) ? 'WT_NO_SPACE' : 'WT_TEMP_UNAVAILABLE', `${where}: ${what}: ${why}`, {
    cause: error,
  });
}
