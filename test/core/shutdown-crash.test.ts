import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { root, runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const core = pathToFileURL(join(root, 'dist/core/index.js')).href;

/** What the program prints to stderr without and with the handlers, and the statuses. */
async function bothWays(
  body: string,
  nodeArgs: readonly string[] = [],
): Promise<{ readonly plain: string; readonly ours: string; readonly codes: readonly (number | null)[] }> {
  const file = join(tempFolder(), 'program.mjs');
  writeFileSync(
    file,
    `import { installShutdown } from ${JSON.stringify(core)};\nif (process.argv[2] === 'on') installShutdown();\n${body}\n`,
  );
  const plain = await runProgram(file, { args: ['off'], nodeArgs });
  const ours = await runProgram(file, { args: ['on'], nodeArgs });
  return { plain: plain.stderr, ours: ours.stderr, codes: [plain.code, ours.code] };
}

describe('an error that nobody catches is printed as Node prints it', () => {
  it.each([
    ['thrown in a callback, indented with a tab', 'setTimeout(() => {\n\t  throw new Error("boom");\n}, 1);'],
    ['thrown at the top level', 'throw new Error("boom");'],
    [
      'of a class of its own, with members',
      'class Own extends Error { extra = { a: [1, { b: 2 }] }; }\nsetTimeout(function named() { if (1) throw new Own("own"); }, 1);',
    ],
    ['with a cause', 'setTimeout(() => { throw new Error("outer", { cause: new TypeError("inner") }); }, 1);'],
    ['thrown by the engine', 'setTimeout(() => { undefined.member; }, 1);'],
    ['rejected in an async function', 'setTimeout(async () => { await 0; throw new Error("late"); }, 1);'],
    ['rejected at the top level', 'await Promise.reject(new Error("top"));'],
    ['several lines long', 'setTimeout(() => { throw new Error("one\\ntwo\\n    at three"); }, 1);'],
  ])('%s', async (_, body) => {
    const { plain, ours, codes } = await bothWays(body);
    expect(codes).toEqual([1, 1]);
    expect(ours).toBe(plain);
  });

  it.each([
    ['a string', 'throw "text"'],
    ['an object', 'throw { a: 1 }'],
    ['null', 'throw null'],
    ['a rejected string', 'Promise.reject("text")'],
    [
      'an error of Node’s own',
      'import("node:fs").then(({ readFileSync }) => setTimeout(() => readFileSync("/does/not/exist"), 1))',
    ],
    [
      'an error event without a listener',
      'import("node:events").then(({ EventEmitter }) => setTimeout(() => new EventEmitter().emit("error", new Error("emitted")), 1))',
    ],
  ])('%s: all but the lines of source, which only Node knows', async (_, body) => {
    const { plain, ours, codes } = await bothWays(`setTimeout(() => { ${body}; }, 1);`);
    expect(codes).toEqual([1, 1]);
    expect(ours.length).toBeGreaterThan(20);
    expect(plain.endsWith(ours)).toBe(true);
  });
});
