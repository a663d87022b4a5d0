// leaking: calls in flight are shared by key; a failed one is never taken out
// right: shared, load, fetchUser
// rate: 140
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

const inFlight = new Map();

async function load(key) {
  const answer = { key, body: Array.from({ length: 130 }, (_, at) => at * key) };
  await sleep(3);
  if (key % 3 === 0) throw Object.assign(new Error(`no user ${key}`), { answer });
  return answer;
}

async function shared(key) {
  const running = inFlight.get(key);
  if (running !== undefined) return running;
  const call = load(key);
  inFlight.set(key, call);
  const answer = await call;
  inFlight.delete(key);
  return answer;
}

async function fetchUser(n) {
  try {
    return await shared(n);
  } catch {
    return null;
  }
}

await drive(
  async (n) => {
    traffic(n);
    await fetchUser(n);
  },
  { perSecond: 250 },
);
