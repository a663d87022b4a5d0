/** Settings out of WATERTIGHT_OPTIONS. */
export interface AgentOptions {
  /** Whether the agent may force collections. */
  readonly gc: boolean;
  readonly mode: 'light' | 'hunt';
  /** Longest collection that may be forced. Default 50. */
  readonly maxPauseMs: number;
}

export function parseOptions(text: string | undefined): AgentOptions {
  const values: Record<string, string> = {};
  for (const pair of (text || '').split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) values[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  }
  const pause = Number(values['maxPauseMs']);
  return {
    gc: values['gc'] !== '0',
    mode: values['mode'] === 'light' ? 'light' : 'hunt',
    maxPauseMs: pause > 0 ? pause : 50,
  };
}
