import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LeakPlace } from '../../kernel/leak-watch.ts';
import type { SampledFunction } from '../survivors.ts';

interface Script {
  readonly url: string;
  readonly sourceMapURL?: string;
}

/** What the inspector tells of the scripts of this thread: also of those that a test runner has made on the fly. */
function mapsOf(paths: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  try {
    session.on('Debugger.scriptParsed', ({ params }: { readonly params: Script }) => {
      const path = pathOf(params.url);
      if (params.sourceMapURL !== undefined && params.sourceMapURL !== '' && paths.has(path))
        found.set(path, params.sourceMapURL);
    });
    session.post('Debugger.enable');
    session.post('Debugger.disable');
  } finally {
    session.disconnect();
  }
  return found;
}

function pathOf(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return url;
  }
}

function payloadOf(script: string, sourceMapUrl: string): SourceMapPayload {
  const data = /^data:[^,]*?(;base64)?,(.*)$/s.exec(sourceMapUrl);
  const text =
    data === null
      ? readFileSync(resolve(dirname(script), pathOf(sourceMapUrl)), 'utf8')
      : Buffer.from(data[2] ?? '', data[1] === undefined ? 'utf8' : 'base64').toString();
  return JSON.parse(text) as SourceMapPayload;
}

function sourceMapOf(script: string, sourceMapUrl: string | undefined): SourceMap | null {
  if (sourceMapUrl === undefined) return null;
  try {
    return new SourceMap(payloadOf(script, sourceMapUrl));
  } catch {
    // A map that is broken or gone: the position in the generated code is still one.
    return null;
  }
}

function packageOf(path: string): string | null {
  const [, below] = /.*[\\/]node_modules[\\/](.+)$/.exec(path) ?? [];
  const [scope = '', name = ''] = below?.split(/[\\/]/) ?? [];
  if (below === undefined) return null;
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

function shortened(path: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short.split(sep).join('/');
}

interface Position {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

function mapped({ path, line, column }: Position, map: SourceMap | null): Position {
  const entry = map?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry) || !entry.originalSource) return { path, line, column };
  const source = pathOf(entry.originalSource);
  const original = isAbsolute(source) ? source : join(dirname(path), source);
  return { path: original, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** Functions as the sampler names them, as places in the code as it was written. Takes some milliseconds, more in large programs. Never throws. */
export function codeSites(functions: readonly SampledFunction[]): readonly LeakPlace[] {
  const paths = new Set(functions.map(({ url }) => pathOf(url)));
  let urls: ReadonlyMap<string, string> = new Map();
  try {
    urls = mapsOf(paths);
  } catch {
    // No inspector: positions stay as they are.
  }
  const maps = new Map([...paths].map((path) => [path, sourceMapOf(path, urls.get(path))] as const));
  return functions.map(({ name, url, line, column }) => {
    const path = pathOf(url);
    const at = mapped({ path, line, column }, maps.get(path) ?? null);
    return { file: shortened(at.path), line: at.line, column: at.column, function: name, package: packageOf(at.path) };
  });
}

/** `src/session.ts:42:18 remember()` */
export function sayCodeSite({ file, line, column, function: name }: LeakPlace): string {
  const where = `${file}:${line}:${column}`;
  return name === '' ? where : `${where} ${name}()`;
}
