import type * as Channels from 'node:diagnostics_channel';
import type { HandleType } from '../../wire/records.ts';
import type { Agent } from '../agent.ts';
import type { OwnedResources } from '../owned.ts';

const maxDescriptors = 1000;

/** Members of node's own classes that tell them apart. */
interface Handle {
  readonly server?: unknown;
  readonly remoteAddress?: unknown;
  readonly remotePort?: unknown;
  readonly spawnargs?: unknown;
  readonly addMembership?: unknown;
  readonly _connectionKey?: unknown;
  readonly constructor?: { readonly name?: unknown };
}

function typeOf(handle: Handle): HandleType | undefined {
  if (typeof handle._connectionKey === 'string') return 'server';
  if (handle.spawnargs !== undefined) return 'process';
  if (typeof handle.addMembership === 'function') return 'udp';
  if (handle.constructor?.name === 'FSWatcher') return 'watcher';
  if (handle.server) return 'server-socket';
  return typeof handle.remoteAddress === 'string' ? 'socket' : undefined;
}

/** Rows without a line for what keeps the event loop busy already: node itself lists it. */
function openHandles(agent: Agent): void {
  const { _getActiveHandles } = process as unknown as { readonly _getActiveHandles?: () => readonly object[] };
  for (const handle of _getActiveHandles?.call(process) ?? []) {
    const type = typeOf(handle);
    if (type === undefined) continue;
    const { remoteAddress, remotePort } = handle as Handle;
    const detail = type === 'socket' ? { detail: `${String(remoteAddress)}:${String(remotePort)}` } : {};
    agent.rows.open({ type, site: 0, weight: 1, handle, ...detail });
  }
}

/** Rows without a line for the files that are open: the system lists them. */
function openFiles({ natives, rows }: Agent): void {
  for (const name of natives.readdirSync('/proc/self/fd').slice(0, maxDescriptors)) {
    const descriptor = Number(name);
    if (descriptor <= 2) continue;
    try {
      const path = natives.readlinkSync(`/proc/self/fd/${name}`);
      if (!/^\/(?!dev\/|proc\/)/.test(path) || !natives.fstatSync(descriptor).isFile()) continue;
      rows.open({ type: 'file', site: 0, weight: 1, descriptor, detail: path });
    } catch {
      // Closed meanwhile: the descriptor that read the folder.
    }
  }
}

function ageText(ageMs: number): string {
  const minutes = Math.round(ageMs / 60_000);
  if (minutes < 2) return `${Math.round(ageMs / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function timersText(): string {
  const count = process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
  return count === 0 ? '' : `; of timers only their number: ${count} ran`;
}

/** What was open before we came: rows without a line, so that counts are right, and a note that says so. */
export function recordEarlier(agent: Agent, owned: OwnedResources, ageMs: number): void {
  agent.quietly(() => openHandles(agent));
  if (agent.isMainThread && process.platform === 'linux') agent.quietly(() => openFiles(agent));
  agent.recorder.note(
    'skipped',
    `attached after the program had run for ${ageText(ageMs)}: what was open by then is counted, its line is not known${timersText()}`,
  );
  agent.quietly(() => {
    owned.follow();
    // Registries of the program tell their rows again to whoever asks.
    const channels = require('diagnostics_channel') as typeof Channels;
    channels.channel('watertight:v1:roll-call').publish({});
  });
}
