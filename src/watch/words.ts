/** A command on one line, cut where it gets long. */
export function commandText(command: readonly string[], maxLength = 80): string {
  const text = command.join(' ');
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

/** `1 interval`, `3 sockets`. */
export function countText(count: number, noun: string, estimated = false): string {
  const words = noun.replaceAll('-', ' ');
  return `${estimated ? '≈' : ''}${count} ${count === 1 ? words : `${words}${words.endsWith('s') ? 'es' : 's'}`}`;
}
