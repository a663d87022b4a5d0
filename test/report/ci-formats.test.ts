import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/index.ts';
import { renderJunit, renderSarif } from '../../src/report/index.ts';
import { allWell, growing, hostile, leaking, sample, samples, tooShort } from './samples.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (/[<>]|&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replaceAll(/&(#?\w+);/g, (_, name: string) =>
    name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : (entities[name] ?? ''),
  );
}

/** Reads the XML that we write, and throws where it is not well-formed. */
function parseXml(xml: string): Element {
  const allowed = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
  if (!allowed.test(xml)) throw new Error('holds characters that XML cannot hold');
  if (!xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n')) throw new Error('no declaration');
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  for (const [, text = '', closing, name = '', rest = '', alone] of xml
    .slice(xml.indexOf('\n'))
    .matchAll(/([^<]*)<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g)) {
    const inside = open.at(-1) ?? top;
    inside.text += unescaped(text);
    if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes something else`);
      continue;
    }
    const attributes = Object.fromEntries(
      [...rest.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, unescaped(value)]),
    );
    const element: Element = { name, attributes, children: [], text: '' };
    inside.children.push(element);
    if (alone === '') open.push(element);
  }
  if (open.length !== 1 || top.children.length !== 1) throw new Error('not one whole element');
  return top.children[0]!;
}

const judged = (report: Report) => {
  const suites = parseXml(renderJunit(report));
  const [suite] = suites.children;
  return { suites, suite: suite!, cases: suite!.children };
};

describe('JUnit', () => {
  it.each(Object.keys(samples))('is well-formed and counts what it holds: %s', (name) => {
    const { suites, suite, cases } = judged(samples[name]!());
    expect([suites.name, suite.name]).toEqual(['testsuites', 'testsuite']);
    const having = (child: string) => cases.filter((each) => each.children.some((one) => one.name === child)).length;
    expect(suite.attributes).toMatchObject({
      tests: String(cases.length),
      failures: String(having('failure')),
      errors: '0',
      skipped: String(having('skipped')),
    });
    expect(suites.attributes).toMatchObject({ tests: String(cases.length), failures: String(having('failure')) });
    expect(suite.attributes['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    for (const each of cases) {
      expect(each.name).toBe('testcase');
      expect(each.attributes).toMatchObject({ classname: 'watertight', time: '0' });
      expect(each.attributes['name']).toBeTruthy();
      expect(each.children.every((one) => ['failure', 'skipped', 'system-out'].includes(one.name))).toBe(true);
    }
  });

  it('fails at the line of a leak, at the nearest line of the user, and not at what is only suspected', () => {
    const [leak, suspect] = judged(leaking()).cases;
    expect(leak?.attributes).toMatchObject({ name: 'heap-survivors at src/session.ts:42', file: 'src/session.ts', line: '42' });
    expect(leak?.children[0]).toMatchObject({ name: 'failure', attributes: { type: 'heap-survivors' } });
    expect(leak?.children[0]?.attributes['message']).toMatch(
      /^LEAK \(high\): node_modules\/bus\/lib\/bus\.js:12:5 Bus\.on\(\): .*2\.4 MB\/min/,
    );
    expect(leak?.children[0]?.text).toContain('made by addListener 61 %');
    expect(suspect?.children.map(({ name }) => name)).toEqual(['system-out']);
  });

  it('fails at suspects where --fail-on suspect was asked for', () => {
    const report = leaking();
    const strict = { ...report, verdict: { ...report.verdict, failOn: [{ rule: 'suspect', hit: true }] } };
    expect(judged(strict).suite.attributes['failures']).toBe('2');
  });

  it('passes when all is well, and is skipped when it was too short to tell', () => {
    expect(judged(allWell()).cases.map(({ children }) => children[0]?.name)).toEqual(['system-out']);
    expect(judged(tooShort()).cases.map(({ children }) => children[0]?.name)).toEqual(['skipped']);
  });
});

interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
      readonly region: { readonly startLine: number; readonly startColumn: number };
    };
  }[];
  readonly relatedLocations?: SarifResult['locations'];
  readonly partialFingerprints?: Readonly<Record<string, string>>;
}

interface SarifLog {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly version: string;
        readonly rules: readonly { readonly id: string; readonly shortDescription: { readonly text: string } }[];
      };
    };
    readonly originalUriBaseIds: Readonly<Record<string, unknown>>;
    readonly invocations: readonly { readonly executionSuccessful: boolean }[];
    readonly results: readonly SarifResult[];
  }[];
}

const sarif = (report: Report) => JSON.parse(renderSarif(report)) as SarifLog;

describe('SARIF', () => {
  // The members that the 2.1.0 standard requires, and what code scanning asks for beside them.
  it.each(Object.keys(samples))('has what the standard requires: %s', (name) => {
    const log = sarif(samples[name]!());
    expect(log.version).toBe('2.1.0');
    expect(log.$schema).toMatch(/sarif-2\.1\.0\.json$/);
    expect(log.runs).toHaveLength(1);
    const { tool, results, originalUriBaseIds, invocations } = log.runs[0]!;
    expect(tool.driver.name).toBe('watertight');
    expect(typeof invocations[0]?.executionSuccessful).toBe('boolean');
    expect(new Set(tool.driver.rules.map(({ id }) => id)).size).toBe(tool.driver.rules.length);
    for (const { shortDescription } of tool.driver.rules) expect(shortDescription.text).not.toBe('');
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      for (const { physicalLocation } of [...result.locations, ...(result.relatedLocations ?? [])]) {
        expect(physicalLocation.region.startLine).toBeGreaterThanOrEqual(1);
        expect(physicalLocation.region.startColumn).toBeGreaterThanOrEqual(1);
        const { uri, uriBaseId } = physicalLocation.artifactLocation;
        expect(uri).toMatch(/^[!-~]+$/);
        if (uriBaseId === undefined) expect(uri).toMatch(/^file:\/\/\//);
        else expect(Object.keys(originalUriBaseIds)).toContain(uriBaseId);
      }
    }
  });

  it("stands at the user's line, with the line in the package beside it and a fingerprint", () => {
    const [leak, suspect] = sarif(leaking()).runs[0]!.results;
    expect(leak).toMatchObject({
      level: 'error',
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'src/session.ts' }, region: { startLine: 42, startColumn: 18 } } },
      ],
      relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'node_modules/bus/lib/bus.js' } } }],
      partialFingerprints: { 'watertight/v1': '0123456789abcdef' },
    });
    expect(suspect).toMatchObject({ level: 'warning', ruleId: 'counter-interval' });
  });

  it('has no results when all is well, and tells nothing of what closed itself', () => {
    expect(sarif(allWell()).runs[0]?.results).toEqual([]);
    const [finding] = growing().findings;
    const closed = sample({ findings: [{ ...finding!, closed: { tMs: 1, why: 'released' } }] });
    expect(sarif(closed).runs[0]?.results).toEqual([]);
  });

  it('names files that lie elsewhere by a whole address', () => {
    const report = leaking();
    const elsewhere = {
      ...report,
      sites: report.sites.map((site) => ({ ...site, file: `/opt/the app/${site.file}`, user: null })),
    };
    const [leak] = sarif(elsewhere).runs[0]!.results;
    expect(leak?.locations[0]?.physicalLocation.artifactLocation).toEqual({
      uri: 'file:///opt/the%20app/node_modules/bus/lib/bus.js',
    });
  });

  it('is told hostile strings without harm', () => {
    expect(() => sarif(hostile())).not.toThrow();
  });
});
