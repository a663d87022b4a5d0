// Setup file of every test file (vitest.config.ts): a test that leaves something open fails, by name.
import { existsSync } from 'node:fs';
import { afterAll, beforeEach } from 'vitest';

/** How long a test's handles may take to finish closing after the test itself has ended. */
const settleMs = 2_000;
const pollMs = 10;

/** Taken now, so that a test's fake timers do not stop us. */
const { setTimeout: wait } = globalThis;
const now = performance.now.bind(performance);

/** What the runner itself may begin at any time: reads of modules, its own immediates and look-ups. */
const transient = /^(Immediate|TickObject|FSReq|GetAddrInfoReq|Microtask)/;

type Counts = ReadonlyMap<string, number>;

function openNow(): Counts {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) {
    if (!transient.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function beyond(baseline: Counts): string[] {
  return [...openNow()].flatMap(([name, count]) => {
    const more = count - (baseline.get(name) ?? 0);
    return more > 0 ? [`${more} × ${name}`] : [];
  });
}

/** Resolves to what is still open beyond the baseline once nothing is, or when the time to settle is over. */
async function leftOpen(baseline: Counts): Promise<readonly string[]> {
  const deadline = now() + settleMs;
  for (;;) {
    const left = beyond(baseline);
    if (left.length === 0 || now() > deadline) return left;
    await new Promise<void>((resolve) => {
      wait(resolve, pollMs).unref();
    });
  }
}

interface CoreModule {
  readonly defaultRegistry?: () => { count(): number };
}

const coreUrl = new URL('../../src/core/index.ts', import.meta.url);

/** Rows alive in the default registry of the copy of core that the test file itself imports. A core that does not load is reported by its own tests. */
async function ownedRows(): Promise<number> {
  if (!existsSync(coreUrl)) return 0;
  try {
    const core = (await import(coreUrl.href)) as CoreModule;
    return core.defaultRegistry?.().count() ?? 0;
  } catch {
    return 0;
  }
}

async function expectNothingOpen(baseline: Counts, rowsBefore: number, whose: string): Promise<void> {
  const left = [...(await leftOpen(baseline))];
  const rows = (await ownedRows()) - rowsBefore;
  if (rows > 0) left.push(`${rows} × row of the default registry`);
  if (left.length > 0) throw new Error(`${whose} left open: ${left.join(', ')}`);
}

// Opened before the baseline is taken: a test that prints first would otherwise be blamed for the stream.
void process.stdout.writable;
void process.stderr.writable;
const atStart = openNow();

// Registered first and therefore run last, after the test's own afterEach hooks and everything else that it runs when finished.
// Tests that run side by side cannot be told apart: what they leave is seen at the end of their file.
beforeEach(async ({ task, onTestFinished }) => {
  if (task.concurrent === true) return;
  const rowsBefore = await ownedRows();
  const before = openNow();
  onTestFinished(() => expectNothingOpen(before, rowsBefore, `test "${task.name}"`));
});

afterAll(async () => {
  await expectNothingOpen(atStart, 0, 'the test file');
});
