// leaking: each failed attempt to reconnect takes the failure before as its cause
// right: reconnect, attempt, ConnectionError
// rate: 65
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

class ConnectionError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = 'ConnectionError';
    this.details = { host: 'db-2.internal', port: 5432, resolved: new Array(40).fill(0) };
  }
}

let lastError;

async function attempt(n) {
  await sleep(1);
  throw new ConnectionError(`attempt ${n} was refused`, { cause: lastError });
}

async function reconnect(n) {
  try {
    await attempt(n);
  } catch (error) {
    lastError = error;
  }
}

await drive(
  async (n) => {
    traffic(n);
    await reconnect(n);
  },
  { perSecond: 90 },
);
