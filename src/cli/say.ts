import { WatertightError } from '../kernel/errors.ts';

/** One line of ours on stderr. */
export function say(line: string): void {
  process.stderr.write(`watertight: ${line}\n`);
}

/** What commander says of a wrong command line, in our voice: one line, with the nearest known name. */
export function sayUsage(text: string): void {
  const [first = '', ...rest] = text.trim().split('\n');
  const hint = /Did you mean (?:one of )?(.+?)\?/.exec(rest.join(' '))?.[1];
  const message = first
    .replace(/^error: /, '')
    .replaceAll("'", '')
    .replace(/\.$/, '');
  say(hint === undefined ? `${message}. Try: watertight --help` : `${message}. Did you mean ${hint}?`);
}

/** An error of ours in one line; its stack only when asked for. */
export function sayError(error: unknown, verbose: boolean): void {
  if (verbose && error instanceof Error) say(error.stack ?? error.message);
  else if (error instanceof WatertightError) say(error.message);
  else say(`${error instanceof Error ? error.message : String(error)} (--verbose shows where)`);
}
