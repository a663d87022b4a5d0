import type * as V8 from 'node:v8';
import { takeCollector } from '../../kernel/collector.ts';
import type {
  Answers,
  CollectAnswer,
  EstimateAnswer,
  MemoryAnswer,
  Question,
  Reply,
  SnapshotAnswer,
} from '../../wire/questions.ts';
import type { Agent } from '../agent.ts';
import type { AgentOptions } from '../more/options.ts';

interface SnapshotModule {
  readonly estimate: (path: string) => EstimateAnswer;
  readonly takeSnapshot: (agent: Agent, path: string) => SnapshotAnswer;
  readonly forgetIds: () => void;
}

/** Refused for a reason that whoever asked can read. */
class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function memory(agent: Agent): MemoryAnswer {
  const v8 = require('v8') as typeof V8;
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = agent.natives.memoryUsage();
  return {
    rssBytes: rss,
    heapUsedBytes: heapUsed,
    heapTotalBytes: heapTotal,
    heapLimitBytes: v8.getHeapStatistics().heap_size_limit,
    externalBytes: external,
    arrayBuffersBytes: arrayBuffers,
    spaces: v8.getHeapSpaceStatistics().map((space) => ({
      name: space.space_name,
      usedBytes: space.space_used_size,
      sizeBytes: space.space_size,
    })),
  };
}

/** Recorded like any other collection that was forced. */
function collect(agent: Agent, run: (() => void) | null): CollectAnswer {
  if (!run) throw new Refused('WT_NOT_AVAILABLE', 'collections cannot be forced in this program');
  const beforeBytes = agent.natives.memoryUsage().heapUsed;
  const from = agent.clock.monotonic();
  run();
  const pauseMs = agent.clock.monotonic() - from;
  const { heapUsed, external } = agent.natives.memoryUsage();
  agent.recorder.add(['g', agent.clock.elapsed(), 'f', Math.round(pauseMs * 1e3), heapUsed, external]);
  return { beforeBytes, afterBytes: heapUsed, pauseMs };
}

function snapshot(agent: Agent, { estimate, takeSnapshot }: SnapshotModule, path: string): SnapshotAnswer {
  const { refusal } = estimate(path);
  if (refusal !== null) throw new Refused('WT_SNAPSHOT_REFUSED', refusal);
  return takeSnapshot(agent, path);
}

function isQuestion(value: unknown): value is Question & { readonly id: number } {
  const asked = value as { readonly ask?: unknown; readonly id?: unknown; readonly path?: unknown } | null;
  if (typeof asked !== 'object' || asked === null || typeof asked.id !== 'number') return false;
  if (asked.ask === 'memory' || asked.ask === 'collect' || asked.ask === 'forget') return true;
  return (asked.ask === 'estimate' || asked.ask === 'snapshot') && typeof asked.path === 'string' && asked.path.startsWith('/');
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'WT_NOT_AVAILABLE';
}

/** Ids of objects are kept for so long behind a snapshot: who compares takes the next one by then. */
const keepIdsMs = 15 * 60_000;

export interface Answering {
  /** Answers one line. Never throws. */
  readonly answer: (line: string) => Reply;
  /** Whether something of a snapshot is still kept. To be called now and then. */
  readonly keeps: () => boolean;
  /** What is kept goes. */
  readonly forget: () => void;
}

export function makeAnswers(agent: Agent, options: AgentOptions, folder: string): Answering {
  let collector: (() => void) | null | undefined;
  let takenMs: number | null = null;

  function snapshots(): SnapshotModule {
    if (!options.snapshots)
      throw new Refused('WT_NOT_AVAILABLE', 'heap snapshots are forbidden here (snapshots=0 in WATERTIGHT_OPTIONS)');
    return require(`${folder}/take-snapshot.cjs`) as SnapshotModule;
  }

  function forget(): void {
    if (takenMs === null) return;
    takenMs = null;
    agent.quietly(() => snapshots().forgetIds());
  }

  function answer(question: Question): Answers[keyof Answers] {
    switch (question.ask) {
      case 'memory':
        return memory(agent);
      case 'collect':
        if (!options.gc) throw new Refused('WT_NOT_AVAILABLE', 'collections are forbidden in this program (gc=0)');
        collector ??= takeCollector();
        return collect(agent, collector);
      case 'estimate':
        return snapshots().estimate(question.path);
      case 'snapshot': {
        const taken = snapshot(agent, snapshots(), question.path);
        takenMs = agent.clock.elapsed();
        return taken;
      }
      case 'forget':
        forget();
        return {};
      default:
        throw new Refused('WT_INVALID_OPTION', 'this is no question that is known here');
    }
  }

  function reply(line: string): Reply {
    let id = 0;
    try {
      const question: unknown = JSON.parse(line);
      if (!isQuestion(question))
        return { id, ok: false, code: 'WT_INVALID_OPTION', message: 'this is no question that is known here' };
      ({ id } = question);
      return { id, ok: true, answer: answer(question) };
    } catch (error) {
      return { id, ok: false, code: codeOf(error), message: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    answer: reply,
    keeps() {
      if (takenMs !== null && agent.clock.elapsed() - takenMs > keepIdsMs) forget();
      return takenMs !== null;
    },
    forget,
  };
}
