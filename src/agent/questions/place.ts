import type * as Crypto from 'node:crypto';
import type * as Fs from 'node:fs';
import type * as Net from 'node:net';
import { fitsSocket } from '../../kernel/socket-path.ts';
import { pointerSuffix } from '../../wire/questions.ts';
import type { Agent } from '../agent.ts';

export interface Place {
  /** Closes the socket and removes what tells of it. */
  readonly remove: () => void;
}

/** A folder that only this user can write to; made where it is missing. */
function isPrivate(fs: typeof Fs, folder: string): boolean {
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch {
    // It is there, or cannot be made: the look below tells.
  }
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  const isOurs = process.getuid === undefined || stat?.uid === process.getuid();
  return stat !== undefined && stat.isDirectory() && isOurs && (stat.mode & 0o077) === 0;
}

/** Beside the data file; where that path is too long for a socket, under a hashed name in a folder of this user. */
function candidates(fs: typeof Fs, stem: string): readonly string[] {
  const { createHash } = require('crypto') as typeof Crypto;
  const name = `q-${createHash('sha256').update(stem).digest('hex').slice(0, 16)}`;
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const folders = [...(runtime ? [runtime] : []), `/tmp/watertight-${process.getuid?.() ?? 'user'}`];
  return [`${stem}.s`, ...folders.filter((folder) => isPrivate(fs, folder)).map((folder) => `${folder}/${name}`)];
}

function listenAt(server: Net.Server, fs: typeof Fs, path: string): boolean {
  try {
    // Exclusive: a worker of a cluster must not share the handle of its primary, and so listens before the call returns.
    server.listen({ path, exclusive: true });
    server.unref();
    if (!server.listening) return false;
    fs.chmodSync(path, 0o600);
    return true;
  } catch {
    return false;
  }
}

/** Listens at the first place that is short enough, and writes where. `null` where there is none. */
export function listenShortly(agent: Agent, server: Net.Server, stem: string): Place | null {
  const fs = require('fs') as typeof Fs;
  const pointer = stem + pointerSuffix;
  server.on('error', () => server.close());
  for (const path of candidates(fs, stem)) {
    if (!fitsSocket(path)) continue;
    agent.quietly(() => agent.natives.unlinkSync(path));
    if (!listenAt(server, fs, path)) continue;
    fs.writeFileSync(`${pointer}~`, JSON.stringify({ path }), { mode: 0o600 });
    agent.natives.renameSync(`${pointer}~`, pointer);
    return {
      remove() {
        agent.quietly(() => agent.natives.unlinkSync(pointer));
        server.close();
      },
    };
  }
  return null;
}
