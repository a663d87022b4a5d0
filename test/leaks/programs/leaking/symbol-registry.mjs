// leaking: symbols of the global registry with names made from ids
// right: keyFor, tag
// rate: 290
// written: 2026-11-21
import { drive, random, traffic } from '../../driver.mjs';

function keyFor(name, id) {
  return Symbol.for(`${name}/${id}/${random().toString(36)}/${'of the tenant with a long name'.padStart(80, '-')}`);
}

function tag(n) {
  const target = {};
  for (const name of ['owner', 'group', 'access', 'change']) target[keyFor(name, n)] = n;
  return target;
}

await drive(
  (n) => {
    if (n % 2 === 0) traffic(n);
    tag(n);
  },
  { perSecond: 400 },
);
