// Load on the runtime for a while, with faults, then a summary. Ends with status 1 if anything was left open.
import { readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WatertightError, defaultRegistry, installShutdown, scope } from 'watertight';
import type { CloseReport } from 'watertight';
import { tcpServerKind, trackConnections } from 'watertight/kinds';
import { CleanupScheduler } from 'watertight/schedule';
import { expectNoLeaks, tempOutputDir } from 'watertight/testing';
import { dice, faultOf, scripted } from './model.ts';
import { AgentRuntime } from './runtime.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    executions: { type: 'string', default: 'Infinity' },
    'timeout-ms': { type: 'string', default: '30000' },
    concurrent: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const most = Number(values.executions);
const random = dice(Number(values.seed));
const endings: Record<string, number> = {};
let begun = 0;
const releases = { released: 0, problems: 0 };

function count(ending: string): void {
  endings[ending] = (endings[ending] ?? 0) + 1;
}

function noteReport({ released, problems }: CloseReport): void {
  releases.released += released;
  releases.problems += problems.length;
  for (const problem of problems)
    console.error(`not released: ${problem.type} from ${problem.createdAt}: ${String(problem.error)}`);
}

/** One execution after the other, as a caller of the runtime would. */
async function caller(runtime: AgentRuntime, untilMs: number, stop: AbortSignal): Promise<void> {
  while (Date.now() < untilMs && begun < most && !stop.aborted) {
    const fault = faultOf(begun);
    begun += 1;
    const controller = new AbortController();
    const cancel = fault === 'cancel' ? setTimeout(() => controller.abort(new Error('cancelled')), random() * 30) : undefined;
    try {
      await runtime.execute(scripted(random, fault), AbortSignal.any([controller.signal, stop]));
      count('done');
    } catch (error) {
      // The process is told to end: nothing more is begun.
      if (error instanceof WatertightError && error.code === 'WT_SHUTTING_DOWN') return;
      count(error instanceof Error ? error.message : 'an error that is none');
    } finally {
      clearTimeout(cancel);
    }
  }
}

/** Notes that are older than a second have been read. */
async function removeOldNotes(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if ((await stat(path)).mtimeMs < Date.now() - 1_000) await rm(path, { force: true });
  }
}

async function main(): Promise<void> {
  await scope({ name: 'agent-runtime' }).run(async (all) => {
    const folder = tempOutputDir({ prefix: 'agent_runtime_' });
    all.defer(async () => {
      await folder.release();
    });
    const echo = trackConnections(createServer((socket) => socket.on('error', () => undefined).pipe(socket)));
    all.adopt(echo, tcpServerKind({ drainMs: 500 }), { name: 'echo service' });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const schedule = new CleanupScheduler({ scope: all });
    schedule.scheduleRecurringCleanup('old notes', () => removeOldNotes(folder.value), {
      intervalMs: 1_000,
      description: 'removes notes that have been read',
    });
    const runtime = new AgentRuntime({
      folder: folder.value,
      echoPort: (echo.address() as AddressInfo).port,
      maxConcurrent: Number(values.concurrent),
      timeoutMs: Number(values['timeout-ms']),
      onReport: noteReport,
    });
    const untilMs = Date.now() + Number(values.seconds) * 1_000;
    // More callers than places, so that some always wait.
    await Promise.all(Array.from({ length: Number(values.concurrent) + 2 }, () => caller(runtime, untilMs, all.signal)));
    if (runtime.running !== 0) throw new Error(`${runtime.running} executions never ended`);
  });
}

installShutdown();
// The lines of handles are the watcher's business, where there is one.
await expectNoLeaks(main, { lines: false });
const { outcomes } = defaultRegistry().metrics();
console.log(JSON.stringify({ endings, releases, outcomes, stillRegistered: defaultRegistry().count() }, null, 2));
if (releases.problems > 0 || defaultRegistry().count() > 0) process.exitCode = 1;
