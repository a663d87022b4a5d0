// leaking: a number format per request's options, cached by a key that is never the same
// right: formatFor
// class: native
// rate: 230
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const formats = new Map();

function formatFor(n) {
  const key = `de-DE/${n}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat('de-DE', { minimumFractionDigits: n % 5 }));
  return formats.get(key).format(n);
}

await drive(
  (n) => {
    traffic(n);
    formatFor(n);
  },
  { perSecond: 250 },
);
