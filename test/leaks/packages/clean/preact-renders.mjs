// clean: pages rendered with preact on the server
// written: 2026-11-21
import { h } from 'preact';
import { render } from 'preact-render-to-string';
import { drive, traffic } from '../../driver.mjs';

const Row = ({ row, of }) => h('li', { class: row % 2 ? 'odd' : 'even' }, `row ${row} of ${of}`);
const Page = ({ n }) =>
  h(
    'main',
    { id: `page-${n}` },
    h('h1', null, `Page ${n}`),
    h(
      'ul',
      null,
      Array.from({ length: 25 }, (_, row) => h(Row, { row, of: n })),
    ),
  );

await drive(
  (n) => {
    traffic(n);
    render(h(Page, { n }));
  },
  { perSecond: 80 },
);
