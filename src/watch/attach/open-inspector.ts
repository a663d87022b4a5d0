import type { Clock } from '../../kernel/clock/index.ts';
import { until } from '../../kernel/clock/index.ts';
import { WatertightError } from '../../kernel/errors.ts';
import type { ProcessTable } from '../platform/index.ts';
import { isRunning } from '../platform/index.ts';
import { inspectorAddress } from './inspector.ts';
import { hasOwnHandler } from './linux/own-handler.ts';
import { catchesSignal, sharesNetwork } from './linux/state.ts';
import { holderOf, portsOf } from './linux/ports.ts';
import type { Target } from './linux/target.ts';

const signalNumber = 10; // SIGUSR1 on Linux, but for MIPS
const defaultPort = 9229;
/** Node installs its handler within the first fraction of a second, on a busy machine later. */
const youngMs = 10_000;
const stepMs = 20;

/** An inspector that is open. */
export interface OpenInspector {
  readonly address: string;
  readonly port: number;
  /** It was open before us, and stays so. */
  readonly wasOpen: boolean;
}

export interface OpenOptions {
  readonly table: ProcessTable;
  readonly clock: Clock;
  /** Sends the signal although the program has, or may have, a handler of its own. */
  readonly force: boolean;
  readonly timeLimitMs: number;
  /** Called right before the signal is sent. */
  readonly announce: (port: number) => void;
}

function noInspector(target: Target, why: string): WatertightError {
  return new WatertightError('WT_ATTACH_NO_INSPECTOR', `the inspector of process ${target.pid} cannot be opened: ${why}`);
}

/** `--inspect-port=9230`, `--inspect=0.0.0.0:9230`; the last one counts. 0: any free port. */
function inspectPort(target: Target): number {
  let port = defaultPort;
  for (const flag of target.flags) {
    const value = /^--(?:inspect|debug)(?:-brk|-wait|-port)?=(.*)$/.exec(flag)?.[1];
    const found = /(\d+)$/.exec(value ?? '')?.[1];
    if (found !== undefined) port = Number(found);
  }
  return port;
}

function checkFlags(target: Target): void {
  const { flags, pid } = target;
  if (!sharesNetwork(pid)) {
    throw noInspector(
      target,
      `it is in another network namespace, where its port cannot be reached. Try: nsenter --net --target ${pid} watertight attach ${pid}`,
    );
  }
  if (flags.includes('--disable-sigusr1')) throw noInspector(target, 'it was started with --disable-sigusr1');
  const permission = flags.find((flag) => flag === '--permission' || flag === '--experimental-permission');
  if (permission !== undefined) throw noInspector(target, `the permission model is on (${permission}), which forbids it`);
}

/** The signal ends a Node that has not installed its handler yet: it is waited for. */
async function waitForHandler(target: Target, { clock }: OpenOptions): Promise<void> {
  const withinMs = Math.max(0, youngMs - target.ageMs);
  if (await until(clock, () => catchesSignal(target.pid, signalNumber), { withinMs, stepMs })) return;
  throw noInspector(target, 'it does not listen for SIGUSR1, which would end it (nothing was sent to it)');
}

function checkHandler(target: Target, force: boolean): void {
  if (force) return;
  const own = hasOwnHandler(target.pid, signalNumber);
  if (own === false) return;
  const why =
    own === true
      ? 'has a handler of its own for SIGUSR1, which would run instead of opening the inspector'
      : 'may have a handler of its own for SIGUSR1: its memory cannot be read to find out (root may; or this node has no symbols)';
  throw new WatertightError(
    'WT_ATTACH_OWN_HANDLER',
    `process ${target.pid} ${why}. With --force the signal is sent all the same (nothing was sent to it)`,
  );
}

async function waitForPort(target: Target, port: number, { table, clock, timeLimitMs }: OpenOptions): Promise<void> {
  if (port === 0) return;
  const free = (): boolean => holderOf(target.pid, port, []) === undefined;
  if (await until(clock, free, { withinMs: Math.min(timeLimitMs, 5_000), stepMs: 50 })) return;
  const holder = holderOf(target.pid, port, table.list());
  const who = typeof holder === 'number' ? `process ${holder}` : 'another process';
  throw new WatertightError(
    'WT_ATTACH_PORT_TAKEN',
    `the inspector of process ${target.pid} would open port ${port}, which ${who} holds. Attach when it is free (nothing was sent to it)`,
  );
}

/** To exactly this process, also where it is the first of its container. */
function send(target: Target, table: ProcessTable): void {
  try {
    if (isRunning(table, target)) process.kill(target.pid, 'SIGUSR1');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WatertightError('WT_ATTACH_NOT_ALLOWED', `process ${target.pid} cannot be sent a signal: ${why}`);
  }
}

/** Any port of the process that was not there before and behind which an inspector answers. */
async function newInspector(
  target: Target,
  before: ReadonlySet<number>,
  options: OpenOptions,
): Promise<Omit<OpenInspector, 'wasOpen'> | undefined> {
  const { clock, table, timeLimitMs } = options;
  const fresh = (): number | undefined => [...portsOf(target.pid)].find((port) => !before.has(port));
  const found = (): boolean => fresh() !== undefined || !isRunning(table, target);
  await until(clock, found, { withinMs: timeLimitMs, stepMs });
  const port = fresh();
  const address = port === undefined ? undefined : await inspectorAddress(port);
  return port === undefined || address === undefined ? undefined : { address, port };
}

/**
 * Opens the inspector of a program by SIGUSR1, when nothing speaks against it; finds it where it is open already. Throws
 * WT_ATTACH_NO_INSPECTOR, WT_ATTACH_OWN_HANDLER, WT_ATTACH_PORT_TAKEN; but for the first, nothing was sent then.
 */
export async function openInspector(target: Target, options: OpenOptions): Promise<OpenInspector> {
  checkFlags(target);
  const port = inspectPort(target);
  const before = portsOf(target.pid);
  const known = before.has(port) ? await inspectorAddress(port) : undefined;
  if (known !== undefined) return { address: known, port, wasOpen: true };
  await waitForHandler(target, options);
  checkHandler(target, options.force);
  await waitForPort(target, port, options);
  options.announce(port);
  send(target, options.table);
  const found = await newInspector(target, before, options);
  if (found !== undefined) return { ...found, wasOpen: false };
  if (!isRunning(options.table, target)) throw noInspector(target, 'it ended');
  const seconds = options.timeLimitMs / 1000;
  if (options.force) {
    throw noInspector(
      target,
      `no port was opened within ${seconds} s after SIGUSR1 (with --force: its own handler may have run)`,
    );
  }
  throw new WatertightError(
    'WT_ATTACH_BUSY',
    `process ${target.pid} is busy: it opened no inspector within ${seconds} s after SIGUSR1, and will when it is free. Attach again then: that closes it, too`,
  );
}
