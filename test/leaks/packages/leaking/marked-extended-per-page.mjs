// leaking: each page hands marked a renderer of its own for links; marked's only instance links every renderer with the one before
// right: render, renderer, extensionFor, loadPage, link
// rate: 240
// written: 2026-11-22
import { marked } from 'marked';
import { drive, traffic, upTo } from '../../driver.mjs';

const latest = [];

function loadPage(n) {
  const anchors = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [`topic-${(n * at) % 997}`, `/guide/${n}#part-${at}`]),
  );
  const body = Array.from({ length: 6 }, (_, at) => `## Part ${at}\n\nSee [topic](topic-${(n * at) % 997}) and *${n}*.\n`);
  return { path: `/guide/${n}`, anchors, body: body.join('\n'), visits: 0 };
}

function extensionFor(page) {
  return {
    renderer: {
      link({ href, text }) {
        page.visits += 1;
        return `<a href="${page.anchors[href] ?? href}">${text}</a>`;
      },
    },
  };
}

function render(page) {
  marked.use(extensionFor(page));
  const html = marked.parse(page.body);
  latest.push(html);
  if (latest.length > 30) latest.shift();
  return html.length;
}

let published = 0;

await drive(
  (n) => {
    traffic(n);
    if (n % 4 !== upTo(4)) return;
    published += render(loadPage(n)) > 0 ? 1 : 0;
  },
  { perSecond: 100 },
);
