// clean: names with a time to live of one to seven seconds, out of nine hundred
// written: 2026-11-21
import { drive, every, traffic, upTo } from '../../driver.mjs';

const names = new Map();

function resolveName(id) {
  const known = names.get(id);
  if (known !== undefined && known.expires > performance.now()) return known;
  const fresh = {
    id,
    expires: performance.now() + 1_000 + upTo(6_000),
    addresses: Array.from({ length: 60 }, (_, at) => `10.0.${at}.${id % 255}`),
  };
  names.set(id, fresh);
  return fresh;
}

every(1_000, () => {
  for (const [id, { expires }] of names) if (expires < performance.now()) names.delete(id);
});

await drive(
  (n) => {
    traffic(n);
    resolveName(upTo(900));
  },
  { perSecond: 200 },
);
