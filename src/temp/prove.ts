import { connect } from 'node:net';
import { isAbsolute, join } from 'node:path';
import { systemClock } from '../kernel/clock/index.ts';
import type { Milliseconds } from '../kernel/units.ts';
import { fitsSocket } from '../kernel/socket-path.ts';
import type { OwnerFile } from './owner-file.ts';
import { readOwner } from './owner-file.ts';
import { isOurs } from './places.ts';
import { platform } from './this-platform.ts';
import { codeOf } from './trouble.ts';

/** `alive`: it answered. `dead`: nobody listens, or somebody else. `unverifiable`: anything else; what it left is never touched. */
export type Proof = 'alive' | 'dead' | 'unverifiable';

/** A process that is stopped, or busy, has a socket all the same: it only answers late. */
const answerMs: Milliseconds = 2_000;

type Answer = { readonly text: string } | { readonly code: string };

/** Whether the owner of a root lives. Right after pid reuse and across pid and network namespaces. Never rejects. */
export async function proveOwner(rootPath: string): Promise<Proof> {
  try {
    const owner = isOurs(rootPath) ? readOwner(rootPath) : undefined;
    if (owner === undefined || owner.socket === '') return 'unverifiable';
    const path = isAbsolute(owner.socket) ? owner.socket : join(rootPath, owner.socket);
    if (!fitsSocket(path)) return 'unverifiable';
    return judge(owner, rootPath, await ask(path));
  } catch {
    return 'unverifiable';
  }
}

function judge(owner: OwnerFile, rootPath: string, answer: Answer): Proof {
  if ('text' in answer) {
    if (answer.text === owner.nonce) return 'alive';
    // Another owner listens at this name: the one that we ask for does not.
    return /^[0-9a-f]{32}$/.test(answer.text) ? 'dead' : 'unverifiable';
  }
  // No socket is no proof: it may have been removed, or stand in a folder of another container.
  return answer.code === 'ECONNREFUSED' && kernelWouldKnow(owner, rootPath) ? 'dead' : 'unverifiable';
}

/** A file server gives the same files to other machines, whose sockets our kernel knows nothing of. */
function kernelWouldKnow(owner: OwnerFile, rootPath: string): boolean {
  if (owner.boot === platform.bootId()) return true;
  return owner.host === platform.hostId() && platform.isLocal(rootPath);
}

function ask(path: string): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(path);
    const timer = systemClock.schedule(answerMs, () => settle({ code: 'ETIMEDOUT' }), { ref: true });
    const settle = (answer: Answer): void => {
      timer.cancel();
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      text += part;
      if (text.length > 64) settle({ text });
    });
    socket.on('end', () => settle({ text }));
    socket.on('error', (error) => settle({ code: codeOf(error) }));
  });
}
