// Builds dist/: tsc emits the library, rolldown bundles the two agent files and the script of the HTML report.
// Everything is made in a folder of its own and moved into dist/ file by file, so that programs that are
// running out of dist/ never see half a build. Types are checked by `npm run types`, not here.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const fresh = join(root, `dist.${process.pid}.tmp`);

function compile() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const args = [tsc, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', fresh];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  if (!existsSync(join(fresh, 'kernel'))) throw new Error(`tsc ended with status ${status}`);
  process.exitCode = 1;
}

async function bundle(input, output) {
  const build = await rolldown({
    input: join(root, input),
    platform: output.platform ?? 'node',
    logLevel: 'warn',
    transform: { target: output.target },
  });
  const result = await build.write({
    file: join(fresh, output.file),
    format: output.format,
    ...(output.format === 'cjs' ? { banner: "'use strict';" } : {}),
    minify: output.minify ?? false,
    exports: 'auto',
  });
  await build.close();
  return result.output[0].code;
}

/** The agent's entry is parsed by whatever Node a child process runs, hence the old target; the other parts are loaded on Node 20 and later only. */
async function bundleAgent() {
  if (!existsSync(join(root, 'src/agent/entry.ts'))) return;
  for (const part of ['entry', 'exact-lines'])
    await bundle(`src/agent/${part}.ts`, { file: `agent/${part}.cjs`, format: 'cjs', target: 'es2015', minify: true });
  for (const part of ['more', 'hunt', 'own-run', 'questions', 'take-snapshot'])
    await bundle(`src/agent/${part}.ts`, { file: `agent/${part}.cjs`, format: 'cjs', target: 'node20' });
  // Sent through the inspector as text.
  await bundle('src/agent/attached.ts', { file: 'agent/attached.cjs', format: 'cjs', target: 'node20', minify: true });
}

/** The HTML report is one file: its script and style are put into a module that the renderer imports. */
async function bundlePage() {
  if (!existsSync(join(root, 'src/report/page/main.ts'))) return;
  const script = await bundle('src/report/page/main.ts', {
    file: 'report/page.iife.js',
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    minify: true,
  });
  rmSync(join(fresh, 'report/page.iife.js'));
  const style = readFileSync(join(root, 'src/report/page/style.css'), 'utf8');
  const plot = readFileSync(createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'), 'utf8');
  mkdirSync(join(fresh, 'report/page'), { recursive: true });
  writeFileSync(join(fresh, 'report/page/assets.json'), JSON.stringify({ script, style: `${plot}\n${style}` }));
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}

function publish() {
  const made = new Set(files(fresh));
  for (const file of existsSync(dist) ? files(dist) : []) if (!made.has(file)) rmSync(join(dist, file));
  for (const file of made) {
    const target = join(dist, file);
    if (existsSync(target) && readFileSync(target).equals(readFileSync(join(fresh, file)))) continue;
    mkdirSync(dirname(target), { recursive: true });
    renameSync(join(fresh, file), target);
  }
  if (existsSync(join(dist, 'cli/bin.js'))) chmodSync(join(dist, 'cli/bin.js'), 0o755);
}

try {
  compile();
  await bundleAgent();
  await bundlePage();
  publish();
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
