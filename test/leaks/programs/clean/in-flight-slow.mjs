// clean: exports take six to eight seconds each, so some hundred are in flight
// written: 2026-11-21
import { drive, sleep, traffic, upTo } from '../../driver.mjs';

async function exportRows(n) {
  const rows = Array.from({ length: 120 }, (_, row) => ({ row, of: n }));
  await sleep(6_000 + upTo(2_000));
  return rows.length;
}

await drive(
  (n) => {
    traffic(n);
    void exportRows(n);
  },
  { perSecond: 50 },
);
