import { sep } from 'node:path';
import type { Disk } from './disk.ts';

export interface PackageName {
  readonly name: string;
  readonly version: string | null;
}

const folder = `${sep}node_modules${sep}`;

/** The folder of the package that a file of node_modules belongs to: the innermost one, so pnpm's store reads like any other. */
function packageFolder(file: string): { readonly path: string; readonly name: string } | undefined {
  const at = file.lastIndexOf(folder);
  if (at < 0) return undefined;
  const [first = '', second = ''] = file.slice(at + folder.length).split(sep);
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  return name === '' ? undefined : { path: file.slice(0, at) + folder + name.replace('/', sep), name };
}

/** Whether this is code of the user: not of a package, not of Node. */
export function isUserCode(file: string): boolean {
  return file !== '' && !file.startsWith('node:') && !file.includes(folder) && !file.includes('/node_modules/');
}

/** Names the package that a file belongs to. */
export class Packages {
  readonly #disk: Disk;
  readonly #versions = new Map<string, string | null>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  of(file: string): PackageName | null {
    const found = packageFolder(file);
    return found === undefined ? null : { name: found.name, version: this.#version(found.path) };
  }

  #version(path: string): string | null {
    const known = this.#versions.get(path);
    if (known !== undefined) return known;
    const version = this.#read(path);
    this.#versions.set(path, version);
    return version;
  }

  #read(path: string): string | null {
    try {
      const json: unknown = JSON.parse(this.#disk.read(`${path}${sep}package.json`) ?? 'null');
      const version = (json as { readonly version?: unknown } | null)?.version;
      return typeof version === 'string' ? version : null;
    } catch {
      return null;
    }
  }
}
