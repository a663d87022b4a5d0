/** Settings out of WATERTIGHT_OPTIONS. */
export interface AgentOptions {
  /** Whether the agent may force collections. */
  readonly gc: boolean;
  readonly mode: 'light' | 'hunt';
  /** Whether allocations may be sampled. Reading samples collects the whole heap: without `gc` there is none. */
  readonly sampling: boolean;
  /** Mean of allocated bytes between two samples. Default 8 KiB, in light mode 64 KiB. */
  readonly sampleBytes: number;
  /** Up to this it may grow where the program allocates or holds very much: what was asked for, or 128 KiB, in light mode 256 KiB. */
  readonly mostSampleBytes: number;
  /** Longest collection that may be forced. Default 500; from 80 on they are rarer. */
  readonly maxPauseMs: number;
  /** Of the time, for forced collections and polls of sampled allocations together. */
  readonly collectionShare: number;
  /** A data file that has grown to this size is thinned. Default 16 MiB. */
  readonly maxFileBytes: number;
  /** Whether heap snapshots may be written when somebody asks for one; `snapshots=0` forbids them. */
  readonly snapshots: boolean;
  /** For our own tests: sizes of the tables are recorded (`["D", tMs, rows, sites]`, a kind that readers skip). */
  readonly debug: boolean;
}

const kibibyte = 1024;

function positive(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return value > 0 ? value : otherwise;
}

export function parseOptions(text: string | undefined): AgentOptions {
  const values: Record<string, string> = {};
  for (const pair of (text || '').split(',')) {
    const at = pair.indexOf('=');
    if (at > 0) values[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  }
  const mode = values['mode'] === 'light' ? 'light' : 'hunt';
  const gc = values['gc'] !== '0';
  const isLight = mode === 'light';
  const sampleBytes = positive(values['sampleBytes'], (isLight ? 64 : 8) * kibibyte);
  return {
    gc,
    mode,
    sampling: gc && values['sampling'] !== '0',
    sampleBytes,
    mostSampleBytes: values['sampleBytes'] === undefined ? (isLight ? 256 : 128) * kibibyte : sampleBytes,
    maxPauseMs: positive(values['maxPauseMs'], 500),
    collectionShare: isLight ? 0.02 : 0.04,
    maxFileBytes: positive(values['maxFileBytes'], 16 * kibibyte * kibibyte),
    snapshots: values['snapshots'] !== '0',
    debug: values['debug'] === '1',
  };
}
