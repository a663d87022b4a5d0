/** Longest path of a socket, in bytes: at 131 Node 20 cuts silently, and what was cut may be somebody else's name. */
export const longestSocketPath = 100;

/** Whether a socket can stand at this path. */
export function fitsSocket(path: string): boolean {
  return Buffer.byteLength(path) <= longestSocketPath;
}
