// leaking: a handlebars partial is registered for each user
// right: greet, registerPartial, compile
// from: handlebars
// rate: 220
// written: 2026-11-21
const Handlebars = require('handlebars');

function greet(n) {
  Handlebars.registerPartial(`user-${n}`, `<b>{{name}}</b> is user number ${n}`);
  return Handlebars.compile(`<p>{{> user-${n} name=name}}</p>`)({ name: 'Ada' });
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      greet(n);
    },
    { perSecond: 30 },
  ),
);
