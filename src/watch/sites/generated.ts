import type { ThreadHeader } from '../../wire/index.ts';
import type { Disk } from './disk.ts';

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Nobody writes lines this long. */
const longLine = 1_000;
const typed = /\.[cm]?tsx?$|\.jsx$/;
const loaderFlags = /^(?:--import|--loader|--experimental-loader|--require|-r)(?:=|$)/;

function nodeKeepsPositions(header: ThreadHeader): boolean {
  const [major = 0, minor = 0] = header.node.replace(/^v/, '').split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 6);
}

/**
 * Whether a position without a source map is one in generated code. Node strips types in place, so positions stay right; a
 * loader that transpiles does not. Minified files give themselves away by their lines.
 */
export function looksGenerated(disk: Disk, header: ThreadHeader, place: Place): boolean {
  const { file, line, column } = place;
  if (typed.test(file)) {
    if (!nodeKeepsPositions(header) || header.execArgv.some((flag) => loaderFlags.test(flag))) return true;
    return !fits(disk.read(file), line, column);
  }
  if (column > longLine) return true;
  return file.startsWith('webpack') || file.startsWith('evalmachine') || /^(?:blob|data):/.test(file);
}

function fits(text: string | undefined, line: number, column: number): boolean {
  const found = text?.split('\n')[line - 1];
  return found !== undefined && column <= found.length + 1;
}
