import { basename } from 'node:path';
import { splitNodeOptions } from './node-options.ts';

const flags: ReadonlySet<string> = new Set(['--permission', '--experimental-permission']);
/** Flags of node that take the next word as their value: the word after them is not the program. */
const takesValue: ReadonlySet<string> = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '-e',
  '--eval',
  '-p',
  '--print',
  '--env-file',
  '--title',
  '--input-type',
  '--icu-data-dir',
]);

/** What has to change for a program under Node's permission model. */
export type PermissionPlan =
  | { readonly kind: 'none' }
  /** The command with leave for the agent to be read and the run's directory to be written. */
  | { readonly kind: 'widened'; readonly command: readonly string[] }
  /** It cannot be widened from here: preloading would end the program at its start. */
  | { readonly kind: 'stand-aside'; readonly why: string };

function isNode(program: string): boolean {
  return /^node(?:js)?(?:-?\d[\d.]*)?(?:\.exe)?$/.test(basename(program));
}

/** Node's own arguments: those before the program. */
function nodeArguments(command: readonly string[]): readonly string[] {
  const own: string[] = [];
  for (let at = 1; at < command.length; at += 1) {
    const word = command[at] ?? '';
    if (!word.startsWith('-') || word === '-' || word === '--') break;
    own.push(word);
    if (takesValue.has(word)) at += 1;
  }
  return own;
}

/**
 * Reads the program's own arguments: under the permission model the agent may be loaded only from a path that is allowed, and
 * leave given in NODE_OPTIONS kills programs that do not use the model.
 */
export function planPermission(
  command: readonly string[],
  nodeOptions: string | undefined,
  folders: { readonly agent: string; readonly run: string },
): PermissionPlan {
  const [program = '', ...rest] = command;
  if (isNode(program) && nodeArguments(command).some((word) => flags.has(word))) {
    const leave = [`--allow-fs-read=${folders.agent}/*`, `--allow-fs-read=${folders.run}/*`, `--allow-fs-write=${folders.run}/*`];
    return { kind: 'widened', command: [program, ...leave, ...rest] };
  }
  if (splitNodeOptions(nodeOptions ?? '').some((word) => flags.has(word))) {
    return {
      kind: 'stand-aside',
      why: 'NODE_OPTIONS turns on the permission model, under which the agent cannot be loaded; put the flag behind node instead',
    };
  }
  return { kind: 'none' };
}
