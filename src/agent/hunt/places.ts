import { Stacks } from '../../profile/sampling/index.ts';
import { cut } from '../../wire/names.ts';
import type { Agent } from '../agent.ts';
import type { Mapping } from '../more/source-maps.ts';

/** Functions and stacks of this thread, numbered, and defined in the data file before they are named. */
export interface Places {
  readonly stacks: Stacks;
  /** Queues the definitions of what is new. */
  readonly define: () => void;
}

const ownFolder = __dirname;

export function recordPlaces({ recorder }: Agent, mapping: Mapping): Places {
  const stacks = new Stacks((url) => url.startsWith(ownFolder));
  return {
    stacks,
    define() {
      for (const { id, name, url, line, column } of stacks.takeFunctions()) {
        recorder.add(['F', id, cut(name), cut(url), line, column]);
        if (url !== '' && url !== 'eval' && !url.startsWith('node:')) mapping.addFunction(id, [url, line, column, name]);
      }
      for (const { id, parent, functionId } of stacks.take()) recorder.add(['t', id, parent, functionId]);
    },
  };
}
