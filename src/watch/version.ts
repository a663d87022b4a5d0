import { readFileSync } from 'node:fs';

let known: string | undefined;

/** The version of this package; `0.0.0` where its package.json cannot be read (inside a bundle, say). */
export function toolVersion(): string {
  known ??= read();
  return known;
}

function read(): string {
  try {
    const json: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const version = (json as { readonly version?: unknown }).version;
    return typeof version === 'string' ? version : '0.0.0';
  } catch {
    return '0.0.0';
  }
}
