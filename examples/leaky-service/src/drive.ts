// Runs one of the twins under `watertight run`, puts it under load from a second process, ends it and shows where the report is.
// Usage: node drive.js leaky|fixed [seconds [options of watertight run…]]
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const twin = process.argv[2] === 'fixed' ? 'fixed' : 'leaky';
const seconds = process.argv[3] ?? '40';

/** The command, found the way npm finds it: by the `bin` of the package. */
function watertight(): string {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve('watertight/package.json');
  const { bin } = require(manifest) as { bin: { watertight: string } };
  return join(dirname(manifest), bin.watertight);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function untilListening(port: number, service: ChildProcess): Promise<void> {
  while (service.exitCode === null && service.signalCode === null) {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await pause(50);
  }
  throw new Error('the service ended before it listened');
}

const port = await freePort();
// The leaky twin leaves its logs behind; the report has told by then, so they go.
const shop = mkdtempSync(join(tmpdir(), 'leaky-service-'));
const command = ['run', ...process.argv.slice(4), '--', 'node', `dist/${twin}.js`];
console.log(`\n$ watertight ${command.join(' ')}      (under load for ${seconds} s from a second process)\n`);
const watched = spawn(process.execPath, [watertight(), ...command], {
  cwd: dirname(here),
  env: { ...process.env, PORT: String(port), SHOP_DIR: shop },
  stdio: 'inherit',
});
const ended = once(watched, 'exit');
try {
  await untilListening(port, watched);
  const load = spawn(process.execPath, [join(here, 'load.js'), String(port), seconds], { stdio: 'inherit' });
  await once(load, 'exit');
} finally {
  // The supervisor hands SIGTERM on to the service and then reports.
  watched.kill('SIGTERM');
}
const [status] = (await ended) as [number | null];
rmSync(shop, { recursive: true, force: true });
const reports = process.argv.includes('--report-dir') ? undefined : join(here, '..', '.watertight');
const newest = reports === undefined ? undefined : readdirSync(reports).toSorted().at(-1);
if (newest !== undefined) console.log(`\nThe page opens offline: examples/leaky-service/.watertight/${newest}/report.html`);
process.exitCode = status ?? 1;
