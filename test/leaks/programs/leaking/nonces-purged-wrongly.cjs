// leaking: nonces are purged by a time that is compared as text with a number, so none ever goes
// right: accept, purge
// rate: 50
// written: 2026-11-21
const { randomBytes } = require('node:crypto');

const seen = {};

function accept(nonce) {
  if (nonce in seen) throw new Error('replayed');
  seen[nonce] = { expires: new Date(Date.now() + 2_000).toISOString(), client: nonce.slice(0, 4), hops: [] };
}

function purge() {
  for (const nonce of Object.keys(seen)) if (seen[nonce].expires < Date.now()) delete seen[nonce];
}

import('../../driver.mjs').then(({ drive, every, traffic }) => {
  every(2_000, purge);
  return drive((n) => {
    traffic(n);
    accept(randomBytes(16).toString('hex'));
  });
});
