// leaking: secret keys and hash states, kept per login attempt
// right: attempt
// class: native
// rate: 85
// written: 2026-11-21
const { createHash, createSecretKey, randomBytes } = require('node:crypto');

const attempts = [];

function attempt(n) {
  const key = createSecretKey(randomBytes(64));
  const hash = createHash('sha512').update(`user ${n}`);
  attempts.push({ n, key, hash });
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      attempt(n);
    },
    { perSecond: 80 },
  ),
);
