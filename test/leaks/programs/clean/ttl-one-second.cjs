// clean: one-time codes, each taken out by a timer after a second
// written: 2026-11-21
const codes = new Map();

function issue(user) {
  const code = {
    user,
    digits: user % 1_000_000,
    tries: [],
    channel: { kind: 'sms', number: `+49 30 ${user}` },
    log: new Array(80).fill(0),
  };
  codes.set(user, code);
  setTimeout(() => codes.delete(user), 1_000);
  return code;
}

function redeem(user, digits) {
  const code = codes.get(user);
  if (code === undefined || code.digits !== digits) return false;
  return codes.delete(user);
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      issue(n);
      if (n % 3 === 0) redeem(n - 30, (n - 30) % 1_000_000);
    },
    { perSecond: 260 },
  ),
);
