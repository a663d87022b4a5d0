import { describe, expect, test } from 'vitest';
import { assembleReport } from '../../src/watch/assemble/report.ts';
import type { Finding, HandleType, Report, WireRecord } from '../../src/wire/index.ts';
import { leakAt, sampled } from '../leak/sampled-program.ts';
import { diskOf, ended, megabyte, recordsOf, runData, runFile, sample, thread } from './made-up.ts';

const natural: WireRecord = ['x', 48_000, 'natural', 0, null];
const seconds = Array.from({ length: 48 }, (_, second) => second);
const samples = seconds.map((second) => sample(second * 1_000, { heap: (10 + second / 4) * megabyte }));
const leaking = sampled({ sources: [leakAt(['remember src/session.js:7'])], polls: 24 });

function reportOf(records: readonly WireRecord[]): Report {
  return assembleReport(runData([thread([...records, natural])], { run: runFile({ end: ended(0) }) }), diskOf({}));
}

function counterOf(report: Report): { readonly finding: Finding | undefined; readonly line: string } {
  const finding = report.findings.find(({ rule }) => rule.startsWith('counter-'));
  const site = report.sites.find(({ id }) => id === finding?.site);
  return { finding, line: site === undefined ? '' : `${site.file}:${site.line} ${site.function}` };
}

function frame(site: number, file: string, name: string): WireRecord {
  return ['f', site, [[`/app/src/${file}`, 9, 3, name]]];
}

interface Made {
  readonly type: HandleType;
  readonly site: number;
  readonly weight?: number;
}

function opened(tMs: number, row: number, { type, site, weight = 1 }: Made): WireRecord {
  return ['+', tMs, row, type, site, '', weight];
}

describe('a counter that has no line of its own names', () => {
  test('the line that made most of it', () => {
    // Handles that stand for many come in steps too large to be judged.
    const rows = [10, 30].map((second, at) => opened(second * 1_000, at + 1, { type: 'file', site: 1, weight: 45 }));
    const descriptors = samples.map(
      (each, second): WireRecord => [...each.slice(0, 7), 20 + 2 * second, ...each.slice(8)] as unknown as WireRecord,
    );
    const report = reportOf([frame(1, 'read.js', 'looksLikeText'), ...rows, ...descriptors]);
    const { finding, line } = counterOf(report);
    expect(finding).toMatchObject({ rule: 'counter-descriptors', level: 'leak' });
    expect(line).toBe('src/read.js:9 looksLikeText');
    expect(finding?.what).toMatch(/; 96 % of the growth was made here$/);
    const without = counterOf(reportOf([...descriptors])).finding;
    expect(without?.site).toBeNull();
    expect(finding?.id).toBe(without?.id);
  });

  test('no line where several made it', () => {
    const rows = seconds.map((second) => opened(second * 1_000, second + 1, { type: 'interval', site: 1 + (second % 8) }));
    const frames = Array.from({ length: 8 }, (_, at) => frame(at + 1, `part${at}.js`, 'poll'));
    const { finding, line } = counterOf(reportOf([...frames, ...rows, ...samples]));
    expect(finding).toMatchObject({ rule: 'counter-interval', what: expect.stringMatching(/a minute$/) as string });
    expect(line).toBe('');
  });

  test('the line of what survives at its pace, and says so', () => {
    const sockets = seconds.map((second) => opened(second * 1_000, second + 1, { type: 'socket', site: 0 }));
    const { finding, line } = counterOf(reportOf([...sockets, ...samples, ...recordsOf(leaking)]));
    expect(finding?.rule).toBe('counter-socket');
    expect(line).toBe('src/session.js:7 remember');
    expect(finding?.what).toMatch(/where it is made is not seen: the line is that of objects which survive at the same pace$/);
  });

  test('no line where the survivors come at another pace', () => {
    // Four times as fast from the middle on.
    const times = seconds.flatMap((second) => (second < 24 ? [second] : [0, 0.2, 0.5, 0.7].map((part) => second + part)));
    const sockets = times.map((second, at) => opened(second * 1_000, at + 1, { type: 'socket', site: 0 }));
    const { finding, line } = counterOf(reportOf([...sockets, ...samples, ...recordsOf(leaking)]));
    expect([finding?.rule, line]).toEqual(['counter-socket', '']);
  });

  test('no line where two places keep what they make at that pace', () => {
    const two = sampled({
      sources: [leakAt(['remember src/session.js:7']), { ...leakAt([]), calls: ['tick', 'subscribe src/bus.js:3'] }],
      polls: 24,
    });
    const sockets = seconds.map((second) => opened(second * 1_000, second + 1, { type: 'socket', site: 0 }));
    const report = reportOf([...sockets, ...samples, ...recordsOf(two)]);
    expect(report.findings.filter(({ rule }) => rule === 'heap-survivors')).toHaveLength(2);
    expect(counterOf(report).line).toBe('');
  });
});
