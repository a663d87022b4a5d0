// clean: forty templates are compiled once each, when first used
// written: 2026-11-21
const templates = new Map();

function compileTemplate(name) {
  const parts = `<h1>${name}</h1><p>{{title}}</p><ul>{{items}}</ul><small>{{foot}}</small>`.split(/\{\{(\w+)\}\}/);
  const steps = parts.map((part, at) => (at % 2 === 0 ? () => part : (data) => String(data[part])));
  return (data) => steps.map((step) => step(data)).join('');
}

function render(name, data) {
  if (!templates.has(name)) templates.set(name, compileTemplate(name));
  return templates.get(name)(data);
}

import('../../driver.mjs').then(({ drive, traffic, upTo }) =>
  drive(
    (n) => {
      traffic(n);
      render(`template-${upTo(40)}`, {
        title: `page ${n}`,
        items: Array.from({ length: 30 }, (_, at) => `<li>${at}</li>`).join(''),
        foot: n,
      });
    },
    { perSecond: 400 },
  ),
);
