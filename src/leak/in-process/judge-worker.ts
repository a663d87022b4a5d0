// Runs in a worker thread of its own: see `AnalysisThread`.
import { parentPort } from 'node:worker_threads';
import type { Question } from './analysis.ts';
import { WindowJudge } from './window-judge.ts';

let judge: WindowJudge | undefined;

parentPort?.on('message', ({ intervalBytes, poll, tMs }: Question) => {
  judge ??= new WindowJudge(intervalBytes);
  parentPort?.postMessage(judge.add(poll, tMs), []);
});
