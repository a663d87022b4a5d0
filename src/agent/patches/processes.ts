import type * as ChildProcesses from 'node:child_process';
import type * as Channels from 'node:diagnostics_channel';
import { environment } from '../../wire/records.ts';
import { redactArgv } from '../../wire/redact.ts';
import { cut } from '../../wire/names.ts';
import type { Agent } from '../agent.ts';
import { preload } from '../stand-aside.ts';
import { onReturn } from './wrap.ts';

interface SpawnOptions {
  readonly envPairs?: readonly string[];
  readonly args?: readonly string[];
}

interface Child {
  readonly pid?: number;
  readonly spawnfile?: string;
  readonly spawnargs?: readonly string[];
}

/** A child is watched if it gets our preload and the run's directory. */
function inherits(options: SpawnOptions): boolean {
  const pairs = options.envPairs || [];
  const preloaded = pairs.some(
    (pair) => pair.indexOf('NODE_OPTIONS=') === 0 && (preload.test(pair) || pair.indexOf('watertight/agent') > 0),
  );
  return preloaded && pairs.some((pair) => pair.indexOf(`${environment.run}=`) === 0);
}

function recordChild(agent: Agent, child: Child, options: SpawnOptions): void {
  if (typeof child.pid !== 'number') return;
  const command = redactArgv(child.spawnargs || [])
    .slice(0, 32)
    .map((argument) => cut(argument, 256));
  agent.recorder.add(['c', agent.clock.elapsed(), child.pid, command, inherits(options) ? 'inherited' : 'replaced']);
}

/** Children, seen on node's own channel. Called when the first is made, before it is started. */
export function patchChildren(agent: Agent): void {
  const { rows, sites } = agent;
  const { ChildProcess } = require('child_process') as typeof ChildProcesses;
  onReturn(
    ChildProcess.prototype,
    ['spawn'],
    ({ self, values }) =>
      () =>
        recordChild(agent, self as Child, values[0] as SpawnOptions),
  );
  const onProcess = (message: unknown): void => {
    agent.quietly(() => {
      const weight = sites.weigh('process');
      const handle = (message as { readonly process: object }).process;
      if (weight !== 0) rows.open({ type: 'process', site: sites.of('process', onProcess), weight, handle });
    });
  };
  (require('diagnostics_channel') as typeof Channels).subscribe('child_process', onProcess);
}

/** Workers, as children. */
export function patchWorkers(agent: Agent): void {
  const { rows, sites } = agent;
  const onWorker = (message: unknown): void => {
    agent.quietly(() => {
      const handle = (message as { readonly worker: object }).worker;
      rows.open({ type: 'worker', site: sites.of('worker', onWorker), weight: 1, handle });
    });
  };
  (require('diagnostics_channel') as typeof Channels).subscribe('worker_threads', onWorker);
}
