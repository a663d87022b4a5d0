// leaking: templates compiled per customer, because the customer's name is part of the text
// right: compileTemplate, render
// rate: 210
// written: 2026-11-21
const templates = {};

function compileTemplate(text) {
  if (templates[text] !== undefined) return templates[text];
  const parts = text.split(/\{\{(\w+)\}\}/);
  const steps = parts.map((part, at) => (at % 2 === 0 ? () => part : (data) => String(data[part])));
  templates[text] = (data) => steps.map((step) => step(data)).join('');
  return templates[text];
}

function render(n) {
  const template = `<h1>Dear customer ${n}</h1><p>{{name}} has {{count}} items in {{place}}.</p><small>{{foot}}</small>`;
  return compileTemplate(template)({ name: 'Ada', count: n, place: 'the cart', foot: 'bye' });
}

import('../../driver.mjs').then(({ drive, traffic }) =>
  drive(
    (n) => {
      traffic(n);
      render(n);
    },
    { perSecond: 150 },
  ),
);
