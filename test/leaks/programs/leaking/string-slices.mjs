// leaking: a title is cut out of every page and pins the whole page's text
// right: render, titleOf, index
// rate: 240
// written: 2026-11-21
import { drive, traffic } from '../../driver.mjs';

const titles = [];

function render(n) {
  return JSON.stringify({
    title: `The page with the number ${n} of this site`,
    paragraphs: Array.from({ length: 100 }, (_, at) => `paragraph ${at} of ${n}`),
  });
}

function titleOf(page) {
  return page.slice(10, 50);
}

function index(n) {
  titles.push(titleOf(render(n)));
}

await drive((n) => {
  traffic(n);
  if (n % 2 === 0) index(n);
});
