import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { ownProcess } from '../../src/process/index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { pidsFrom, running } from './trees.ts';

/** How a process comes into being: as a plain child, forked twice into a session of its own, in its own session, or with a wiped environment. */
const ways = ['plain', 'forked', 'session', 'wiped'] as const;
type Way = (typeof ways)[number];

interface Member {
  readonly way: Way;
  /** Index of its parent among those before it, by remainder. */
  readonly below: number;
  readonly deaf: boolean;
}

const member = fc.record({ way: fc.constantFrom(...ways), below: fc.nat(7), deaf: fc.boolean() });

const commands: Readonly<Record<Way, (name: string) => string>> = {
  plain: (name) => `sh "$0" ${name} &`,
  forked: (name) => `(setsid sh "$0" ${name} &);`,
  session: (name) => `setsid sh "$0" ${name} &`,
  wiped: (name) => `env -i PATH="$PATH" sh "$0" ${name} &`,
};

/** A script that plays any process of the tree. What has lost its mark must not lose its parent as well: that nobody could find. */
function scriptOf(members: readonly Member[]): string {
  const unmarked: boolean[] = [];
  const children = members.map((): string[] => []);
  members.forEach(({ way, below }, index) => {
    const parent = index === 0 ? -1 : below % index;
    const hidden = parent >= 0 && unmarked[parent] === true;
    unmarked.push(hidden || way === 'wiped');
    if (parent >= 0) children[parent]?.push(commands[hidden && way === 'forked' ? 'plain' : way](`n${index}`));
  });
  const cases = members.map(({ deaf }, index) => {
    const trap = deaf ? 'trap "" TERM; ' : '';
    return `n${index}) ${trap}echo "n${index} $$"; ${(children[index] ?? []).join(' ')} while :; do sleep 600; done ;;`;
  });
  return `case $1 in\n${cases.join('\n')}\nesac\n`;
}

describe('whatever the tree looks like', () => {
  test.prop([fc.array(member, { minLength: 1, maxLength: 8 }), fc.boolean()], { numRuns: 12 })(
    'all of it is found, and nothing of it is left after a stop',
    async (members, atOnce) => {
      const script = join(tempFolder(), 'play.sh');
      writeFileSync(script, scriptOf(members));
      const tree = await ownProcess('sh', [script, 'n0'], { stdio: ['ignore', 'pipe', 'ignore'] });
      const pids = await pidsFrom(tree.child, members.length);
      const found = tree.processes().map(({ pid }) => pid);
      expect(Object.values(pids).filter((pid) => !found.includes(pid))).toEqual([]);
      const report = await tree.stop({ graceMs: atOnce ? 0 : 100, reapGraceMs: 0 });
      expect(report).toMatchObject({ ok: true, left: [] });
      expect(running(pids)).toEqual([]);
    },
  );
});
