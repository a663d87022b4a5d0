import { fstatSync, lstatSync } from 'node:fs';
import { invalid, shown } from '../../kernel/options.ts';
import type { Verification } from '../words.ts';

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Of a file, directory or link, by its path: the link itself counts, not where it leads. `unverifiable` when the system does not tell. */
export function probePath(path: string | { readonly path: string }): Verification {
  try {
    lstatSync(typeof path === 'string' ? path : path.path);
    return 'still-there';
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unverifiable';
  }
}

/** An open file: its number, and which file that is. */
export interface DescriptorMark {
  readonly fd: number;
  readonly device: bigint;
  readonly inode: bigint;
}

/** Takes down which file a descriptor is: numbers are given out again at once. Throws WT_INVALID_OPTION when it is not open. */
export function markDescriptor(fd: number): DescriptorMark {
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return { fd, device: dev, inode: ino };
  } catch (error) {
    throw invalid('markDescriptor', `the descriptor must be an open one, got ${shown(fd)} (${String(codeOf(error))})`);
  }
}

/**
 * Of a descriptor. A mark tells it from another file that has the number by now (not from the same file opened again); of a bare
 * number only that nobody has it; a FileHandle knows itself.
 */
export function probeDescriptor(descriptor: number | DescriptorMark | { readonly fd: number }): Verification {
  const fd = typeof descriptor === 'number' ? descriptor : descriptor.fd;
  // What a FileHandle says once it is closed.
  if (fd < 0) return 'gone';
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    const marked = typeof descriptor === 'object' && 'inode' in descriptor;
    return marked && (descriptor.device !== dev || descriptor.inode !== ino) ? 'gone' : 'still-there';
  } catch (error) {
    return codeOf(error) === 'EBADF' ? 'gone' : 'unverifiable';
  }
}
