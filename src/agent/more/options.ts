/** Settings out of WATERTIGHT_OPTIONS. */
export interface AgentOptions {
  /** Whether the agent may force collections. */
  readonly gc: boolean;
  readonly mode: 'light' | 'hunt';
  /** Longest collection that may be forced. Default 500; from 50 on they are rarer. */
  readonly maxPauseMs: number;
  /** A data file that has grown to this size is thinned. Default 16 MiB. */
  readonly maxFileBytes: number;
  /** Whether heap snapshots may be written when somebody asks for one; `snapshots=0` forbids them. */
  readonly snapshots: boolean;
  /** For our own tests: sizes of the tables are recorded (`["D", tMs, rows, sites]`, a kind that readers skip). */
  readonly debug: boolean;
}

export function parseOptions(text: string | undefined): AgentOptions {
  const values: Record<string, string> = {};
  for (const pair of (text || '').split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) values[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  }
  const pause = Number(values['maxPauseMs']);
  const bytes = Number(values['maxFileBytes']);
  return {
    gc: values['gc'] !== '0',
    mode: values['mode'] === 'light' ? 'light' : 'hunt',
    maxPauseMs: pause > 0 ? pause : 500,
    maxFileBytes: bytes > 0 ? bytes : 16 * 1024 * 1024,
    snapshots: values['snapshots'] !== '0',
    debug: values['debug'] === '1',
  };
}
