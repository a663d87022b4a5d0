import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WatertightError } from '../../src/kernel/errors.ts';
import { firstMismatch } from '../../src/report/check.ts';
import { parseReport, renderJson } from '../../src/report/index.ts';
import { schemaOfReport } from '../../src/report/schema.ts';
import { growing, killedByOom, sample, samples } from './samples.ts';

const schemaFile = fileURLToPath(new URL('../../docs/reference/report.schema.json', import.meta.url));

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof WatertightError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

/** Every object of a JSON text with its keys turned round: order must come from the writer. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, below]) => [key, reversed(below)]),
  );
}

describe('the report as JSON', () => {
  it.each(Object.keys(samples))('reads back what it wrote: %s', (name) => {
    const report = samples[name]!();
    const text = renderJson(report);
    expect(parseReport(text)).toEqual(report);
    expect(renderJson(parseReport(text))).toBe(text);
  });

  it('writes the same bytes whatever the order of the keys', () => {
    const report = killedByOom();
    expect(renderJson(reversed(report) as typeof report)).toBe(renderJson(report));
    expect(renderJson(report)).toMatch(/^\{\n {2}"schema": "watertight-report\/1",\n {2}"tool"/);
  });

  it('keeps keys that this version does not know, after those it knows', () => {
    const report = { ...sample(), addedLater: { b: 1, a: [] } };
    const text = renderJson(report);
    expect(text.indexOf('"addedLater"')).toBeGreaterThan(text.indexOf('"cost"'));
    expect(parseReport(text)).toEqual(report);
  });

  it('writes what JSON cannot hold as not measured', () => {
    const report = sample({ cost: { ...sample().cost, cpuShare: Number.NaN } });
    expect(parseReport(renderJson(report)).cost.cpuShare).toBeNull();
  });

  it('writes a row of figures in one line', () => {
    expect(renderJson(growing())).toMatch(/\n {10}\[0, \d+, \d+, \d+, \d+, \d+, \d+\],\n/);
  });
});

describe('reading a report', () => {
  it.each([
    ['', 'WT_REPORT_INVALID'],
    ['{"schema":', 'WT_REPORT_INVALID'],
    ['null', 'WT_REPORT_INVALID'],
    ['[]', 'WT_REPORT_INVALID'],
    ['{"name":"left-pad"}', 'WT_REPORT_INVALID'],
    ['{"schema":"watertight-report/1"}', 'WT_REPORT_INVALID'],
    ['{"schema":"watertight-report/2"}', 'WT_REPORT_NEWER'],
    ['{"schema":"other/9"}', 'WT_REPORT_INVALID'],
  ])('refuses %j with %s', (text, code) => {
    expect(codeOf(() => parseReport(text))).toBe(code);
  });

  it('names the first place that is wrong', () => {
    const report = { ...growing(), open: [{ ...growing().open[0], count: 'many' }] };
    expect(() => parseReport(JSON.stringify(report))).toThrow('$.open[0].count: expected integer, found string');
  });

  it('accepts a byte order mark', () => {
    expect(parseReport(`\uFEFF${renderJson(sample())}`)).toEqual(sample());
  });
});

describe('the JSON Schema', () => {
  it('is the published one', () => {
    const text = `${JSON.stringify(schemaOfReport, null, 2)}\n`;
    if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(schemaFile, text);
    expect(readFileSync(schemaFile, 'utf8')).toBe(text);
  });

  it('marks what can hold user data', () => {
    const marked = [...JSON.stringify(schemaOfReport).matchAll(/"(\w+)":\{[^{}]*(?:\{[^{}]*\}[^{}]*)*"x-redacted":true/g)].map(
      (match) => match[1],
    );
    expect(new Set(marked)).toEqual(new Set(['command', 'examples', 'error', 'what']));
  });

  it.each(Object.keys(samples))('holds for %s', (name) => {
    expect(firstMismatch(JSON.parse(renderJson(samples[name]!())), schemaOfReport)).toBeNull();
  });
});
