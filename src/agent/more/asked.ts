import { askSuffix } from '../../wire/questions.ts';
import { dataFileSuffix } from '../../wire/records.ts';
import type { Agent } from '../agent.ts';
import type { Questions } from '../questions.ts';
import type { AgentOptions } from './options.ts';

interface QuestionsModule {
  readonly openQuestions: (agent: Agent, options: AgentOptions, folder: string) => Questions | null;
}

/**
 * Opens a socket for live questions when somebody wants to ask (`wire/questions`), and takes it away when nobody does any more: until then
 * a tick costs one look for a file, and node's module for sockets is not loaded. Answers the function to call on each tick.
 */
export function answerQuestions(agent: Agent, options: AgentOptions, folder: string): () => void {
  const stem = agent.recorder.path.slice(0, -dataFileSuffix.length);
  let open: Questions | null = null;
  agent.stops?.push(() => open?.close());

  function isAsked(): boolean {
    try {
      agent.natives.unlinkSync(stem + askSuffix);
      return true;
    } catch {
      return false;
    }
  }

  return () => {
    if (open) {
      if (!open.isDone()) return;
      open.close();
      open = null;
      return;
    }
    if (agent.natives.lstatSync(stem + askSuffix, { throwIfNoEntry: false }) === undefined || !isAsked()) return;
    open = (require(`${folder}/questions.cjs`) as QuestionsModule).openQuestions(agent, options, folder);
  };
}
