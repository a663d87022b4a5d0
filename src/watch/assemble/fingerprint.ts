import { createHash } from 'node:crypto';

/** The same over builds, runs and replicas: nothing that differs between them goes into it. */
export function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
