// clean: twenty handlebars templates, rendered over and over
// written: 2026-11-21
const Handlebars = require('handlebars');

const templates = new Map();

function render(name, data) {
  if (!templates.has(name))
    templates.set(
      name,
      Handlebars.compile(`<h1>${name}</h1><ul>{{#each rows}}<li>{{this.name}} {{this.price}}</li>{{/each}}</ul>`),
    );
  return templates.get(name)(data);
}

import('../../driver.mjs').then(({ drive, traffic, upTo }) =>
  drive(
    (n) => {
      traffic(n);
      render(`template ${upTo(20)}`, { rows: Array.from({ length: 15 }, (_, at) => ({ name: `row ${at}`, price: at * n })) });
    },
    { perSecond: 80 },
  ),
);
