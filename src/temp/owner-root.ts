import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { WatertightError } from '../kernel/errors.ts';
import { endWithProcess } from './end.ts';
import { FileJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { headerLine } from './journal-file.ts';
import type { LifeSocket } from './life-socket.ts';
import { listenForLife } from './life-socket.ts';
import { deadPrefix, makingPrefix, trashName } from './names.ts';
import { readOwner, writeOwner } from './owner-file.ts';
import { isOurs, makeBase, parentFolder } from './places.ts';
import { fixSettings, settings } from './settings.ts';
import { sweepSoon } from './sweep.ts';
import { codeOf, trouble } from './trouble.ts';

/** The directory of this process's temporary things (in a worker thread: of the thread's), and its proof of life. */
export interface OwnerRoot {
  /** Mode 0700, in a folder that only this user can enter. */
  readonly path: string;
  /** 32 hexadecimal digits that the socket answers; also the mark of owned processes. */
  readonly nonce: string;
  /** At most 100 bytes; empty where no socket can be made: then nobody can prove the owner dead, and nobody sweeps. */
  readonly socketPath: string;
  readonly journalPath: string;
}

/** Sweeps that come between, one after the other. */
const mostAttempts = 50;

class Root implements OwnerRoot {
  readonly path: string;
  readonly nonce: string = randomBytes(16).toString('hex');
  readonly journalPath: string;
  #socket: LifeSocket | undefined;
  #journal: FileJournal | undefined;
  #inode = 0;
  #ended = false;

  constructor(base: string) {
    this.path = join(base, `o${randomBytes(8).toString('hex')}`);
    this.journalPath = join(this.path, 'journal');
    this.#build();
  }

  get socketPath(): string {
    const pointer = this.#socket?.pointer ?? '';
    return pointer === '' || isAbsolute(pointer) ? pointer : join(this.path, pointer);
  }

  journal(): FileJournal {
    this.refuseEnded();
    this.#journal ??= new FileJournal(this.journalPath, headerLine(this.nonce));
    return this.#journal;
  }

  refuseEnded(): void {
    if (this.#ended)
      throw new WatertightError('WT_SHUTTING_DOWN', 'temp: the process is ending; nothing temporary is made any more');
  }

  /** Whether the path is still the directory that was made here. */
  stands(): boolean {
    const stat = lstatSync(this.path, { throwIfNoEntry: false });
    return stat?.isDirectory() === true && stat.ino === this.#inode;
  }

  /** Made whole under another name: half a root has no owner file, and nobody could ever prove its owner dead. */
  #build(): void {
    const making = join(dirname(this.path), `${makingPrefix}${randomBytes(8).toString('hex')}`);
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#make(making);
        if (readOwner(this.path)?.nonce === this.nonce) return;
      } catch (error) {
        // A sweep has taken it for that of a dead owner.
        if (codeOf(error) === 'ENOENT' && attempt < mostAttempts) continue;
        this.#socket?.close();
        throw error;
      } finally {
        rmSync(making, { recursive: true, force: true });
      }
    }
  }

  #make(making: string): void {
    this.#socket?.close();
    // What a sweep has left of the attempt before.
    if (this.stands()) rmSync(this.path, { recursive: true, force: true });
    mkdirSync(making, { mode: 0o700 });
    this.#inode = lstatSync(making).ino;
    this.#socket = listenForLife(making, this.nonce);
    writeOwner(making, this.nonce, this.#socket?.pointer ?? '');
    mkdirSync(join(making, trashName), { mode: 0o700 });
    renameSync(making, this.path);
  }

  /** Somebody has removed it, a cleaner of old files, say: it is made once more, under its name. */
  rebuild(): void {
    this.refuseEnded();
    if (this.stands()) return;
    this.#socket?.close();
    remakeBase(dirname(this.path));
    this.#build();
    this.#journal?.restore();
  }

  /** For the end of the process: the root goes with all that is in it. Never throws. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      this.#journal?.close();
      if (this.stands()) this.#remove();
      if (this.socketPath !== '') rmSync(this.socketPath, { force: true });
      this.#socket?.close();
    } catch {
      // What cannot be removed now is left to the next sweep.
    }
  }

  /** Under its new name anybody may remove it: if this process is cut short, the next sweep goes on. */
  #remove(): void {
    const aside = join(dirname(this.path), `${deadPrefix}${this.nonce}`);
    renameSync(this.path, aside);
    rmSync(aside, { recursive: true, force: true });
  }
}

/** The folder above the root is also one of the user's own, whichever name it was given. */
function remakeBase(base: string): void {
  if (!isOurs(base)) mkdirSync(base, { mode: 0o700 });
}

let root: Root | undefined;

/** The root with what only this folder may do with it. */
export function theRoot(): Root {
  if (root !== undefined) return root;
  const base = makeBase(parentFolder(settings().directory));
  try {
    root = new Root(base);
  } catch (error) {
    throw trouble('temp', `no root can be made in ${base}`, error);
  }
  fixSettings();
  endWithProcess(root);
  if (settings().sweep !== false) sweepSoon();
  return root;
}

export function rootIfMade(): OwnerRoot | undefined {
  return root;
}

/** Made on first use; the same one for as long as the process runs. Throws WT_TEMP_UNAVAILABLE, WT_NO_SPACE, WT_SHUTTING_DOWN. */
export function ownerRoot(): OwnerRoot {
  const made = theRoot();
  made.refuseEnded();
  return made;
}

/** The journal in the owner's root; the same one for as long as the process runs. Throws as `ownerRoot` does. */
export function ownerJournal(): Journal {
  return theRoot().journal();
}
