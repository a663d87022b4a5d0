/** What a model answers: call a tool, or the answer. */
export type Turn = { readonly tool: string; readonly input: string } | { readonly answer: string };

/** Asked again after each tool, with what that returned. */
export type Model = (history: readonly string[]) => Turn;

/** What goes wrong in an execution; `endless` never answers. */
export type Fault = 'none' | 'crash' | 'hang' | 'murdered' | 'cancel' | 'endless';

/** Dice that fall the same way each time (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const sound = ['note', 'ask', 'ask', 'note', 'compute'];
/** Hangs are rarer, for each costs its whole time. */
const faults: readonly Fault[] = ['crash', 'cancel', 'murdered', 'endless', 'hang', 'crash', 'cancel', 'murdered', 'endless'];

/** One execution in five has a fault, in turn. `which`: 0 for the first execution. */
export function faultOf(which: number): Fault {
  return which % 5 === 4 ? (faults[Math.floor(which / 5) % faults.length] ?? 'none') : 'none';
}

/** A script that stands for a model: one to four tools, then the answer; with a fault, that in place of one of them. */
export function scripted(random: () => number, fault: Fault): Model {
  const turns = 1 + Math.floor(random() * 4);
  return (history) => {
    const tool = sound[Math.floor(random() * sound.length)] ?? 'note';
    const input = `turn ${history.length}`;
    if (fault === 'endless') return { tool: 'note', input };
    if (history.length < turns) return { tool, input };
    if (fault === 'none') return { answer: history.join(', ') };
    // What is to be cancelled must not answer before.
    return { tool: fault === 'cancel' ? 'hang' : fault, input };
  };
}
