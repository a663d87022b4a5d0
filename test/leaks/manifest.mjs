/** Reads what the programs of the corpus say about themselves in the comment at their head. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));

/**
 * Where a leak shows. `heap`: in the JavaScript heap, steadily; `slow`: less than 20 KB/s; `rare`: seldom and large; `external`: array buffers;
 * `native`: outside of what V8 accounts for; `counter`: handles, threads or processes; `temp`: files on disk.
 */
export const classes = ['heap', 'slow', 'rare', 'external', 'native', 'counter', 'temp'];

const folders = [
  { folder: 'programs/leaking', label: 'leaking' },
  { folder: 'programs/clean', label: 'clean' },
  { folder: 'packages/leaking', label: 'leaking' },
  { folder: 'packages/clean', label: 'clean' },
];

/** `// key: text` lines at the head of the file. */
function headOf(text) {
  const head = {};
  for (const line of text.split('\n')) {
    const match = /^\/\/ (\w+): (.*)$/.exec(line);
    if (match === null) break;
    head[match[1]] = match[2].trim();
  }
  return head;
}

const list = (text) => (text === undefined ? [] : text.split(',').map((word) => word.trim()));

function describe(file, label, args, head) {
  const says = head.says ?? head[label];
  if (says === undefined) throw new Error(`${file} does not say what it is`);
  return {
    name: relative(here, file)
      .replace(/\.\w+$/, '')
      .replace(/^(programs|packages)\//, ''),
    file,
    args,
    label,
    says,
    right: list(head.right),
    sources: [file, ...list(head.source).map((name) => join(here, 'programs/source', name))],
    package: head.package ?? head.from ?? null,
    class: head.class ?? 'heap',
    rateKBs: head.rate === undefined ? null : Number(head.rate),
    written: head.written ?? null,
  };
}

/** A file of `packages/pairs` is two programs: the old version of its package leaks, the new one does not. */
function pairsOf(folder) {
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    const head = headOf(readFileSync(file, 'utf8'));
    const [old, fresh] = list(head.versions);
    return [
      { ...describe(file, 'leaking', ['--version=old'], head), name: `${head.package}@${old} (${name.replace(/\.\w+$/, '')})` },
      { ...describe(file, 'clean', ['--version=new'], head), name: `${head.package}@${fresh} (${name.replace(/\.\w+$/, '')})` },
    ];
  });
}

/** All programs of the corpus. Those of packages are left out until `npm ci` ran in `packages/`. */
export function programs() {
  const own = folders.flatMap(({ folder, label }) => {
    if (!existsSync(join(here, folder))) return [];
    if (folder.startsWith('packages') && !packagesInstalled()) return [];
    return readdirSync(join(here, folder))
      .filter((name) => /\.(mjs|cjs)$/.test(name))
      .map((name) => describe(join(here, folder, name), label, [], headOf(readFileSync(join(here, folder, name), 'utf8'))));
  });

  const pairs = join(here, 'packages/pairs');
  return existsSync(pairs) && packagesInstalled() ? [...own, ...pairsOf(pairs)] : own;
}

export const packagesInstalled = () => existsSync(join(here, 'packages/node_modules'));

/** Those whose name contains one of the words; all of them without words. */
export function chosen(words) {
  const all = programs();
  return words.length === 0 ? all : all.filter(({ name }) => words.some((word) => name.includes(word)));
}
