import { configureTemp, ownerRoot, tempStatus } from '../temp/index.ts';
import type { Finding } from '../watch/index.ts';

/** Whether programs can have temporary files of ours here, and whether what a killed one leaves is found. Leaves nothing behind. */
export function tempFinding(): Finding {
  const feature = 'temporary files';
  try {
    configureTemp({ sweep: false });
    const { path } = ownerRoot();
    if (tempStatus().proofOfLife) return { feature, state: 'works', why: path, needed: false };
    const why = 'no socket can be made here: what a killed program leaves is not swept, since nobody can prove it dead';
    return { feature, state: 'degraded', why, needed: false };
  } catch (error) {
    return { feature, state: 'off', why: error instanceof Error ? error.message : String(error), needed: false };
  }
}
