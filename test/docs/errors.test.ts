import { expect, test } from 'vitest';
import { codes } from '../../src/kernel/codes.ts';
import { resourceChannelName, rollCallChannelName } from '../../src/kernel/channels.ts';
import { markdownTable } from '../support/markdown.ts';
import { readSources } from '../support/source.ts';
import { readPage } from './pages.ts';

const page = readPage('docs/reference/errors.md').text;
const rows = markdownTable(page, 'code').map(([code = '', meaning = '', recovery = '', remedy = '']) => ({
  code: code.replaceAll('`', ''),
  meaning,
  recovery: recovery.replaceAll('`', ''),
  remedy,
}));

test('every code has a row, every row is a code', () => {
  expect(rows.map((row) => row.code).toSorted()).toEqual(Object.keys(codes).toSorted());
});

test('the page gives the recovery that the code has, a meaning and a remedy', () => {
  expect(Object.fromEntries(rows.map((row) => [row.code, { recovery: row.recovery }]))).toEqual(codes);
  expect(rows.filter((row) => row.meaning === '' || row.remedy === '')).toEqual([]);
});

test('every code is used by something', () => {
  const text = readSources('src')
    .filter((file) => file.path !== 'src/kernel/codes.ts')
    .map((file) => file.text)
    .join('\n');
  expect(Object.keys(codes).filter((code) => !text.includes(code))).toEqual([]);
});

test('the page of channels names the channels that there are', () => {
  const named = markdownTable(readPage('docs/reference/channels.md').text, 'channel').map(([name = '']) =>
    name.replaceAll('`', ''),
  );
  expect(named.toSorted()).toEqual([resourceChannelName, rollCallChannelName].toSorted());
});
