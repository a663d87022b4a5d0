/** Adds a preload to NODE_OPTIONS: what is there stays, ours comes last; Node reads the value with double quotes and backslashes. */
export function withPreload(existing: string | undefined, file: string): string {
  const quoted = `--require "${file.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return existing === undefined || existing.trim() === '' ? quoted : `${existing} ${quoted}`;
}

/** The words of a NODE_OPTIONS value, as Node splits them. */
export function splitNodeOptions(value: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < value.length; at += 1) {
    const character = value[at] ?? '';
    if (quoted && character === '\\') {
      at += 1;
      word = (word ?? '') + (value[at] ?? '');
    } else if (character === '"') {
      quoted = !quoted;
      word ??= '';
    } else if (character === ' ' && !quoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}
