// Packs the package, installs the tarball into an empty folder and holds what arrived against the promise:
// at most 12 packages, at most 10 MB, no install script, and a command that starts.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const limits = { packages: 12, bytes: 10 * 1024 * 1024 };
const hooks = ['preinstall', 'install', 'postinstall'];
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'watertight-weight-'));

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with status ${status}: ${stderr}`);
  return stdout;
}

/** Disk files only: links and folders weigh nothing here. */
function bytesBelow(path) {
  return readdirSync(path, { recursive: true })
    .map((name) => lstatSync(join(path, name)))
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + entry.size, 0);
}

function packagesIn(modules) {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)).map((part) => `${name}/${part}`) : [name]))
    .flatMap((name) => {
      const path = join(modules, name);
      const nested = join(path, 'node_modules');
      return [{ name, path }, ...(existsSync(nested) ? packagesIn(nested) : [])];
    });
}

function problems(packages, bytes) {
  const found = [];
  if (packages.length > limits.packages) found.push(`${packages.length} packages, at most ${limits.packages} allowed`);
  if (bytes > limits.bytes) found.push(`${bytes} bytes, at most ${limits.bytes} allowed`);
  for (const { name, path } of packages) {
    const { scripts = {}, gypfile } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const hook = hooks.find((one) => scripts[one] !== undefined);
    if (hook !== undefined) found.push(`${name} has an install script (${hook})`);
    if (gypfile === true || existsSync(join(path, 'binding.gyp'))) found.push(`${name} builds native code`);
  }
  return found;
}

try {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  run('npm', ['install', '--no-audit', '--no-fund', `./${filename}`], folder);
  const modules = join(folder, 'node_modules');
  const packages = packagesIn(modules);
  const bytes = bytesBelow(modules);
  const version = run(join(modules, '.bin', 'watertight'), ['--version'], folder).trim();
  run(process.execPath, ['--input-type=module', '--eval', "await import('watertight')"], folder);
  run(process.execPath, ['--eval', "require('watertight')"], folder);
  const names = packages.map((one) => one.name).join(', ');
  console.log(
    `weight: watertight ${version} installs ${packages.length} packages, ${(bytes / 1024 / 1024).toFixed(1)} MB: ${names}`,
  );
  for (const problem of problems(packages, bytes)) {
    console.error(`weight: ${problem}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(`weight: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
