import { accessSync, constants, existsSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environment } from '../../wire/index.ts';
import { agentFile } from '../launch/agent-file.ts';
import { splitNodeOptions } from '../launch/node-options.ts';
import { runLimits } from '../limits.ts';
import { liveRoots, makeLiveDirectory } from '../places/live-directory.ts';
import type { Refusal } from '../places/live-directory.ts';
import { oomKills, systemProcessTable } from '../platform/index.ts';
import { formatBytes } from '../../kernel/format.ts';
import { attaching } from './attaching.ts';
import type { Finding } from './finding.ts';
import { degraded, off, works } from './finding.ts';

/** One thread's data may take this much. */
const roomyBytes = 64 * 1024 * 1024;

function version(): Finding {
  const [major = 0] = process.versions.node.split('.').map(Number);
  const feature = 'Node';
  return major >= 20
    ? works(feature, process.version)
    : off(feature, `${process.version}: watching needs Node 20.19 or later`, true);
}

function agent(env: NodeJS.ProcessEnv): Finding {
  const feature = 'agent';
  const file = agentFile(env);
  if (file === undefined) return off(feature, 'its files are missing: install watertight again, or set WATERTIGHT_AGENT', true);
  if (env[environment.off] === '1') return off(feature, `${environment.off}=1 is set`, true);
  return existsSync(join(dirname(file), 'more.cjs'))
    ? works(feature)
    : degraded(feature, 'more.cjs is missing beside the entry: install watertight again');
}

function room(folder: string): number | undefined {
  try {
    const stat = statfsSync(folder);
    return stat.bavail * stat.bsize;
  } catch {
    return undefined;
  }
}

function recording(env: NodeJS.ProcessEnv): Finding {
  const feature = 'recording of live data';
  const refused: Refusal[] = [];
  const made = makeLiveDirectory(
    liveRoots(env),
    'doctor',
    () => false,
    (refusal) => refused.push(refusal),
  );
  const passedOver = refused.map(({ folder, why }) => `${folder}: ${why}`).join('; ');
  if (made === undefined) return off(feature, passedOver, true);
  const free = room(made.path);
  rmSync(made.path, { recursive: true, force: true });
  const where = `in ${dirname(made.path)}`;
  if (free !== undefined && free < roomyBytes) return degraded(feature, `${where}: only ${formatBytes(free)} free`);
  return refused.length > 0 ? degraded(feature, `${where}; ${passedOver}`) : works(feature, where);
}

function reports(cwd: string): Finding {
  const feature = 'report directory';
  const root = join(cwd, '.watertight');
  const folder = existsSync(root) ? root : cwd;
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    return degraded(
      feature,
      `${folder} cannot be written to (${(error as NodeJS.ErrnoException).code ?? ''}): reports go to the temporary directory`,
    );
  }
  const free = room(folder);
  return free !== undefined && free < roomyBytes ? degraded(feature, `only ${formatBytes(free)} free`) : works(feature, root);
}

function processes(): Finding {
  const feature = 'left processes, --reap';
  return systemProcessTable().available
    ? works(feature)
    : off(feature, `no /proc on ${process.platform}: nothing can be proved of a process`);
}

function signals(): Finding {
  const feature = 'forwarding of signals';
  return existsSync('/bin/sh')
    ? works(feature)
    : degraded(feature, 'no /bin/sh: SIGTERM and SIGHUP to the whole group reach the program twice');
}

/** Whether the first process of this container is ours, or a launcher that started us. */
function isFirst(): boolean {
  if (process.pid === 1) return true;
  return (
    process.ppid === 1 &&
    systemProcessTable()
      .command(1)
      .some((word) => /(?:^|[\\/])(?:npx|npm|watertight)\b/.test(word))
  );
}

function supervisor(): Finding {
  const feature = 'supervisor';
  if (!isFirst()) return works(feature);
  return degraded(
    feature,
    'it is the first process of this container: when it dies the container ends. Use node --require watertight/agent instead',
  );
}

function container(): Finding {
  const feature = 'container limits';
  const limit = runLimits().find((entry) => entry.name === 'cgroup');
  const counted = oomKills() === undefined ? '; kills for want of memory are not counted here' : '';
  if (limit === undefined)
    return counted === '' ? works(feature, 'no limit is set') : degraded(feature, `no limit is set${counted}`);
  const text = `${formatBytes(limit.bytes)} (${limit.source})${counted}`;
  return counted === '' ? works(feature, text) : degraded(feature, text);
}

function preload(env: NodeJS.ProcessEnv): Finding {
  const feature = 'preload';
  const words = splitNodeOptions(env['NODE_OPTIONS'] ?? '');
  if (words.some((word) => word === '--permission' || word === '--experimental-permission')) {
    return off(feature, 'NODE_OPTIONS turns on the permission model: put the flag behind node instead', true);
  }
  return words.length === 0 ? works(feature) : works(feature, 'NODE_OPTIONS is set; what is in it stays');
}

const profilers = /(?:dd-trace|@datadog[\\/]|@opentelemetry[\\/]|newrelic|@sentry[\\/]|elastic-apm|@pyroscope[\\/]|clinic)/;

function neighbours(env: NodeJS.ProcessEnv): Finding {
  const feature = 'other profilers';
  const found = splitNodeOptions(env['NODE_OPTIONS'] ?? '').find((word) => profilers.test(word));
  return found === undefined
    ? works(feature, 'none is preloaded')
    : degraded(
        feature,
        `${found} is preloaded: V8 has one heap sampler; if it is theirs, its samples are read and it is never ended`,
      );
}

function sampling(): Finding {
  const feature = 'sampled allocations';
  return process.features.inspector
    ? works(feature)
    : off(feature, 'this Node was built without the inspector: leaks of memory get no line');
}

/** Tries out what watching needs and answers feature by feature. Leaves nothing behind. */
export function examine(env: NodeJS.ProcessEnv, cwd: string): readonly Finding[] {
  return [
    version(),
    agent(env),
    preload(env),
    recording(env),
    reports(cwd),
    processes(),
    signals(),
    supervisor(),
    container(),
    sampling(),
    neighbours(env),
    attaching(),
  ];
}
