import type { DetectedLeak } from '../../kernel/leak-watch.ts';
import type { Logger } from '../../kernel/logger.ts';

export interface Told {
  readonly onLeak: (leak: DetectedLeak) => void;
  readonly logger: Logger;
}

/** A leak that is news, to the logger and to whoever asked. Never throws. */
export function tellLeak(leak: DetectedLeak, { onLeak, logger }: Told): void {
  const { id, metric, level, severity, closed } = leak;
  const fields = { code: 'WT_LEAK', id, metric, level, severity };
  if (closed === null) logger.warn(fields, `watertight: ${level} (${severity}): ${leak.what}`);
  else logger.info(fields, `watertight: ${metric} leaks no more: ${closed.why}`);
  try {
    onLeak(leak);
  } catch (error) {
    logger.error({ err: error }, 'watertight: `onLeak` failed');
  }
}
