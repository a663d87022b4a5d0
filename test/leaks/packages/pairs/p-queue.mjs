// package: p-queue
// versions: 9.0.0, 9.0.1
// says: an AbortSignal for the life of the service, given to each task
// right: PQueue, add, handle, throwOnAbort
// rate: 110
// written: 2026-11-21
import { setMaxListeners } from 'node:events';
import { drive, traffic } from '../../driver.mjs';
import version from '../version.cjs';

const { default: PQueue } = await import(version.versionOf('p-queue'));

const service = new AbortController();
setMaxListeners(0, service.signal);
const queue = new PQueue({ concurrency: 8 });

async function handle(n) {
  return queue.add(async () => n * 2, { signal: service.signal });
}

await drive(
  async (n) => {
    traffic(n);
    await handle(n);
  },
  { perSecond: 150 },
);
