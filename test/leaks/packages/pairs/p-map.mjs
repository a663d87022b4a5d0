// package: p-map
// versions: 7.0.2, 7.0.3
// says: an AbortSignal for the life of the service, given to each call
// right: pMap, handle
// rate: 130
// written: 2026-11-21
import { setMaxListeners } from 'node:events';
import { drive, traffic } from '../../driver.mjs';
import version from '../version.cjs';

const { default: pMap } = await import(version.versionOf('p-map'));

const service = new AbortController();
setMaxListeners(0, service.signal);

async function handle(n) {
  const doubled = await pMap([n, n + 1, n + 2], async (value) => value * 2, { concurrency: 2, signal: service.signal });
  return doubled.length;
}

await drive(
  async (n) => {
    traffic(n);
    await handle(n);
  },
  { perSecond: 120 },
);
