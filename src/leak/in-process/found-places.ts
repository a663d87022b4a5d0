import { createHash } from 'node:crypto';
import type { LeakPlace } from '../../kernel/leak-watch.ts';
import { codeSites } from './code-sites.ts';
import type { JudgedFinding } from './window-judge.ts';

/** Where what stays is made, and who called that, outermost first. */
export interface FoundPlace {
  readonly site: LeakPlace;
  readonly calledFrom: readonly LeakPlace[];
}

const mostPlaces = 100;
const nowhere: LeakPlace = { file: '', line: 0, column: 0, function: '', package: null };

/** Functions of findings as places in the code. Source maps are looked up once for each. */
export class FoundPlaces {
  readonly #known: Map<string, FoundPlace> = new Map();

  of(finding: Pick<JudgedFinding, 'function' | 'calledFrom'>): FoundPlace {
    const { name, url, line, column } = finding.function;
    const key = `${url}:${line}:${column}:${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [site = nowhere, ...calledFrom] = codeSites([finding.function, ...finding.calledFrom]);
    if (this.#known.size >= mostPlaces) this.#known.clear();
    this.#known.set(key, { site, calledFrom });
    return { site, calledFrom };
  }
}

/** The same over builds and restarts: lines move. */
export function fingerprint({ package: name, file, function: fn, line }: LeakPlace): string {
  const where = fn === '' ? `${file}:${line}` : `${file} ${fn}`;
  return createHash('sha256')
    .update(`${name ?? ''}\n${where}`)
    .digest('hex')
    .slice(0, 16);
}
