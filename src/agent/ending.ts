import { cut } from '../wire/names.ts';
import { redactText } from '../wire/redact.ts';
import type { Agent } from './agent.ts';
import type { Callable } from './patches/wrap.ts';
import { callWithRoom, disguise, wrap } from './patches/wrap.ts';
import { recordCounts, recordSample } from './sample.ts';

/** How the thread is about to end, as far as its own events tell. */
interface Signs {
  natural: boolean;
  uncaught: string | null;
}

function textOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return cut(redactText(String(error)));
    return cut(redactText(`${error.name}: ${error.message}`));
  } catch {
    return 'an error that cannot be read';
  }
}

/** Takes frames of ours out of the stack that node is about to print. */
function tidyStack(error: unknown, ownFile: string): void {
  if (!(error instanceof Error)) return;
  // Node cuts some stacks to the limit only now, when they are read: there must be room for ours again.
  const stack = callWithRoom(() => error.stack, undefined, []);
  if (typeof stack !== 'string' || stack.indexOf(ownFile) < 0) return;
  const lines = stack.split('\n').filter((line) => line.indexOf(ownFile) < 0 || line.indexOf('    at ') !== 0);
  error.stack = lines.join('\n');
}

/**
 * Writes the last records. There is no listener on `process`: its `emit` is wrapped, so that ours comes after the
 * program's own exit listeners, and `reallyExit`, for listeners that call `process.exit()` themselves.
 */
// oxlint-disable-next-line max-lines-per-function -- a factory of small functions: closures bundle to less than classes do
export function watchTheEnd(agent: Agent, ownFile: string): void {
  const signs: Signs = { natural: false, uncaught: null };
  let exiting = false;
  let done = false;

  /** Undoes a sign as soon as the event loop turns again: then it was not the end. */
  function forgetIfAlive(forget: () => void): void {
    agent.natives.setImmediate(forget).unref();
  }

  function end(code: number): void {
    if (done) return;
    done = true;
    const from = agent.clock.monotonic();
    agent.quietly(() => agent.rows.sweep(true));
    agent.quietly(agent.rows.flush);
    agent.quietly(() => agent.beforeEnd());
    const referenced = agent.rows.referenced();
    agent.recorder.add(['k', agent.clock.elapsed(), referenced]);
    recordCounts(agent);
    agent.clock.charge(from);
    recordSample(agent, null, null);
    const how = signs.uncaught !== null ? 'uncaught' : signs.natural ? 'natural' : 'exit';
    agent.recorder.add(['x', agent.clock.elapsed(), how, code, signs.uncaught]);
    agent.recorder.write();
  }

  function statusNow(code: unknown): number {
    return Number(process.exitCode === undefined || process.exitCode === null ? code : process.exitCode) || 0;
  }

  function before(event: unknown, argument: unknown): void {
    if (event === 'exit') exiting = true;
    else if (event === 'beforeExit') signs.natural = false;
    else if (event === 'uncaughtExceptionMonitor') {
      tidyStack(argument, ownFile);
      signs.uncaught = textOf(argument);
      forgetIfAlive(() => {
        signs.uncaught = null;
      });
    }
  }

  function after(event: unknown, argument: unknown, handled: boolean): void {
    if (event === 'exit') end(statusNow(argument));
    else if (event === 'uncaughtExceptionMonitor' && exiting) end(1); // thrown by an exit listener: no other event follows
    else if (event === 'uncaughtException' && handled) signs.uncaught = null;
    else if (event === 'beforeExit') {
      signs.natural = true;
      forgetIfAlive(() => {
        signs.natural = false;
      });
    }
  }

  // oxlint-disable-next-line typescript/unbound-method -- called with the receiver of the wrapper
  const emit = process.emit;
  const watched = ['exit', 'beforeExit', 'uncaughtExceptionMonitor', 'uncaughtException'];
  const replacement: Callable = function (this: unknown, event, argument) {
    if (watched.indexOf(event as string) < 0) return Reflect.apply(emit, this, arguments);
    agent.quietly(() => before(event, argument));
    const handled = Reflect.apply(emit, this, arguments) as boolean;
    agent.quietly(() => after(event, argument, handled));
    return handled;
  };
  disguise(replacement, emit);
  Object.defineProperty(process, 'emit', { value: replacement, writable: true, enumerable: false, configurable: true });

  wrap(
    process,
    'reallyExit',
    (reallyExit) =>
      function (this: unknown, code) {
        if (exiting) agent.quietly(() => end(Number(code) || 0));
        return Reflect.apply(reallyExit, this, arguments);
      },
  );
}
