import type { Agent } from '../agent.ts';
import { createPollFolding } from './poll-folding.ts';

const chunkBytes = 512 * 1024;
const oneIn = 4;

/** Of these kinds one in four is kept in the older half; of handles those that are still open; four polls become one; of the rest all. */
const series = new Set(['s', 'g', 'G', 'n', 'k', 'o', 'q', 'u']);
const rowOf = /^\["[+-]",\d+,(\d+)/;

/**
 * Thins the older half of the data file, a piece per call so that no call takes long; the new file takes the old one's
 * place at once. Answers whether there is more to do.
 */
// oxlint-disable-next-line max-lines-per-function -- a factory of small functions: closures bundle to less than classes do
export function createThinning(agent: Agent, maxFileBytes: number): () => boolean {
  const { natives, recorder } = agent;
  const fresh = `${recorder.path}.new`;
  let at = -1;
  let half = 0;
  let seen = 0;
  let written = 0;
  let polls = createPollFolding(oneIn);

  function keep(line: string): boolean {
    const kind = line.slice(2, 3);
    if (kind === '+' || kind === '-') return agent.rows.isOpen(Number(rowOf.exec(line)?.[1]));
    if (!series.has(kind) || !line.startsWith('["')) return true;
    seen += 1;
    return seen % oneIn === 0;
  }

  /** What is written now for this line; a poll waits for the next ones. */
  function thinned(line: string): string | readonly string[] {
    if (line.startsWith('["p"')) return polls.add(line) ?? [];
    return line !== '' && keep(line) ? line : [];
  }

  function readChunk(): Buffer {
    const bytes = Buffer.allocUnsafe(chunkBytes);
    const descriptor = natives.openSync(recorder.path, 'r');
    try {
      return bytes.subarray(0, natives.readSync(descriptor, bytes, 0, bytes.length, at));
    } finally {
      natives.closeSync(descriptor);
    }
  }

  function append(text: string | Buffer): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    const descriptor = natives.openSync(fresh, written === 0 ? 'w' : 'a', 0o600);
    try {
      for (let done = 0; done < bytes.length;) done += natives.writeSync(descriptor, bytes, done);
      written += bytes.length;
    } finally {
      natives.closeSync(descriptor);
    }
  }

  function thin(bytes: Buffer): void {
    const end = bytes.lastIndexOf(10) + 1;
    at += end;
    const lines = bytes.toString('utf8', 0, end).split('\n');
    appendLines(lines.flatMap(thinned));
  }

  function appendLines(lines: readonly string[]): void {
    if (lines.length > 0) append(`${lines.join('\n')}\n`);
  }

  /** Before what comes after them. */
  function appendPolls(): void {
    const line = polls.take();
    if (line !== undefined) appendLines([line]);
  }

  function finish(): void {
    appendPolls();
    natives.renameSync(fresh, recorder.path);
    recorder.replaced(written);
    recorder.note('thinned', `the older half of the records was thinned at ${Math.round(agent.clock.elapsed() / 1000)} s`);
    at = -1;
  }

  function step(): void {
    const bytes = readChunk();
    if (bytes.length === 0) return finish();
    if (at < half) return thin(bytes);
    appendPolls();
    append(bytes);
    at += bytes.length;
    // The end was reached: what comes later finds the new file in place. (Waiting for an empty read would never end beside a busy program.)
    if (bytes.length < chunkBytes) finish();
  }

  return () => {
    if (at < 0) {
      if (recorder.size() < maxFileBytes) return false;
      at = 0;
      written = 0;
      half = recorder.size() / 2;
      polls = createPollFolding(oneIn);
    }
    step();
    return at >= 0;
  };
}
