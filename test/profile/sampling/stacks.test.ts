import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import type { ProfileNode } from '../../../src/profile/sampling/heap-session.ts';
import { Stacks, ownStack } from '../../../src/profile/sampling/stacks.ts';
import { TripleTable } from '../../../src/profile/sampling/triple-table.ts';

/** A profile of one stack, outermost first: `app:f`, `node:f`, `watcher:f`, or a name alone for what is V8's own. The innermost node is number 100. */
function profileOf(frames: readonly string[]): ProfileNode {
  const call = (at: number): ProfileNode => {
    const [whose = '', name] = (frames[at] ?? '').split(':');
    const url = { app: '/app/main.js', node: 'node:internal/x', watcher: '/wt/agent/more.cjs' }[name === undefined ? '' : whose];
    const isLast = at === frames.length - 1;
    return {
      id: isLast ? 100 : at + 1,
      callFrame: {
        functionName: name ?? whose,
        scriptId: url === undefined ? '0' : { app: '1', node: '2', watcher: '3' }[whose as 'app'],
        url: url ?? '',
        lineNumber: (name ?? whose).charCodeAt(0),
        columnNumber: 4,
      },
      children: isLast ? [] : [call(at + 1)],
    };
  };
  const root = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
  return { id: 0, callFrame: root, children: frames.length === 0 ? [] : [call(0)] };
}

function stackOf(frames: readonly string[]) {
  const stacks = new Stacks((url) => url.startsWith('/wt/agent'));
  let found = 0;
  stacks.find(profileOf(frames), new Float64Array([100]), (_, stack) => {
    found = stack;
  });
  const functions = new Map(stacks.takeFunctions().map(({ id, name }) => [id, name]));
  const nodes = new Map(stacks.take().map((node) => [node.id, node]));
  const path: string[] = [];
  for (let at = found; at > 0; at = nodes.get(at)?.parent ?? 0)
    path.unshift(functions.get(nodes.get(at)?.functionId ?? 0) ?? '?');
  return { found, path };
}

describe('whose an allocation is', () => {
  test.each([
    ['allocated by the program', ['node:timer', 'app:handle', 'push'], ['timer', 'handle', 'push']],
    ['by node for the program, through a wrapper', ['app:f', 'watcher:w', 'node:openSync'], ['f', 'openSync']],
    ['by the program below a wrapper', ['node:emit', 'watcher:emit', 'node:emit', 'app:listener'], ['emit', 'emit', 'listener']],
    [
      'by node for the program that reads a stack',
      ['app:f', 'node:prepareStackTraceCallback'],
      ['f', 'prepareStackTraceCallback'],
    ],
    ['by node alone', ['node:parse', 'slice'], ['parse', 'slice']],
  ])('%s: the program’s, without frames of the watcher', (_, frames, path) => {
    expect(stackOf(frames).path).toEqual(path);
  });

  test.each([
    ['by the watcher on its tick', ['node:timer', 'watcher:tick', 'node:writeSync']],
    ['by the watcher itself, in a wrapper', ['app:f', 'watcher:w', 'watcher:row', 'set']],
    ['by the watcher alone', ['watcher:tick']],
    [
      'by node for the watcher that reads a stack',
      ['app:f', 'watcher:w', 'captureStackTrace', 'node:prepareStackTraceCallback', 'node:g'],
    ],
  ])('%s: the watcher’s', (_, frames) => {
    expect(stackOf(frames).found).toBe(ownStack);
  });
});

describe('the table of triples', () => {
  const triple = fc.tuple(fc.integer(), fc.nat(50), fc.nat(3));
  property.prop([fc.array(triple, { maxLength: 2_000 })])('numbers each once, in order, also when it grows', (triples) => {
    const table = new TripleTable(10_000);
    const model = new Map<string, number>();
    for (const [first, second, third] of triples) {
      const key = `${first},${second},${third}`;
      if (!model.has(key)) model.set(key, model.size + 1);
      expect(table.intern(first, second, third)).toBe(model.get(key));
    }
    expect(table.size).toBe(model.size);
  });

  test('is bounded: what is known is still found when it is full', () => {
    const table = new TripleTable(3);
    for (let at = 1; at <= 3; at += 1) table.intern(at, 0, 0);
    expect(table.intern(4, 0, 0)).toBe(0);
    expect(table.intern(2, 0, 0)).toBe(2);
  });
});
