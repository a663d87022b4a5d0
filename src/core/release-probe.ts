import { WatertightError } from '../kernel/errors.ts';
import type { MaybePromise } from '../kernel/units.ts';
import type { Kind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import { verificationOf } from './probes/by-type.ts';
import type { Verification } from './words.ts';

/** Whether a release of this kind is verified. */
export function isProbed(ledger: Ledger, kind: Kind): boolean {
  const { verifyReleases } = ledger.options;
  if (verifyReleases === 'off' || kind.isScope) return false;
  return kind.probe !== undefined || verifyReleases === 'all';
}

/** Asks the kind's probe, else what can be seen of the value itself. Throws what the probe throws. */
export function probeRelease(kind: Kind, value: unknown): MaybePromise<Verification> {
  return kind.probe === undefined ? verificationOf(kind.type, value) : kind.probe(value);
}

const countNames = { gone: 'gone', 'still-there': 'stillThere', unverifiable: 'unverifiable' } as const;

/** Counts what was seen after a release, and returns it; whatever else a probe answered is `unverifiable`. */
export function countVerified(ledger: Ledger, answer: Verification): Verification {
  const verification = answer === 'gone' || answer === 'still-there' ? answer : 'unverifiable';
  ledger.counts.verified[countNames[verification]] += 1;
  return verification;
}

/** Why a release that returned has failed. */
export function stillThere(): WatertightError {
  return new WatertightError('WT_RELEASE_FAILED', 'the release returned, and the probe says that the resource is still there');
}
