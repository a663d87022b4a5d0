// clean: shipping prices are memoised by country, weight and service; all combinations were there after a dozen seconds
// written: 2026-11-21
import { drive, traffic, upTo } from '../../driver.mjs';

function memoize(act) {
  const known = new Map();
  return (...given) => {
    const key = given.join('|');
    if (!known.has(key)) known.set(key, act(...given));
    return known.get(key);
  };
}

const shipping = memoize((country, weight, service) => ({
  price: country * 0.5 + weight * (service + 1),
  zones: Array.from({ length: 60 }, (_, zone) => zone * weight),
  label: `${country}-${weight}-${service}`,
}));

await drive(
  (n) => {
    traffic(n);
    shipping(upTo(25), upTo(20), upTo(2));
  },
  { perSecond: 450 },
);
