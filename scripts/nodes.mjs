// Gets other Node versions from the package registry and tells where they are.
//
//   node scripts/nodes.mjs 24          prints the path of a Node 24 binary
//   node scripts/nodes.mjs --test      runs the whole suite on 22, 24 and 26, one after the other
//   node scripts/nodes.mjs --test 24   on 24 only
//
// The binaries live in node_modules/.cache/watertight-nodes and are fetched once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, 'node_modules/.cache/watertight-nodes');
const name = process.platform === 'win32' ? 'node.exe' : 'node';

/** Path of the binary of this major version; installs it if it is not there. */
function nodeBinary(major) {
  const folder = join(cache, `node-${major}`);
  // The package `node` puts its binary here in an install script; where scripts are not run, the platform's own package has it.
  const places = () => [
    join(folder, 'node_modules/node/bin', name),
    join(folder, `node_modules/node-${process.platform}-${process.arch}/bin`, name),
    join(folder, `node_modules/node/node_modules/node-${process.platform}-${process.arch}/bin`, name),
  ];
  const works = (path) =>
    existsSync(path) && spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.startsWith(`v${major}.`);
  if (!places().some(works)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `node@${major}`];
    const { status, stderr } = spawnSync(npm, args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm install node@${major} ended with status ${status}: ${stderr}`);
  }
  const found = places().find(works);
  if (found === undefined)
    throw new Error(`node@${major} was installed but its binary does not run on ${process.platform}-${process.arch}`);
  return found;
}

/** Vitest itself and every program that tests start run on the given Node. */
function testOn(major) {
  const node = nodeBinary(major);
  console.log(`\n== the suite on Node ${major} (${node})`);
  const env = { ...process.env, WATERTIGHT_TEST_NODE: node, PATH: `${dirname(node)}:${process.env.PATH}` };
  return (
    spawnSync(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run'], { cwd: root, env, stdio: 'inherit' }).status === 0
  );
}

const words = process.argv.slice(2);
const majors = words.filter((word) => /^\d+$/.test(word));
try {
  if (words.includes('--test')) {
    const results = (majors.length > 0 ? majors : ['22', '24', '26']).map((major) => [major, testOn(major)]);
    for (const [major, fine] of results) console.log(`Node ${major}: ${fine ? 'passed' : 'FAILED'}`);
    process.exitCode = results.every(([, fine]) => fine) ? 0 : 1;
  } else {
    for (const major of majors) console.log(nodeBinary(major));
  }
} catch (error) {
  console.error(`nodes: ${error.message}`);
  process.exitCode = 1;
}
