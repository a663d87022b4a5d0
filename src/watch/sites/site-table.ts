import { isAbsolute, relative, sep } from 'node:path';
import type { Site, WireFrame } from '../../wire/index.ts';
import type { MappedPlace } from '../data/survivor-data.ts';
import type { ThreadData } from '../data/thread-data.ts';
import type { Disk } from './disk.ts';
import { looksGenerated } from './generated.ts';
import { isUserCode, Packages } from './packages.ts';
import { pathOf, SourceMaps } from './source-map.ts';

/** What the program's own runtime knew of a frame, by its index. */
type OwnMapping = (index: number) => MappedPlace | undefined;

interface Resolved {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly name: string;
  readonly mapped: Site['mapped'];
  readonly generated: boolean;
}

function below(folder: string, file: string): string {
  if (!isAbsolute(file)) return file;
  const path = relative(folder, file);
  return path === '' || path.startsWith(`..${sep}`) || path === '..' || isAbsolute(path) ? file : path;
}

/** The sites of a report: the places named by all threads, each once, through source maps, with package and nearest frame of the user. */
export class SiteTable {
  readonly #cwd: string;
  readonly #disk: Disk;
  readonly #maps: SourceMaps;
  readonly #packages: Packages;
  readonly #sites: Site[] = [];
  readonly #byKey = new Map<string, number>();

  constructor(cwd: string, disk: Disk) {
    this.#cwd = cwd;
    this.#disk = disk;
    this.#maps = new SourceMaps(disk);
    this.#packages = new Packages(disk);
  }

  get sites(): readonly Site[] {
    return this.#sites;
  }

  get(id: number): Site | undefined {
    return this.#sites[id - 1];
  }

  /** The report's id of a site of a thread; null when its place is not known. */
  of(thread: ThreadData, site: number): number | null {
    return this.#of(thread, thread.sites.get(site) ?? [], (index) => {
      const own = thread.mapped.get(`${site}:${index}`);
      return own === undefined ? undefined : { source: own[3], line: own[4], column: own[5] };
    });
  }

  /** The report's id of a place that is given by its frames, innermost first; null when there are none. `own` is what the program's runtime knew of each. */
  ofFrames(thread: ThreadData, frames: readonly WireFrame[], own: (index: number) => MappedPlace | undefined): number | null {
    return this.#of(thread, frames, own);
  }

  #of(thread: ThreadData, frames: readonly WireFrame[], own: OwnMapping): number | null {
    const [first] = frames;
    if (first === undefined) return null;
    const place = this.#resolve(thread, first, own(0));
    if (isUserCode(place.file)) return this.#intern(first, place, null);
    return this.#intern(first, place, this.#nearestUser(thread, frames, own));
  }

  #nearestUser(thread: ThreadData, frames: readonly WireFrame[], own: OwnMapping): number | null {
    for (const [index, frame] of frames.entries()) {
      const place = this.#resolve(thread, frame, own(index));
      if (isUserCode(place.file)) return this.#intern(frame, place, null);
    }
    return null;
  }

  /** Disk first: it names the source beside the script. What the program's own runtime knew comes next. */
  #resolve(thread: ThreadData, frame: WireFrame, own: MappedPlace | undefined): Resolved {
    const [url, line, column, name] = frame;
    const file = pathOf(url);
    const disk = this.#maps.original(file, line, column, name);
    if (disk) return { ...disk, mapped: 'disk', generated: false };
    if (own) return { file: pathOf(own.source), line: own.line, column: own.column, name, mapped: 'runtime', generated: false };
    return {
      file,
      line,
      column,
      name,
      mapped: 'none',
      generated: looksGenerated(this.#disk, thread.header, { file, line, column }),
    };
  }

  #intern(frame: WireFrame, place: Resolved, user: number | null): number {
    const key = `${frame[0]}:${frame[1]}:${frame[2]}:${place.name}:${user ?? ''}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const id = this.#sites.length + 1;
    this.#byKey.set(key, id);
    this.#sites.push({
      id,
      raw: { url: frame[0], line: frame[1], column: frame[2], scriptHash: null },
      file: below(this.#cwd, place.file),
      line: place.line,
      column: place.column,
      function: place.name,
      mapped: place.mapped,
      generated: place.generated,
      package: this.#packages.of(place.file),
      user,
    });
    return id;
  }
}
