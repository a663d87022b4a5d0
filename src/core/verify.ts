import { isPromiseLike } from '../kernel/listeners.ts';
import type { MaybePromise } from '../kernel/units.ts';
import type { Kind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import type { Verification } from './words.ts';

/** What a kind's probe says of a row's value, within the kind's deadline. Never throws or rejects. */
export function verifyRow(ledger: Ledger, slot: number): MaybePromise<Verification> {
  const probe = slot < 0 ? undefined : ledger.table.hows[slot]?.kind.probe;
  if (probe === undefined) return 'unverifiable';
  const kind = ledger.table.hows[slot]?.kind;
  let answer: MaybePromise<Verification>;
  try {
    answer = probe(ledger.table.values[slot]);
  } catch {
    return 'unverifiable';
  }
  return isPromiseLike(answer) ? answered(ledger, answer, kind) : known(answer);
}

function answered(ledger: Ledger, answer: PromiseLike<Verification>, kind: Kind | undefined): Promise<Verification> {
  const limit = kind?.releaseTimeoutMs ?? 0;
  return new Promise((resolve) => {
    const timer =
      limit > 0 && limit < Infinity ? ledger.clock.schedule(limit, () => resolve('unverifiable'), { ref: true }) : undefined;
    const settle = (verification: Verification): void => {
      timer?.cancel();
      resolve(verification);
    };
    answer.then(
      (verification) => settle(known(verification)),
      () => settle('unverifiable'),
    );
  });
}

function known(answer: Verification): Verification {
  return answer === 'gone' || answer === 'still-there' ? answer : 'unverifiable';
}
