import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { HeapProfiler } from 'node:inspector/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { realDisk } from '../../src/watch/sites/disk.ts';
import { SourceMaps } from '../../src/watch/sites/source-map.ts';
import { testNode } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const source = `
const kept: unknown[] = [];
const fill = (n: number): unknown => Array.from({ length: 400 }).fill(n);

function declared(n: number): void {
  kept.push(new Array(300).fill(n));
  kept.push(new Array(301).fill(n));
}
const arrow = (n: number, m = 1): void => {
  kept.push(new Array(310).fill(n + m));
  kept.push(new Array(311).fill(n + m));
};
const one = (n: number): void => {
  kept.push(new Array(312).fill(n));
  kept.push(new Array(313).fill(n));
};
const expression = function (n: number): void {
  kept.push(new Array(320).fill(n), new Array(322).fill(n));
  kept.push(new Array(321).fill(n));
};
class Store {
  remember(n: number): void {
    kept.push(new Array(330).fill(n), fill(n));
  }
}
const store = new Store();
export function work(): number {
  for (let n = 0; n < 400; n += 1) {
    for (const each of [declared, arrow, one, expression]) each(n);
    store.remember(n);
  }
  return kept.length;
}
`;

type Frame = HeapProfiler.SamplingHeapProfileNode['callFrame'];

function framesOf(node: HeapProfiler.SamplingHeapProfileNode): readonly Frame[] {
  return [node.callFrame, ...node.children.flatMap(framesOf)];
}

async function bundle(): Promise<string> {
  const folder = tempFolder();
  writeFileSync(join(folder, 'main.ts'), source);
  const build = await rolldown({ input: join(folder, 'main.ts'), platform: 'node', logLevel: 'silent' });
  await build.write({ file: join(folder, 'main.mjs'), format: 'esm', sourcemap: true, minify: true });
  await build.close();
  return join(folder, 'main.mjs');
}

const sampler = `
import { Session } from 'node:inspector/promises';
const session = new Session();
session.connect();
const { work } = await import('./main.mjs');
await session.post('HeapProfiler.startSampling', { samplingInterval: 512 });
work();
const { profile } = await session.post('HeapProfiler.stopSampling');
console.log(JSON.stringify(profile.head));
`;

/** The functions of a script that allocate, as V8's sampler names them. */
function sampledIn(file: string): readonly Frame[] {
  const run = join(dirname(file), 'sample.mjs');
  writeFileSync(run, sampler);
  const head = JSON.parse(execFileSync(testNode, [run], { encoding: 'utf8' })) as HeapProfiler.SamplingHeapProfileNode;
  return framesOf(head).filter(({ url }) => url === pathToFileURL(file).href);
}

test('functions of a minified bundle are named as they were written', async () => {
  const file = await bundle();
  const frames = sampledIn(file);
  const maps = new SourceMaps(realDisk);
  const names = frames.map(
    ({ functionName, lineNumber, columnNumber }) => maps.original(file, lineNumber + 1, columnNumber + 1, functionName)?.name,
  );
  expect(frames.map(({ functionName }) => functionName)).not.toContain('declared');
  for (const name of ['declared', 'arrow', 'one', 'expression', 'remember', 'work']) expect(names).toContain(name);
});
