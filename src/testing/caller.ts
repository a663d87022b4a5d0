import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Deep enough to come out of a server's or a package's own functions. */
const framesRead = 30;
/** A file, after the name of the function or alone; Node's own modules (`node:…`) are none. */
const place = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*:\d+:\d+)\)?$/;

/** Everything of this package lies below. */
const own = fileURLToPath(new URL('..', import.meta.url));

/** The functions that look, between what they look at and the stack that they read. */
const observers = /[\\/]testing[\\/](caller|handles|temp-dirs)\.[jt]s:/;

export interface Caller {
  readonly site: string | null;
  /** The nearest frame outside of Node is one of this package. */
  readonly isOurs: boolean;
}

function plain(text: string): string {
  if (!text.startsWith('file:')) return text;
  try {
    return fileURLToPath(text);
  } catch {
    return text;
  }
}

/**
 * The line of the program that led here: the nearest frame that is neither Node's, nor this package's, nor of a package, else the
 * nearest of a package. The stack is read as text, at once, so that lines are those that the runner's source maps give.
 */
export function programLine(): Caller {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = framesRead;
  const stack = new Error('where').stack ?? '';
  Error.stackTraceLimit = stackTraceLimit;
  const frames = stack.split('\n').flatMap((line) => {
    const found = place.exec(line)?.[1];
    return found === undefined ? [] : [plain(found)];
  });
  return chosen(frames);
}

function chosen(frames: readonly string[]): Caller {
  const fromProgram = frames.filter((frame) => !frame.startsWith(own));
  const direct = frames.find((frame) => !observers.test(frame));
  const site = fromProgram.find((frame) => !frame.includes(`${sep}node_modules${sep}`)) ?? fromProgram[0] ?? null;
  return { site, isOurs: direct?.startsWith(own) === true };
}
