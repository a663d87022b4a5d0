// clean: a time limit per request, cleared when it is done
// written: 2026-11-21
import { drive, sleep, traffic } from '../../driver.mjs';

async function withLimit(work) {
  const state = { notes: new Array(100).fill(0) };
  const limit = setTimeout(() => state.notes.fill(1), 60_000);
  try {
    return await work();
  } finally {
    clearTimeout(limit);
  }
}

await drive(async (n) => {
  traffic(n);
  await withLimit(() => sleep(30));
});
