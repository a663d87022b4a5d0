import { WatertightError } from '../../kernel/errors.ts';
import { systemClock } from '../../kernel/clock/index.ts';
import type { Report } from '../../wire/index.ts';
import { Line } from '../ask/line.ts';
import { promptOf } from '../explain/prompt.ts';
import { findReport } from '../past/find-report.ts';
import { liveRuns } from '../past/live-runs.ts';
import { readRun } from '../past/read-run.ts';
import { realDisk } from '../sites/disk.ts';
import { toolVersion } from '../version.ts';
import type { Told } from './answers.ts';
import { findingsTold, resourcesTold, runsTold, sitesTold, statusTold } from './answers.ts';
import { loadSdk } from './load-sdk.ts';

export interface McpOptions {
  /** The run that is meant where a question names none: a directory, a report, a process id; undefined: the latest of this directory. */
  readonly run: string | undefined;
  /** Also offers what changes something in a program: a forced collection. */
  readonly allowActions: boolean;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Arguments {
  readonly run?: string;
  readonly pid?: number;
}

interface Tool {
  readonly name: string;
  readonly description: string;
  readonly readOnly: boolean;
  /** Names a process instead of a run. */
  readonly ofProcess?: true;
  readonly answer: (given: Arguments) => Promise<Told> | Told;
}

const runProperty = {
  run: {
    type: 'string',
    description:
      'a run: its directory, a report.json, or the process id of a watched program; default: the run that the server was started for',
  },
} as const;
const pidProperty = { pid: { type: 'integer', description: 'the process id of a watched program' } } as const;

async function collectIn(pid: number, env: NodeJS.ProcessEnv): Promise<Told> {
  for (const directory of liveRuns(env).toReversed()) {
    const thread = readRun(directory).data.threads.find(
      ({ header, end }) => header.pid === pid && header.tid === 0 && end === null,
    );
    if (thread === undefined) continue;
    const line = await Line.open(directory, { pid, start: thread.header.start, tid: 0 }, { clock: systemClock });
    try {
      return { ...(await line.ask({ ask: 'collect' })) };
    } finally {
      line.close();
    }
  }
  throw new WatertightError('WT_NOT_FOUND', `no watched program has the process id ${pid}`);
}

function toolsOf(options: McpOptions): readonly Tool[] {
  const { cwd, env } = options;
  const report = ({ run }: Arguments): Report => findReport(run ?? options.run, cwd, env).report;
  const reading: readonly Tool[] = [
    {
      name: 'runs',
      description: 'Lists the programs that are watched now and the reports of finished runs.',
      readOnly: true,
      answer: () => runsTold(cwd, env),
    },
    {
      name: 'status',
      description:
        'Verdict of a run in one sentence, how it ended, its processes, memory against its limits, and what watching cost.',
      readOnly: true,
      answer: (given) => statusTold(report(given)),
    },
    {
      name: 'findings',
      description: 'Leaks, suspects and growth that were found: line, rate, evidence, what holds it, what looks the same.',
      readOnly: true,
      answer: (given) => findingsTold(report(given)),
    },
    {
      name: 'sites',
      description: 'All places in the code that the report names, through source maps.',
      readOnly: true,
      answer: (given) => sitesTold(report(given)),
    },
    {
      name: 'resources',
      description:
        'Open files, sockets, timers, processes and so on by the line that made them; owned resources; what was left behind.',
      readOnly: true,
      answer: (given) => resourcesTold(report(given)),
    },
    {
      name: 'explain',
      description: 'The evidence of a run with lines of the source, as one text.',
      readOnly: true,
      answer: (given) => ({ text: promptOf(report(given), {}, realDisk) ?? '' }),
    },
  ];
  const acting: readonly Tool[] = [
    {
      name: 'collect',
      description: 'Forces a full garbage collection in a watched program: its main thread stands still meanwhile.',
      readOnly: false,
      ofProcess: true,
      answer: ({ pid }) => collectIn(pid ?? 0, env),
    },
  ];
  return options.allowActions ? [...reading, ...acting] : reading;
}

function failure(error: unknown): {
  readonly isError: true;
  readonly content: { readonly type: 'text'; readonly text: string }[];
} {
  return { isError: true, content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }] };
}

/** Answers an assistant on standard input and output until the input ends. Throws WT_PEER_MISSING. */
export async function serveMcp(options: McpOptions): Promise<void> {
  const { McpServer, fromJsonSchema, serveStdio } = await loadSdk(options.cwd);
  serveStdio(() => {
    const server = new McpServer({ name: 'watertight', version: toolVersion() }, { capabilities: { tools: {} } });
    for (const tool of toolsOf(options)) {
      const schema = tool.ofProcess
        ? ({ type: 'object', properties: pidProperty, required: ['pid'], additionalProperties: false } as const)
        : ({ type: 'object', properties: runProperty, additionalProperties: false } as const);
      const config = {
        description: tool.description,
        inputSchema: fromJsonSchema<Arguments>(schema),
        annotations: { readOnlyHint: tool.readOnly, openWorldHint: false },
      };
      server.registerTool(tool.name, config, async (given) => {
        try {
          const answer = await tool.answer(given);
          return { content: [{ type: 'text', text: JSON.stringify(answer, null, 1) }], structuredContent: answer };
        } catch (error) {
          return failure(error);
        }
      });
    }
    return server;
  });
}
