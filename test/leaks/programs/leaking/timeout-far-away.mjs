// leaking: a time limit of an hour per request, never cleared when the request is done
// right: withLimit, answer
// rate: 180
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

function withLimit(work, onLate) {
  setTimeout(onLate, 3_600_000).unref();
  return work();
}

function answer(n) {
  const body = { n, rows: Array.from({ length: 70 }, (_, row) => row ^ n) };
  return withLimit(
    () => body.rows.length,
    () => console.error('late', body.n, body.rows.length),
  );
}

await drive((n) => {
  traffic(n);
  answer(n);
});
