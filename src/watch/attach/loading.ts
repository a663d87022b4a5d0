import type { Clock } from '../../kernel/clock/index.ts';
import { pause } from '../../kernel/clock/index.ts';
import type { Answer } from './inspector.ts';
import { askState, cancelLoading } from './injection.ts';

/** Evaluates a script in one thread of the program. */
export type Evaluate = (expression: string, withinMs: number) => Promise<Answer>;

/** How loading the agent in a thread went. */
export type Loaded =
  | { readonly kind: 'recording' }
  /** The thread answered nothing: it is busy outside of JavaScript, or stopped. */
  | { readonly kind: 'silent' }
  /** It answers, but its event loop has not turned. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly why: string };

const stepMs = 25;
const cancelMs = 500;

function valueOf(answer: Answer): string | undefined {
  if (answer.kind !== 'answer') return undefined;
  const { result, exceptionDetails } = answer.result as {
    readonly result?: { readonly value?: unknown; readonly description?: string };
    readonly exceptionDetails?: unknown;
  };
  return exceptionDetails === undefined ? String(result?.value) : `failed ${result?.description ?? 'an exception'}`;
}

/** Loads the agent and waits until it is at work; takes it back where that takes too long. Never awaits a promise of the program's. */
export async function loadAgent(evaluate: Evaluate, script: string, clock: Clock, withinMs: number): Promise<Loaded> {
  const deadline = clock.monotonic() + withinMs;
  const leftMs = (): number => Math.max(1, deadline - clock.monotonic());
  const first = await evaluate(script, leftMs());
  if (first.kind === 'silent') {
    // What was sent is done when the thread is free again, in this order, also after we have gone.
    void evaluate(cancelLoading, 1);
    return { kind: 'silent' };
  }
  if (first.kind === 'error') return { kind: 'failed', why: first.message };
  while (clock.monotonic() < deadline) {
    const [state = '', ...why] = (valueOf(await evaluate(askState, leftMs())) ?? 'silent').split(' ');
    if (state === 'recording') return { kind: 'recording' };
    if (state === 'failed' || state === 'none') return { kind: 'failed', why: why.join(' ') };
    await pause(clock, stepMs);
  }
  await evaluate(cancelLoading, cancelMs);
  return { kind: 'busy' };
}
