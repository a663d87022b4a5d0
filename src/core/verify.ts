import { isPromiseLike } from '../kernel/listeners.ts';
import type { ResourceId } from '../kernel/ids.ts';
import type { MaybePromise } from '../kernel/units.ts';
import { matcher, rows } from './info.ts';
import type { ResourceFilter } from './info.ts';
import type { Kind } from './kind.ts';
import type { Ledger } from './ledger.ts';
import { verificationOf } from './probes/by-type.ts';
import type { ResourceState, ResourceType, Verification } from './words.ts';

/** What was seen of one resource. */
export interface VerifiedResource {
  readonly id: ResourceId;
  readonly name: string | null;
  readonly type: ResourceType;
  /** What the books say. */
  readonly state: ResourceState;
  /** What reality says. */
  readonly verification: Verification;
}

/** What was seen of many resources. */
export interface VerificationReport {
  readonly gone: number;
  readonly stillThere: number;
  readonly unverifiable: number;
  readonly resources: readonly VerifiedResource[];
}

/** What the row's probe says of its value, within the kind's deadline. Never throws or rejects. */
export function verifyRow(ledger: Ledger, slot: number): MaybePromise<Verification> {
  const kind = slot < 0 ? undefined : ledger.table.hows[slot]?.kind;
  if (kind === undefined) return 'unverifiable';
  const value = ledger.table.values[slot];
  if (kind.probe === undefined)
    return kind.isScope || ledger.options.verifyReleases !== 'all' ? 'unverifiable' : verificationOf(kind.type, value);
  let answer: MaybePromise<Verification>;
  try {
    answer = kind.probe(value);
  } catch {
    return 'unverifiable';
  }
  return isPromiseLike(answer) ? answered(ledger, answer, kind) : known(answer);
}

/** Rows in every state but scopes; so many probes at a time as the registry's `concurrency` allows. Never rejects. */
export async function verifyMany(
  ledger: Ledger,
  filter: ResourceFilter | undefined,
  concurrency: number,
): Promise<VerificationReport> {
  const matches = matcher(ledger, 'verifyAll', filter);
  const ids: ResourceId[] = [];
  for (const slot of rows(ledger))
    if (ledger.table.hows[slot]?.kind.isScope !== true && matches(slot)) ids.push(ledger.table.id(slot));
  const found: VerifiedResource[] = [];
  let at = 0;
  const worker = async (): Promise<void> => {
    while (at < ids.length) {
      const one = verifiedRow(ledger, ids[at++] ?? 0);
      if (one !== undefined) found.push(isPromiseLike(one) ? await one : one);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, ids.length) }, worker));
  const count = (which: Verification): number => found.filter((one) => one.verification === which).length;
  return { gone: count('gone'), stillThere: count('still-there'), unverifiable: count('unverifiable'), resources: found };
}

/** Undefined when the row has ended meanwhile. */
function verifiedRow(ledger: Ledger, id: number): MaybePromise<VerifiedResource> | undefined {
  const { table } = ledger;
  const slot = table.find(id);
  if (slot < 0) return undefined;
  const name = ledger.recordAt(slot)?.name ?? null;
  const type = table.hows[slot]?.kind.type ?? 'custom';
  const row = { id: table.id(slot), name, type, state: table.stateName(slot) };
  const verification = verifyRow(ledger, slot);
  if (!isPromiseLike(verification)) return { ...row, verification };
  return verification.then((answer) => ({ ...row, verification: answer }));
}

function answered(ledger: Ledger, answer: PromiseLike<Verification>, kind: Kind): Promise<Verification> {
  const limit = kind.releaseTimeoutMs;
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
